//! Rules for VPC attachments.

use crate::harness::{Doc, doc, examples};

fn attach(spec: &str) -> Doc {
    doc("VPCAttachment", "a", spec)
}

fn to(subnet: &str, connection: &str) -> Doc {
    attach(&format!("subnet: {subnet}\nconnection: {connection}"))
}

/// leaf-01 of the base with other VLAN namespaces, redundancy or profile.
fn leaf_01(lines: &str) -> Doc {
    let own = "role: server-leaf\nboot: {serial: L-01}\nasn: 65101\nip: 172.30.0.9/21\nprotocolIP: 172.30.8.3/32\nvtepIP: 172.30.12.1/32";
    doc("Switch", "leaf-01", format!("{own}\n{lines}"))
}

/// A leaf that can do l3vni only, and a connection to it.
fn l3_only() -> Vec<Doc> {
    vec![
        doc(
            "Switch",
            "big-01",
            "role: server-leaf\nprofile: celestica-ds5000\nboot: {serial: B-01}\nasn: 65130\nip: 172.30.0.30/21\nprotocolIP: 172.30.8.30/32\nvtepIP: 172.30.12.30/32",
        ),
        doc(
            "Connection",
            "big",
            "unbundled:\n  link:\n    server: {port: server-01/b1}\n    switch: {port: big-01/E1/1}",
        ),
    ]
}

fn with(mut docs: Vec<Doc>, more: Doc) -> Vec<Doc> {
    docs.push(more);
    docs
}

examples! {
    attachment_without_a_subnet_is_refused {
        refuse: vec![attach("connection: server-02--bundled--leaf-01").with_spec_marker("# HR3301")],
        accept: vec![to("vpc-2/default", "server-02--bundled--leaf-01")],
    }

    attachment_without_a_connection_is_refused {
        refuse: vec![attach("subnet: vpc-2/default").with_spec_marker("# HR3301")],
        accept: vec![to("vpc-2/default", "server-02--bundled--leaf-01")],
    }

    attachment_of_half_a_subnet_is_refused {
        refuse: vec![to("vpc-2/ # HR3302", "server-02--bundled--leaf-01")],
        accept: vec![to("vpc-2", "server-02--bundled--leaf-01")],
    }

    attachment_of_a_vpc_that_is_missing_is_refused {
        refuse: vec![to("vpc-9/default # HR3106", "server-02--bundled--leaf-01")],
        accept: vec![to("vpc-2/default", "server-02--bundled--leaf-01")],
    }

    attachment_of_a_subnet_that_is_missing_is_refused {
        refuse: vec![to("vpc-1/defualt # HR3107", "server-02--bundled--leaf-01")],
        accept: vec![to("vpc-1/backend", "server-02--bundled--leaf-01")],
    }

    attachment_to_a_connection_that_is_missing_is_refused {
        refuse: vec![to("vpc-2/default", "server-09--unbundled--leaf-01 # HR3108")],
        accept: vec![to("vpc-2/default", "server-01--unbundled--leaf-01")],
    }

    attachment_to_a_connection_without_servers_is_refused {
        refuse: vec![to("vpc-2/default", "spine-01--fabric--leaf-01 # HR4501")],
        accept: vec![to("vpc-2/default", "server-03--eslag--leaf-01--leaf-02")],
    }

    attachment_of_an_l3vni_vpc_to_eslag_is_refused {
        refuse: vec![to("vpc-3/default", "server-03--eslag--leaf-01--leaf-02 # HR4502")],
        accept: vec![to("vpc-3/default", "server-02--bundled--leaf-01")],
    }

    attachment_of_bgp_hosts_to_a_bundle_is_refused {
        refuse: vec![to("vpc-1/bgp", "server-02--bundled--leaf-01 # HR4503")],
        accept: vec![to("vpc-1/bgp", "server-01--unbundled--leaf-01")],
    }

    attachment_to_a_switch_outside_of_the_vlan_namespace_is_refused {
        refuse: vec![
            doc("VLANNamespace", "prod", "ranges: [{from: 100, to: 199}]"),
            doc("VPC", "vpc-9", "vlanNamespace: prod\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 100}}"),
            to("vpc-9/default", "server-02--bundled--leaf-01 # HR4504"),
        ],
        accept: vec![
            doc("VLANNamespace", "prod", "ranges: [{from: 100, to: 199}]"),
            leaf_01("profile: dell-s5248f-on\nredundancy: {group: eslag-1, type: eslag}\nvlanNamespaces: [default, prod]"),
            doc("VPC", "vpc-9", "vlanNamespace: prod\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 100}}"),
            to("vpc-9/default", "server-02--bundled--leaf-01"),
        ],
    }

    attachment_to_a_switch_that_cannot_do_the_mode_is_refused {
        refuse: with(l3_only(), to("vpc-2/default", "big # HR4505")),
        accept: with(l3_only(), to("vpc-3/default", "big")),
    }

    attachment_of_bgp_hosts_to_an_mclag_pair_is_refused {
        refuse: vec![
            leaf_01("profile: dell-s5248f-on\nredundancy: {group: eslag-1, type: mclag} # HR4103"),
            doc("Connection", "server-03--eslag--leaf-01--leaf-02", "unbundled:\n  link:\n    server: {port: server-03/enp2s1}\n    switch: {port: leaf-02/E1/4}"),
            to("vpc-1/bgp", "server-01--unbundled--leaf-01 # HR4503"),
        ],
        accept: vec![
            leaf_01("profile: dell-s5248f-on\nredundancy: {group: eslag-1, type: eslag}"),
            to("vpc-1/bgp", "server-01--unbundled--leaf-01"),
        ],
    }

    second_attachment_of_a_subnet_to_a_connection_is_refused {
        refuse: vec![to("vpc-1 # HR4506", "server-01--unbundled--leaf-01")],
        accept: vec![to("vpc-1/backend", "server-01--unbundled--leaf-01")],
    }

    second_native_vlan_of_a_connection_is_refused {
        refuse: vec![
            doc("VPCAttachment", "a1", "subnet: vpc-1/backend\nconnection: server-01--unbundled--leaf-01\nnativeVLAN: true"),
            doc("VPCAttachment", "a2", "subnet: vpc-2/default\nconnection: server-01--unbundled--leaf-01\nnativeVLAN: true # HR4507"),
        ],
        accept: vec![
            doc("VPCAttachment", "a1", "subnet: vpc-1/backend\nconnection: server-01--unbundled--leaf-01\nnativeVLAN: true"),
            doc("VPCAttachment", "a2", "subnet: vpc-2/default\nconnection: server-01--unbundled--leaf-01\nnativeVLAN: false"),
        ],
    }

    link_annotation_that_is_no_pair_is_refused {
        refuse: vec![doc("VPCAttachment", "a\n  annotations:\n    fabric.githedgehog.com/p2p-link: 10.0.0.0/30 # HR4508", "subnet: vpc-1/bgp\nconnection: server-01--unbundled--leaf-01")],
        accept: vec![doc("VPCAttachment", "a\n  annotations:\n    fabric.githedgehog.com/p2p-link: 10.0.0.0/31", "subnet: vpc-1/bgp\nconnection: server-01--unbundled--leaf-01")],
    }
}
