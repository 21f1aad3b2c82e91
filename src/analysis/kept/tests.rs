use super::*;

#[derive(Default)]
struct Times {
    http: HttpStream,
    mptcp: MptcpInfo,
}

impl Lookup for Times {
    fn time(&self, frame: u32) -> i64 {
        i64::from(frame) * 1000
    }
    fn tcp_stream(&self, _: u32) -> StreamInfo {
        let earlier = Some(Earlier { side: 1, base_seq: 8, from: 20, until: 22 });
        StreamInfo { base_seq: [7, 9], first_frame: 2, earlier, ..StreamInfo::default() }
    }
    fn udp_first_frame(&self, _: u32) -> u32 {
        4
    }
    fn http_stream(&self, _: u32) -> Option<&HttpStream> {
        Some(&self.http)
    }
    fn mptcp(&self, _: u32) -> Option<&MptcpInfo> {
        Some(&self.mptcp)
    }
    fn later(&self, _: u32) -> Option<u32> {
        Some(99)
    }
}

#[test]
fn what_is_kept_comes_back() {
    let mut facts = Facts::default();
    let analysis = TcpAnalysis {
        flags: 5,
        acks_frame: Some(8),
        ack_rtt: Some(2000),
        bytes_in_flight: Some(1460),
        push_bytes_sent: Some(3),
        ..TcpAnalysis::default()
    };
    let fact = TcpFacts {
        stream: 300,
        seq_base: 9,
        ack_base: 7,
        time_relative: 8000,
        time_delta: 1000,
        analysis,
        previous_frame: 9,
        side: 1,
        ..TcpFacts::default()
    };
    facts.tcp.push((2, fact));
    let segment = Segment { frame: 3, offset: 0, len: 5, at: 54, source: 2, ..Segment::default() };
    let tls = TlsFacts {
        version: 0x0303,
        draft: 23,
        suite: 0xc02f,
        server_changed: true,
        application: 1,
        from_client: Some(false),
        ..TlsFacts::default()
    };
    facts.tls.push((3, tls));
    let mptcp = MptcpFacts {
        stream: 1,
        master: Some(0),
        subflows: vec![300, 0],
        dsn_base: None,
        ack_base: Some(u64::MAX),
    };
    facts.mptcp.push((2, mptcp));
    facts.parts.push(Part {
        layer: 2,
        what: PartKind::Unread,
        protocol: Some(4),
        through: Some(7),
        source: 1,
        len: 5,
        segments: vec![segment],
        ..Part::default()
    });
    facts.quic.push((
        4,
        QuicFacts {
            connection: Some(0),
            from_server: true,
            first_sealed: true,
            id: Cid::new(&[1, 2, 3]).unwrap(),
            largest: 1 << 40,
            short_id: Cid::default(),
            contiguous: 300,
            deliveries: vec![(3, 300)],
            held: vec![QuicPiece { frame: 3, layer: 4, at: 9, len: 300, offset: 0 }],
            source: 2,
        },
    ));
    let mut bytes = Vec::new();
    encode(&facts, 10, &mut bytes);
    let mut back = Facts::default();
    let mptcp = MptcpInfo { master: Some(0), subflows: vec![0, 300] };
    decode(&bytes, 10, &Times { mptcp, ..Times::default() }, &mut back);
    assert_eq!(back.tcp, facts.tcp);
    assert_eq!(back.parts, facts.parts);
    assert_eq!(back.tls, facts.tls);
    assert_eq!(back.quic, facts.quic);
    assert_eq!(back.mptcp, facts.mptcp);
}

#[test]
fn an_http_message_knows_its_neighbours_in_the_end() {
    let mut facts = Facts::default();
    facts.tcp.push((2, TcpFacts::default()));
    let uri = Some("http://h/".to_string());
    facts.http.push((3, HttpFacts { number: 2, uri: uri.clone(), ..HttpFacts::default() }));
    facts.http.push((4, HttpFacts { tunnel: Some(("h".into(), 1)), ..HttpFacts::default() }));
    let mut lookup = Times::default();
    lookup.http.set(3, HttpExchange { request: 11, response: 0 });
    lookup.http.set(2, HttpExchange { request: 8, response: 10 });
    lookup.http.tunnel = Some(("host".into(), 443));
    let mut bytes = Vec::new();
    encode(&facts, 10, &mut bytes);
    let mut back = Facts::default();
    decode(&bytes, 10, &lookup, &mut back);
    let [(3, message), (4, tunnel)] = back.http.as_slice() else { panic!("{:?}", back.http) };
    assert_eq!((message.number, message.total, message.time), (2, 3, Some(2000)));
    assert_eq!((message.request, message.response), (Some(8), Some(10)));
    assert_eq!((message.previous_request, message.next_request), (None, Some(11)));
    assert_eq!((message.next_response, &message.uri), (None, &uri));
    assert_eq!(tunnel.tunnel, lookup.http.tunnel);
}

