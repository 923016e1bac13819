//! Rules for externals, their attachments and peerings.

use crate::harness::{Doc, doc, examples};

fn external(spec: &str) -> Doc {
    doc("External", "x", spec)
}

/// An attachment of isp to a connection of its own.
fn attached(spec: &str) -> Vec<Doc> {
    let connection = doc("Connection", "x", "external:\n  link:\n    switch: {port: leaf-03/E1/9}");
    vec![connection, doc("ExternalAttachment", "x", spec)]
}

/// An attachment of isp with BGP, and more lines.
fn bgp(more: &str) -> Vec<Doc> {
    attached(&format!(
        "external: isp\nconnection: x\nswitch: {{ip: 100.1.11.1/24}}\nneighbor: {{asn: 65102, ip: 100.1.11.6}}\n{more}"
    ))
}

/// A static attachment of office with these fields, and more lines.
fn fixed(fields: &str, more: &str) -> Vec<Doc> {
    attached(&format!("external: office\nconnection: x\nstatic: {fields}\n{more}"))
}

/// An attachment with one statement of these fields.
fn acl(fields: &str) -> Vec<Doc> {
    bgp(&format!("inboundACL:\n  statements:\n  - {{{fields}}}"))
}

/// As above, with the comment on the line of the statement.
fn bad_acl(fields: &str, comment: &str) -> Vec<Doc> {
    bgp(&format!("inboundACL:\n  statements:\n  - {{{fields}}} {comment}"))
}

const ANY: &str = "srcPrefix: any, dstPrefix: any";

fn peering(spec: &str) -> Doc {
    doc("ExternalPeering", "p", spec)
}

