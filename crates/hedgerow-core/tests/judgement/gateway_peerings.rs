//! Rules for gateway peerings.

use crate::harness::{Doc, doc, examples};

fn peering(spec: &str) -> Doc {
    doc("GatewayPeering", "p", spec)
}

/// A peering of vpc-2 and an external, with this entry exposed by vpc-2.
fn exposes(entry: &str) -> Doc {
    peering(&format!("peering:\n  ext.isp: {{expose: [{{default: true}}]}}\n  vpc-2:\n    expose:\n    - {entry}"))
}

/// A peering of vpc-2 and an external with these fields as its list.
fn acl(list: &str) -> Doc {
    peering(&format!(
        "peering:\n  ext.isp: {{expose: [{{default: true}}]}}\n  vpc-2: {{expose: [{{ips: [{{vpcSubnet: default}}]}}]}}\nacl: {list}"
    ))
}

fn rule(fields: &str, comment: &str) -> Doc {
    acl(&format!("\n  rules:\n  - {{{fields}}}{comment}"))
}

const NAT: &str = "{ips: [{cidr: 10.0.4.0/24}], as: [{cidr: 192.168.4.0/24}], nat: ";

fn nat(form: &str) -> Doc {
    exposes(&format!("{NAT}{form}"))
}

fn two(one: &str, other: &str) -> Doc {
    peering(&format!(
        "peering:\n  vpc-2:\n    expose:\n    - {{ips: [{{cidr: 10.0.4.0/24}}], as: [{{cidr: 192.168.4.0/24}}], nat: {one}}}\n  vpc-3:\n    expose:\n    - {{ips: [{{cidr: 10.0.5.0/24}}], as: [{{cidr: 192.168.5.0/24}}], nat: {other}"
    ))
}

/// The peering of the base, with this block exposed to vpc-1.
fn base_peering(block: &str) -> Doc {
    doc(
        "GatewayPeering",
        "vpc-1--vpc-3",
        format!(
            "peering:\n  vpc-1: {{expose: [{{ips: [{{cidr: 10.0.1.0/24}}]}}]}}\n  vpc-3: {{expose: [{{ips: [{block}]}}]}}"
        ),
    )
}