#[test]
fn numbers_count_from_the_answer_of_their_time() {
    let fact = |number| {
        let mut facts = Facts::default();
        facts.tcp.push((2, TcpFacts { side: 1, ..TcpFacts::default() }));
        let mut bytes = Vec::new();
        encode(&facts, number, &mut bytes);
        let mut back = Facts::default();
        decode(&bytes, number, &Times::default(), &mut back);
        let tcp = back.tcp.pop().map(|(_, tcp)| tcp).unwrap_or_default();
        (tcp.seq_base, tcp.ack_base, tcp.analysis.flags)
    };
    assert_eq!(fact(19), (9, 7, 0));
    assert_eq!(fact(20), (8, 7, tcp_flag::REUSED_PORTS));
    assert_eq!([fact(21), fact(22)], [(8, 7, 0), (9, 7, 0)]);
}

#[test]
fn the_usual_layer_takes_no_room() {
    let kept = |facts: &Facts| {
        let (mut bytes, mut back) = (Vec::new(), Facts::default());
        encode(facts, 10, &mut bytes);
        decode(&bytes, 10, &Times::default(), &mut back);
        let layers = |facts: &Facts| {
            let tcp = facts.tcp.iter().map(|(layer, fact)| (*layer, fact.stream));
            tcp.chain(facts.udp.iter().map(|(layer, fact)| (*layer, fact.stream))).collect::<Vec<_>>()
        };
        assert_eq!(layers(&back), layers(facts));
        bytes.len()
    };
    let tcp = |layer| (layer, TcpFacts { stream: 5, ..TcpFacts::default() });
    let udp = |layer| (layer, UdpFacts { stream: 6, ..UdpFacts::default() });
    let of_tcp = |tcp| kept(&Facts { tcp, ..Facts::default() });
    let of_udp = |udp| kept(&Facts { udp, ..Facts::default() });
    assert_eq!(of_tcp(vec![tcp(3)]) + 2, of_tcp(vec![tcp(4)]));
    assert_eq!(of_udp(vec![udp(3)]) + 2, of_udp(vec![udp(2)]));
    of_tcp(vec![tcp(3), tcp(5)]);
    kept(&Facts { tcp: vec![tcp(3)], udp: vec![udp(3)], ..Facts::default() });
}

#[test]
fn the_longest_facts_of_a_segment_have_room() {
    let analysis = TcpAnalysis {
        flags: u32::MAX,
        acks_frame: Some(1),
        bytes_in_flight: Some(u32::MAX),
        push_bytes_sent: Some(u32::MAX - 1),
        duplicate_ack_number: u32::MAX,
        duplicate_ack_frame: Some(2),
        rto_frame: Some(3),
        ..TcpAnalysis::default()
    };
    let fact = TcpFacts { stream: u32::MAX, previous_frame: 4, analysis, ..TcpFacts::default() };
    let tls = TlsFacts { version: 0x0304, suite: 0x1301, ..TlsFacts::default() };
    let facts = Facts { tcp: vec![(3, fact)], tls: vec![(4, tls)], ..Facts::default() };
    let (mut bytes, mut back) = (b"before".to_vec(), Facts::default());
    encode(&facts, u32::MAX, &mut bytes);
    decode(&bytes[6..], u32::MAX, &Times::default(), &mut back);
    let ((_, written), (_, read)) = (&facts.tcp[0], &back.tcp[0]);
    let told = |f: &TcpFacts| {
        let analysis = TcpAnalysis { ack_rtt: None, rto: None, ..f.analysis.clone() };
        (f.stream, f.previous_frame, analysis)
    };
    assert_eq!(told(read), told(written));
    assert_eq!(back.tls, facts.tls);
}

#[test]
fn cut_bytes_never_panic() {
    let mut facts = Facts::default();
    facts.parts.push(Part { segments: vec![Segment::default(); 3], ..Part::default() });
    facts.udp.push((1, UdpFacts::default()));
    let mut bytes = Vec::new();
    encode(&facts, 10, &mut bytes);
    for n in 0..bytes.len() {
        decode(&bytes[..n], 10, &Times::default(), &mut Facts::default());
    }
}