examples! {
    community_that_is_none_is_refused {
        refuse: vec![external("inboundCommunity: 65536:1 # HR4601")],
        accept: vec![external("inboundCommunity: 65535:1")],
    }

    community_with_a_leading_zero_is_refused {
        refuse: vec![external("outboundCommunity: 050:1 # HR4601")],
        accept: vec![external("outboundCommunity: 50:0")],
    }

    static_external_with_a_community_is_refused {
        refuse: vec![external("inboundCommunity: 1:2 # HR4602\nstatic: {prefixes: [10.201.0.0/16]}")],
        accept: vec![external("static: {prefixes: [10.201.0.0/16]}")],
    }

    static_external_without_a_prefix_is_refused {
        refuse: vec![external("static: {} # HR4603")],
        accept: vec![external("static: {prefixes: [10.201.0.0/16]}")],
    }

    static_external_with_a_prefix_that_is_none_is_refused {
        refuse: vec![external("static: {prefixes: [10.201.0.0]} # HR4603")],
        accept: vec![external("static: {prefixes: [0.0.0.0/0]}")],
    }

    static_external_with_prefixes_that_overlap_is_refused {
        refuse: vec![external("static: {prefixes: [10.201.0.0/16, 10.201.5.0/24]} # HR4604")],
        accept: vec![external("static: {prefixes: [10.201.0.0/16, 10.202.5.0/24]}")],
    }

    external_in_an_ipv4_namespace_that_is_missing_is_refused {
        refuse: vec![external("ipv4Namespace: prod # HR3105")],
        accept: vec![external("ipv4Namespace: default")],
    }

    external_attachment_without_an_external_is_refused {
        refuse: vec![doc("ExternalAttachment", "x", "connection: leaf-03--external\nswitch: {ip: 100.1.11.1/24, vlan: 9}\nneighbor: {asn: 65102, ip: 100.1.11.6}").with_spec_marker("# HR3301")],
        accept: bgp(""),
    }

    external_attachment_to_an_external_that_is_missing_is_refused {
        refuse: attached("external: nobody # HR3109\nconnection: x\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_attachment_to_a_connection_that_is_missing_is_refused {
        refuse: attached("external: isp\nconnection: leaf-09--external # HR3108\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_attachment_without_an_address_is_refused {
        refuse: attached("external: isp\nconnection: x\nswitch: {vlan: 9} # HR4605\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_attachment_with_an_address_without_a_length_is_refused {
        refuse: attached("external: isp\nconnection: x\nswitch: {ip: 100.1.11.1} # HR4605\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_attachment_without_a_neighbors_number_is_refused {
        refuse: attached("external: isp\nconnection: x\nswitch: {ip: 100.1.11.1/24}\nneighbor: {ip: 100.1.11.6} # HR4605"),
        accept: bgp(""),
    }

    external_attachment_without_a_neighbors_address_is_refused {
        refuse: attached("external: isp\nconnection: x\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6/24} # HR4605"),
        accept: bgp(""),
    }

    static_attachment_without_a_next_hop_is_refused {
        refuse: fixed("{ip: 100.1.11.1/24} # HR4605", ""),
        accept: fixed("{ip: 100.1.11.1/24, remoteIP: 100.1.11.6}", ""),
    }

    static_attachment_with_an_address_and_a_proxy_is_refused {
        refuse: fixed("{ip: 100.1.11.1/24, proxy: true, remoteIP: 100.1.11.6} # HR4606", ""),
        accept: fixed("{proxy: true, remoteIP: 100.1.11.6}", ""),
    }

    static_attachment_with_neither_is_refused {
        refuse: fixed("{remoteIP: 100.1.11.6} # HR4606", ""),
        accept: fixed("{ip: 100.1.11.1/24, remoteIP: 100.1.11.6}", ""),
    }

    static_attachment_with_a_neighbor_is_refused {
        refuse: fixed("{proxy: true, remoteIP: 100.1.11.6}", "neighbor: {asn: 65102} # HR4606"),
        accept: fixed("{proxy: true, remoteIP: 100.1.11.6}", "neighbor: {}"),
    }

    static_attachment_of_an_external_that_is_not_is_refused {
        refuse: attached("external: isp\nconnection: x\nstatic: {proxy: true, remoteIP: 100.1.11.6} # HR4607"),
        accept: fixed("{proxy: true, remoteIP: 100.1.11.6}", ""),
    }

    attachment_with_bgp_of_a_static_external_is_refused {
        refuse: attached("external: office # HR4607\nconnection: x\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_attachment_to_another_type_of_connection_is_refused {
        refuse: attached("external: isp\nconnection: server-01--unbundled--leaf-01 # HR4608\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: bgp(""),
    }

    external_vlan_that_is_used_on_the_connection_is_refused {
        refuse: vec![doc("ExternalAttachment", "x", "external: isp\nconnection: leaf-03--external\nswitch: {vlan: 100, ip: 100.1.11.1/24} # HR4609\nneighbor: {asn: 65102, ip: 100.1.11.6}")],
        accept: vec![doc("ExternalAttachment", "x", "external: isp\nconnection: leaf-03--external\nswitch: {vlan: 101, ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}")],
    }

    second_attachment_without_a_vlan_is_refused {
        refuse: {
            let mut docs = bgp("");
            docs.push(doc("ExternalAttachment", "x2", "external: isp\nconnection: x # HR4609\nswitch: {ip: 100.1.12.1/24}\nneighbor: {asn: 65102, ip: 100.1.12.6}"));
            docs
        },
        accept: bgp(""),
    }

    external_vlan_that_does_not_exist_warns {
        refuse: attached("external: isp\nconnection: x\nswitch: {vlan: 5000, ip: 100.1.11.1/24} # HR4218\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
        accept: attached("external: isp\nconnection: x\nswitch: {vlan: 4094, ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.11.6}"),
    }

    neighbor_outside_of_the_ports_subnet_warns {
        refuse: attached("external: isp\nconnection: x\nswitch: {ip: 100.1.11.1/24}\nneighbor: {asn: 65102, ip: 100.1.12.6} # HR4613"),
        accept: bgp(""),
    }

    access_rule_with_a_number_of_the_fabric_is_refused {
        refuse: bad_acl(&format!("seq: 9, action: permit, protocol: ip, {ANY}"), "# HR4610"),
        accept: acl(&format!("seq: 10, action: permit, protocol: ip, {ANY}")),
    }

    access_rules_with_one_number_are_refused {
        refuse: bgp(&format!("inboundACL:\n  statements:\n  - {{seq: 10, action: permit, protocol: ip, {ANY}}}\n  - {{seq: 10, action: deny, protocol: ip, {ANY}}} # HR4610")),
        accept: bgp(&format!("inboundACL:\n  statements:\n  - {{seq: 10, action: permit, protocol: ip, {ANY}}}\n  - {{seq: 20, action: deny, protocol: ip, {ANY}}}")),
    }

    access_rule_with_an_unknown_action_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: allow, protocol: ip, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: transit, protocol: ip, {ANY}")),
    }

    access_rule_with_an_unknown_protocol_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: gre, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: udp, {ANY}")),
    }

    access_rule_with_a_prefix_that_is_none_is_refused {
        refuse: bad_acl("seq: 10, action: permit, protocol: ip, srcPrefix: all, dstPrefix: any", "# HR4611"),
        accept: acl("seq: 10, action: permit, protocol: ip, srcPrefix: 10.0.0.0/8, dstPrefix: any"),
    }

    access_rule_with_ports_of_icmp_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: icmp, portRangeBegin: 80, portRangeEnd: 80, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: tcp, portRangeBegin: 80, portRangeEnd: 80, {ANY}")),
    }

    access_rule_with_ports_that_go_downwards_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: tcp, portRangeBegin: 81, portRangeEnd: 80, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: udp, portRangeBegin: 80, portRangeEnd: 81, {ANY}")),
    }

    access_rule_with_ports_without_a_begin_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: tcp, portRangeEnd: 80, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: tcp, portRangeBegin: 1, portRangeEnd: 80, {ANY}")),
    }

    access_rule_with_tcp_filters_of_udp_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: udp, tcpFilters: {{syn: true}}, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: tcp, tcpFilters: {{syn: true, notAck: true}}, {ANY}")),
    }

    access_rule_with_established_beside_flags_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: tcp, tcpFilters: {{established: true, notUrg: true}}, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: tcp, tcpFilters: {{established: true}}, {ANY}")),
    }

    access_rule_with_a_flag_and_its_negation_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: tcp, tcpFilters: {{fin: true, notFin: true}}, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: tcp, tcpFilters: {{fin: true, notSyn: true}}, {ANY}")),
    }

    access_rule_with_an_icmp_type_of_tcp_is_refused {
        refuse: bad_acl(&format!("seq: 10, action: permit, protocol: tcp, icmpType: 0, {ANY}"), "# HR4611"),
        accept: acl(&format!("seq: 10, action: permit, protocol: icmp, icmpType: 0, icmpCode: 0, {ANY}")),
    }

    external_peering_without_a_vpc_is_refused {
        refuse: vec![peering("permit: # HR3301\n  external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}")],
    }

    external_peering_with_a_vpc_that_is_missing_is_refused {
        refuse: vec![peering("permit:\n  vpc: {name: vpc-9} # HR3106\n  external: {name: isp}")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp}")],
    }

    external_peering_with_an_external_that_is_missing_is_refused {
        refuse: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: ips} # HR3109")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp}")],
    }

    external_peering_with_a_subnet_that_is_missing_is_refused {
        refuse: vec![peering("permit:\n  vpc: {name: vpc-2, subnets: [backend]} # HR3107\n  external: {name: isp}")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2, subnets: [default]}\n  external: {name: isp}")],
    }

    external_peering_across_ipv4_namespaces_is_refused {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets: [10.0.0.0/16]"), external("ipv4Namespace: prod"), peering("permit:\n  vpc: {name: vpc-2} # HR4511\n  external: {name: x}")],
        accept: vec![external("{}"), peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: x}")],
    }

    external_peering_without_a_prefix_is_refused {
        refuse: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp, prefixes: [{}]} # HR3301")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp, prefixes: []}")],
    }

    external_peering_with_a_prefix_that_is_none_warns {
        refuse: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp, prefixes: [{prefix: default}]} # HR4612")],
        accept: vec![peering("permit:\n  vpc: {name: vpc-2}\n  external: {name: isp, prefixes: [{prefix: 0.0.0.0/0}]}")],
    }
}