examples! {
    gateway_peering_of_one_is_refused {
        refuse: vec![peering("peering: # HR4510\n  vpc-1: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}")],
        accept: vec![exposes("{ips: [{cidr: 10.0.4.0/24}]}")],
    }

    gateway_peering_of_three_is_refused {
        refuse: vec![peering("peering:\n  vpc-1: {}\n  vpc-2: {}\n  vpc-3: {} # HR4510")],
        accept: vec![peering("peering:\n  vpc-1: {}\n  vpc-2: {}")],
    }

    gateway_peering_by_a_group_that_is_missing_is_refused {
        refuse: vec![peering("gatewayGroup: edge # HR3111\npeering:\n  vpc-1: {}\n  vpc-2: {}")],
        accept: vec![peering("gatewayGroup: default\npeering:\n  vpc-1: {}\n  vpc-2: {}")],
    }

    gateway_peering_with_a_vpc_that_is_missing_is_refused {
        refuse: vec![peering("peering:\n  vpc-9: {} # HR3106\n  vpc-2: {}")],
        accept: vec![peering("peering:\n  vpc-1: {}\n  vpc-2: {}")],
    }

    gateway_peering_with_an_external_that_is_missing_is_refused {
        refuse: vec![peering("peering:\n  ext.nobody: {} # HR3109\n  vpc-2: {}")],
        accept: vec![peering("peering:\n  ext.isp: {}\n  vpc-2: {}")],
    }

    default_exposure_beside_others_is_refused {
        refuse: vec![exposes("{default: true, ips: [{cidr: 10.0.4.0/24}]} # HR4710")],
        accept: vec![exposes("{default: true}")],
    }

    exposure_of_nothing_is_refused {
        refuse: vec![exposes("{ips: []} # HR4710")],
        accept: vec![exposes("{ips: [{cidr: 10.0.4.0/24}]}")],
    }

    exposure_of_two_things_in_one_block_is_refused {
        refuse: vec![exposes("{ips: [{cidr: 10.0.4.0/24, vpcSubnet: default}]} # HR4710")],
        accept: vec![exposes("{ips: [{cidr: 10.0.4.0/25}, {not: 10.0.4.0/28}]}")],
    }

    exposure_of_a_prefix_that_is_none_is_refused {
        refuse: vec![exposes("{ips: [{cidr: 10.0.4.0/24}, {not: 10.0.4.1}]} # HR4710")],
        accept: vec![exposes("{ips: [{cidr: 10.0.4.0/24}, {not: 10.0.4.1/32}]}")],
    }

    exposure_of_an_externals_vpc_subnet_is_refused {
        refuse: vec![peering("peering:\n  ext.isp:\n    expose:\n    - {ips: [{vpcSubnet: default}]} # HR4710\n  vpc-2: {}")],
        accept: vec![peering("peering:\n  ext.isp:\n    expose:\n    - {ips: [{cidr: 8.8.8.0/24}]}\n  vpc-2: {}")],
    }

    exposure_of_a_subnet_that_is_missing_is_refused {
        refuse: vec![exposes("{ips: [{vpcSubnet: backend}]} # HR3107")],
        accept: vec![exposes("{ips: [{vpcSubnet: default}]}")],
    }

    exposure_of_a_prefix_outside_of_the_vpc_is_refused {
        refuse: vec![exposes("{ips: [{cidr: 10.0.4.0/23}]} # HR4711")],
        accept: vec![exposes("{ips: [{cidr: 10.0.4.128/25}]}")],
    }

    exposures_of_two_peerings_to_one_vpc_that_overlap_are_refused {
        refuse: vec![
            doc("GatewayPeering", "p", "peering:\n  vpc-3: {}\n  ext.isp:\n    expose:\n    - {ips: [{cidr: 10.0.1.0/25}]} # HR4712"),
        ],
        accept: vec![
            doc("GatewayPeering", "p", "peering:\n  vpc-3: {}\n  ext.isp:\n    expose:\n    - {ips: [{cidr: 10.0.1.0/25}], as: [{cidr: 192.168.1.0/25}], nat: {static: {}}}"),
        ],
    }

    exposure_that_the_fabric_cannot_compare_is_refused {
        refuse: vec![doc("GatewayPeering", "p", "peering:\n  vpc-1: {}\n  ext.isp:\n    expose:\n    - {ips: [{cidr: 8.8.8.0/24}, {not: 8.8.8.8/32}]} # HR4717"), base_peering("{cidr: 10.0.5.0/24}")],
        accept: vec![doc("GatewayPeering", "p", "peering:\n  vpc-1: {}\n  ext.isp:\n    expose:\n    - {ips: [{cidr: 8.8.8.0/24}]}"), base_peering("{cidr: 10.0.5.0/24}")],
    }

    translation_without_a_target_is_refused {
        refuse: vec![exposes("{ips: [{cidr: 10.0.4.0/24}], nat: {static: {}}} # HR4713")],
        accept: vec![nat("{static: {}}}")],
    }

    target_without_a_translation_is_refused {
        refuse: vec![exposes("{ips: [{cidr: 10.0.4.0/24}], as: [{cidr: 192.168.4.0/24}]} # HR4713")],
        accept: vec![nat("{masquerade: {}}}")],
    }

    translation_of_two_forms_is_refused {
        refuse: vec![nat("{masquerade: {}, static: {}}} # HR4713")],
        accept: vec![nat("{masquerade: {}}}")],
    }

    port_forwarding_without_ports_is_refused {
        refuse: vec![nat("{portForward: {}}} # HR4713")],
        accept: vec![nat("{portForward: {ports: [{port: \"443\", as: \"8443\"}]}}}")],
    }

    port_forwarding_of_another_protocol_is_refused {
        refuse: vec![nat("{portForward: {ports: [{proto: icmp, port: \"443\", as: \"8443\"}]}}} # HR4713")],
        accept: vec![nat("{portForward: {ports: [{proto: udp, port: \"443\", as: \"8443\"}]}}}")],
    }

    forwarded_port_that_is_none_is_refused {
        refuse: vec![nat("{portForward: {ports: [{port: \"0\", as: \"8443\"}]}}} # HR4715")],
        accept: vec![nat("{portForward: {ports: [{port: \"8000-8080\", as: \"80-160\"}]}}}")],
    }

    forwarded_port_without_a_target_is_refused {
        refuse: vec![nat("{portForward: {ports: [{port: \"443\"}]}}} # HR4715")],
        accept: vec![nat("{portForward: {ports: [{port: \"443\", as: \"443\"}]}}}")],
    }

    masquerade_on_both_sides_is_refused {
        refuse: vec![two("{masquerade: {}}", "{masquerade: {}}} # HR4714")],
        accept: vec![two("{static: {}}", "{static: {}}}")],
    }

    static_translation_opposite_of_masquerade_is_refused {
        refuse: vec![two("{masquerade: {}}", "{static: {}}} # HR4714")],
        accept: vec![nat("{masquerade: {}}}")],
    }

    access_list_with_an_unknown_default_is_refused {
        refuse: vec![acl("{default: allow} # HR4716")],
        accept: vec![acl("{default: deny}")],
    }

    access_rule_with_a_name_that_is_none_is_refused {
        refuse: vec![rule("name: Rule_1, action: allow, from: vpc-2", " # HR4716")],
        accept: vec![rule("name: rule-1, action: allow, from: vpc-2", "")],
    }

    access_rule_without_an_action_is_refused {
        refuse: vec![rule("from: vpc-2", " # HR4716")],
        accept: vec![rule("action: deny, to: ext.isp", "")],
    }

    access_rule_without_a_direction_is_refused {
        refuse: vec![rule("action: allow", " # HR4716")],
        accept: vec![rule("action: allow, from: ext.isp, to: vpc-2", "")],
    }

    access_rule_of_another_vpc_is_refused {
        refuse: vec![rule("action: allow, from: vpc-1", " # HR4716")],
        accept: vec![rule("action: allow, from: vpc-2", "")],
    }

    access_rule_of_an_unknown_protocol_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {proto: icmp}", " # HR4716")],
        accept: vec![rule("action: allow, from: vpc-2, match: {proto: \"1\"}", "")],
    }

    access_rule_of_a_prefix_and_a_subnet_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {src: [{cidr: 10.0.4.0/24, vpcSubnet: default}]}", " # HR4716")],
        accept: vec![rule("action: allow, from: vpc-2, match: {src: [{cidr: 10.0.4.0/24}, {vpcSubnet: default}]}", "")],
    }

    access_rule_of_a_prefix_that_is_none_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {dst: [{cidr: 8.8.8.8}]}", " # HR4716")],
        accept: vec![rule("action: allow, from: vpc-2, match: {dst: [{cidr: 8.8.8.8/32}]}", "")],
    }

    access_rule_of_a_port_that_is_none_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {dst: [{ports: [\"80,443\"]}]}", " # HR4715")],
        accept: vec![rule("action: allow, from: vpc-2, match: {dst: [{ports: [\"80\", \"443\"]}]}", "")],
    }

    access_rule_of_a_subnet_that_is_missing_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {src: [{vpcSubnet: backend}]}", " # HR3107")],
        accept: vec![rule("action: allow, to: vpc-2, match: {dst: [{vpcSubnet: default}]}", "")],
    }

    access_rule_of_an_externals_subnet_is_refused {
        refuse: vec![rule("action: allow, from: vpc-2, match: {dst: [{vpcSubnet: default}]}", " # HR4716")],
        accept: vec![rule("action: allow, from: vpc-2, match: {src: [{vpcSubnet: default}]}", "")],
    }
}
