//! Rules for every kind.

use crate::harness::{doc, examples};

fn long(length: usize) -> String {
    "a".repeat(length)
}

examples! {
    a_name_that_is_no_subdomain_is_refused {
        refuse: vec![doc("Server", "GPU-NIC-1 # HR4001", "{}")],
        accept: vec![doc("Server", "gpu-nic-1.rack-2", "{}")],
    }

    a_vpc_name_over_eleven_characters_is_refused {
        refuse: vec![doc("VPC", "production-1 # HR4002", "subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}")],
        accept: vec![doc("VPC", "productio-1", "subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}")],
    }

    an_external_name_over_eleven_characters_is_refused {
        refuse: vec![doc("External", "the-internet # HR4002", "{}")],
        accept: vec![doc("External", "the-internt", "{}")],
    }

    an_ipv4_namespace_name_over_eleven_characters_is_refused {
        refuse: vec![doc("IPv4Namespace", "overlapping-1 # HR4002", "subnets: [10.0.0.0/16]")],
        accept: vec![doc("IPv4Namespace", "overlappin1", "subnets: [10.0.0.0/16]")],
    }

    a_server_name_over_sixty_three_characters_cannot_be_connected {
        refuse: vec![
            doc("Server", long(64), "{}"),
            doc("Connection", "c", format!("unbundled:\n  link:\n    server: {{port: {}/e1}} # HR4003\n    switch: {{port: leaf-03/E1/9}}", long(64))),
        ],
        accept: vec![
            doc("Server", long(64), "{}"),
            doc("Server", long(63), "{}"),
            doc("Connection", "c", format!("unbundled:\n  link:\n    server: {{port: {}/e1}}\n    switch: {{port: leaf-03/E1/9}}", long(63))),
        ],
    }

    a_connection_name_over_sixty_three_characters_cannot_be_attached {
        refuse: vec![
            doc("Connection", long(64), "unbundled:\n  link:\n    server: {port: server-01/e9}\n    switch: {port: leaf-03/E1/9}"),
            doc("VPCAttachment", "a", format!("subnet: vpc-2/default\nconnection: {} # HR4003", long(64))),
        ],
        accept: vec![
            doc("Connection", long(64), "unbundled:\n  link:\n    server: {port: server-01/e9}\n    switch: {port: leaf-03/E1/9}"),
        ],
    }

    a_subnet_name_over_sixty_three_characters_cannot_be_attached {
        refuse: vec![
            doc("VPC", "vpc-9", format!("subnets: {{{}: {{subnet: 10.0.9.0/24, vlan: 1009}}}}", long(64))),
            doc("VPCAttachment", "a", format!("subnet: vpc-9/{} # HR4003\nconnection: server-01--unbundled--leaf-01", long(64))),
        ],
        accept: vec![doc("VPC", "vpc-9", format!("subnets: {{{}: {{subnet: 10.0.9.0/24, vlan: 1009}}}}", long(64)))],
    }

    a_group_name_over_sixty_three_characters_cannot_be_used {
        refuse: vec![
            doc("SwitchGroup", long(64), "{}"),
            doc("Switch", "leaf-03", format!("role: border-leaf\nprofile: dell-s5248f-on\nboot: {{serial: x}}\nasn: 65103\nip: 172.30.0.11/21\nprotocolIP: 172.30.8.5/32\nvtepIP: 172.30.12.3/32\ngroups:\n- {} # HR4003", long(64))),
        ],
        accept: vec![doc("SwitchGroup", long(64), "{}")],
    }

    a_name_over_two_hundred_and_fifty_three_characters_is_refused {
        refuse: vec![doc("Server", format!("{} # HR4004", long(254)), "{}")],
        accept: vec![doc("Server", long(253), "{}")],
    }

    a_namespace_other_than_default_is_refused {
        refuse: vec![doc("Server", "server-09\n  namespace: fab # HR4005", "{}")],
        accept: vec![doc("Server", "server-09\n  namespace: default", "{}")],
    }

    a_gateway_in_namespace_fab_is_refused {
        refuse: vec![doc("GatewayGroup", "edge\n  namespace: fab # HR4005", "{}")],
        accept: vec![doc("GatewayGroup", "edge", "{}")],
    }

    a_vpc_with_the_name_of_an_external_is_refused {
        refuse: vec![doc("VPC", "ext.vpc # HR4006", "subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}")],
        accept: vec![doc("VPC", "extvpc", "subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}")],
    }
}
