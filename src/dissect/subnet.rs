//! Known subnets: which one an address lies in.

use std::fmt;
use std::net::IpAddr;

use super::names::Names;

/// A subnet that the capture or the machine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// With the host bits cleared.
    pub network: IpAddr,
    /// Bits of the mask.
    pub prefix: u8,
    /// Where it is known from: `interface eth0`, `DHCP, router 10.0.0.1`.
    pub origin: String,
}

impl Subnet {
    /// The subnet of an address with its prefix length.
    pub fn of(address: IpAddr, prefix: u8, origin: impl Into<String>) -> Subnet {
        Subnet { network: masked(address, prefix), prefix, origin: origin.into() }
    }

    pub fn contains(&self, address: &IpAddr) -> bool {
        self.network.is_ipv4() == address.is_ipv4() && masked(*address, self.prefix) == self.network
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// The address with all bits behind the prefix cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(a) => {
            let keep = u32::MAX.checked_shl(32u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V4((u32::from(a) & keep).into())
        }
        IpAddr::V6(a) => {
            let keep = u128::MAX.checked_shl(128u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V6((u128::from(a) & keep).into())
        }
    }
}

impl Names {
    /// The known subnet that an address lies in; the longest prefix where several do.
    pub fn subnet_of(&self, address: &IpAddr) -> Option<&Subnet> {
        self.subnets.iter().filter(|s| s.contains(address)).max_by_key(|s| s.prefix)
    }

    /// Adds a subnet unless it is known. Host routes (/32, /128) and /0 name no subnet.
    pub fn add_subnet(&mut self, subnet: Subnet) {
        let whole = if subnet.network.is_ipv4() { 32 } else { 128 };
        let known = |s: &Subnet| s.network == subnet.network && s.prefix == subnet.prefix;
        if subnet.prefix > 0 && subnet.prefix < whole && !self.subnets.iter().any(known) {
            self.subnets.push(subnet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins() {
        let mut names = Names::default();
        let address: IpAddr = "10.1.2.3".parse().unwrap();
        names.add_subnet(Subnet::of(address, 8, "a"));
        names.add_subnet(Subnet::of(address, 24, "b"));
        names.add_subnet(Subnet::of(address, 32, "c"));
        assert_eq!(names.subnet_of(&"10.1.2.9".parse().unwrap()).unwrap().to_string(), "10.1.2.0/24");
        assert_eq!(names.subnet_of(&"10.9.2.9".parse().unwrap()).unwrap().to_string(), "10.0.0.0/8");
        assert!(names.subnet_of(&"11.0.0.1".parse().unwrap()).is_none());
    }
}
