//! Subnets that the capture speaks of: what DHCP hands out (options 1 and 3, RFC 2132 3.3 and 3.5).
//! Those of the capturing interfaces come with the capture file.

use crate::dissect::buf::Buf;
use crate::dissect::subnet::Subnet;

/// Where the options begin, behind the fixed part and the magic cookie.
const OPTIONS: usize = 240;

/// The subnet that an OFFER or ACK tells its client.
pub fn learn(dhcp: &Buf) -> Option<Subnet> {
    let address: [u8; 4] = dhcp.array(16).ok()?;
    if dhcp.u8(0).ok()? != 2 || address == [0; 4] {
        return None;
    }
    let mask: [u8; 4] = option(dhcp, 1)?.try_into().ok()?;
    let mask = u32::from_be_bytes(mask);
    // A mask with holes names no subnet.
    if mask.leading_ones() + mask.trailing_zeros() < 32 {
        return None;
    }
    let network = (u32::from_be_bytes(address) & mask).to_be_bytes();
    let origin = match option(dhcp, 3).and_then(|o| <[u8; 4]>::try_from(o.get(..4)?).ok()) {
        Some(router) => format!("DHCP, router {}", std::net::Ipv4Addr::from(router)),
        None => "DHCP".to_string(),
    };
    Some(Subnet {
        network: std::net::Ipv4Addr::from(network).into(),
        prefix: mask.leading_ones() as u8,
        origin,
    })
}

/// The value of the first option with this code.
fn option<'a>(dhcp: &Buf<'a>, wanted: u8) -> Option<&'a [u8]> {
    let mut at = OPTIONS;
    loop {
        match dhcp.u8(at).ok()? {
            0 => at += 1,
            255 => return None,
            code => {
                let len = usize::from(dhcp.u8(at + 1).ok()?);
                if code == wanted {
                    return dhcp.bytes(at + 2, len).ok();
                }
                at += 2 + len;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ack(mask: [u8; 4]) -> Vec<u8> {
        let mut p = vec![0u8; OPTIONS];
        p[0] = 2;
        p[16..20].copy_from_slice(&[10, 77, 1, 10]);
        p.extend([1, 4]);
        p.extend(mask);
        p.extend([3, 4, 10, 77, 1, 1, 255]);
        p
    }

    #[test]
    fn a_lease_tells_its_subnet_and_router() {
        let subnet = learn(&Buf::whole(&ack([255, 255, 255, 0]))).unwrap();
        assert_eq!(subnet.to_string(), "10.77.1.0/24");
        assert_eq!(subnet.origin, "DHCP, router 10.77.1.1");
    }

    #[test]
    fn a_mask_with_holes_names_no_subnet() {
        assert_eq!(learn(&Buf::whole(&ack([255, 0, 255, 0]))), None);
    }

    #[test]
    fn cut_leases_are_no_lease() {
        let whole = ack([255, 255, 255, 0]);
        for n in 0..OPTIONS + 6 {
            assert_eq!(learn(&Buf::whole(&whole[..n])), None);
        }
    }
}
