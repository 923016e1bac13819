//! Rules for switches.

use crate::harness::{Doc, change, doc, examples, under};

/// leaf-03 of the base with another profile and more lines.
fn leaf_of(profile: &str, more: &str) -> Doc {
    let own = "role: border-leaf\nboot: {serial: L-03}\nasn: 65103\nip: 172.30.0.11/21\nprotocolIP: 172.30.8.5/32\nvtepIP: 172.30.12.3/32";
    doc("Switch", "leaf-03", format!("{own}\nprofile: {profile}\n{more}"))
}

/// leaf-03 of the base with more lines.
fn leaf(more: &str) -> Doc {
    leaf_of("dell-s5248f-on", more)
}

/// Another switch, with all that it needs but what `lines` give.
fn other(lines: &str) -> Doc {
    doc("Switch", "other-01", format!("profile: dell-s5248f-on\nboot: {{serial: X}}\n{lines}"))
}

/// Another leaf, hydrated but for what `lines` give.
fn other_leaf(lines: &str) -> Doc {
    other(&format!("role: server-leaf\n{lines}"))
}

const IP: &str = "ip: 172.30.0.20/21";
const ID: &str = "protocolIP: 172.30.8.20/32";
const VTEP: &str = "vtepIP: 172.30.12.20/32";
const ASN: &str = "asn: 65120";

fn lines(lines: &[&str]) -> String {
    lines.join("\n")
}

examples! {
    switch_with_a_role_that_is_gone_is_refused {
        refuse: vec![other(&lines(&["role: virtual-edge # HR4101", IP, ID, ASN]))],
        accept: vec![other(&lines(&["role: mixed-leaf", IP, ID, VTEP, ASN]))],
    }

    switch_without_a_profile_is_refused {
        refuse: vec![doc("Switch", "other-01", lines(&["role: spine", "boot: {serial: x}", IP, ID, "asn: 65100"])).with_spec_marker("# HR3301")],
        accept: vec![other(&lines(&["role: spine", IP, ID, "asn: 65100"]))],
    }

    switch_profile_outside_of_the_catalogue_warns {
        refuse: vec![leaf_of("dell-s5248f-onn # HR3201", "")],
        accept: vec![leaf_of("dell-s5248f-on", "")],
    }

    switch_profile_that_is_an_option_warns {
        refuse: vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: vs-clsp # HR3202", IP, ID, VTEP, ASN]))],
        accept: under("[gateway]\nenabled = true\n[profiles]\nclsp = true\n", vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: vs-clsp", IP, ID, VTEP, ASN]))]),
    }

    switch_in_a_group_that_is_missing_is_refused {
        refuse: vec![leaf("groups: [rack-9] # HR3103")],
        accept: vec![doc("SwitchGroup", "rack-9", "{}"), leaf("groups: [rack-9]")],
    }

    switch_in_a_redundancy_group_that_is_missing_is_refused {
        refuse: vec![leaf("redundancy: {group: eslag-9, type: eslag} # HR3103")],
        accept: vec![doc("SwitchGroup", "eslag-9", "{}"), leaf("redundancy: {group: eslag-9, type: eslag}")],
    }

    switch_with_an_empty_group_name_is_refused {
        refuse: vec![leaf("groups: [\"\"] # HR4104")],
        accept: vec![leaf("groups: [eslag-1]")],
    }

    redundancy_without_a_type_is_refused {
        refuse: vec![leaf("redundancy: {group: eslag-1} # HR4102")],
        accept: vec![leaf("redundancy: {}")],
    }

    redundancy_without_a_group_is_refused {
        refuse: vec![leaf("redundancy: {type: eslag} # HR4102")],
        accept: vec![leaf("redundancy: {group: eslag-1, type: eslag}")],
    }

    switch_with_mclag_warns {
        refuse: vec![leaf("redundancy: {group: eslag-1, type: mclag} # HR4103")],
        accept: vec![leaf("redundancy: {group: eslag-1, type: eslag}")],
    }

    switch_in_a_vlan_namespace_that_is_missing_is_refused {
        refuse: vec![leaf("vlanNamespaces: [default, prod] # HR3104")],
        accept: vec![doc("VLANNamespace", "prod", "ranges: [{from: 100, to: 199}]"), leaf("vlanNamespaces: [default, prod]")],
    }

    switch_in_vlan_namespaces_that_overlap_is_refused {
        refuse: vec![
            doc("VLANNamespace", "prod", "ranges: [{from: 900, to: 1000}]"),
            leaf("vlanNamespaces:\n- default\n- prod # HR4105"),
        ],
        accept: vec![
            doc("VLANNamespace", "prod", "ranges: [{from: 900, to: 999}]"),
            leaf("vlanNamespaces:\n- default\n- prod"),
        ],
    }

    switch_in_a_vlan_namespace_twice_is_refused {
        refuse: vec![leaf("vlanNamespaces:\n- default\n- default # HR4105")],
        accept: vec![leaf("vlanNamespaces:\n- default")],
    }

    port_group_that_the_profile_lacks_is_refused {
        refuse: vec![leaf("portGroupSpeeds: {\"13\": 10G} # HR4106")],
        accept: vec![leaf("portGroupSpeeds: {\"12\": 10G}")],
    }

    port_group_speed_that_is_not_supported_is_refused {
        refuse: vec![leaf("portGroupSpeeds: {\"1\": 100G} # HR4108")],
        accept: vec![leaf("portGroupSpeeds: {\"1\": SPEED_10G}")],
    }

    speed_of_a_port_that_the_profile_lacks_is_refused {
        refuse: vec![leaf("portSpeeds: {E1/57: 25G} # HR4106")],
        accept: vec![leaf_of("celestica-ds2000", "portSpeeds: {E1/48: 10G}")],
    }

    port_speed_that_is_not_supported_is_refused {
        refuse: vec![leaf_of("celestica-ds2000", "portSpeeds: {E1/1: 40G} # HR4108")],
        accept: vec![leaf_of("celestica-ds2000", "portSpeeds: {E1/1: 25G}")],
    }

    speed_of_a_port_of_a_group_is_refused {
        refuse: vec![leaf("portSpeeds: {E1/1: 25G} # HR4107")],
        accept: vec![leaf("portGroupSpeeds: {\"1\": 25G}")],
    }

    speed_of_a_port_with_breakouts_is_refused {
        refuse: vec![leaf("portSpeeds: {E1/49: 100G} # HR4107")],
        accept: vec![leaf("portBreakouts: {E1/49: 1x100G}")],
    }

    breakout_that_is_not_supported_is_refused {
        refuse: vec![leaf("portBreakouts: {E1/49: 8x10G} # HR4109")],
        accept: vec![leaf("portBreakouts: {E1/49: 4x10G}")],
    }

    breakout_of_a_port_without_breakouts_is_refused {
        refuse: vec![leaf("portBreakouts: {E1/1: 4x25G} # HR4107")],
        accept: vec![leaf("portBreakouts: {E1/50: 4x25G}")],
    }

    breakout_of_a_port_that_the_profile_lacks_is_refused {
        refuse: vec![leaf("portBreakouts: {E1/99: 4x25G} # HR4106")],
        accept: vec![leaf("portBreakouts: {E1/56: 4x25G}")],
    }

    autoneg_of_a_port_that_does_not_allow_it_is_refused {
        refuse: vec![leaf("portAutoNegs: {E1/1: true} # HR4110")],
        accept: vec![leaf_of("edgecore-eps202", "portAutoNegs: {E1/1: true}")],
    }

    autoneg_of_a_port_with_breakouts_as_a_whole_is_refused {
        refuse: vec![spine_of("celestica-ds3000", "portAutoNegs: {E1/30: true} # HR4110")],
        accept: vec![spine_of("celestica-ds3000", "portAutoNegs: {E1/30/1: true}")],
    }

    autoneg_of_a_sub_port_beyond_the_breakout_is_refused {
        refuse: vec![spine_of("celestica-ds3000", "portAutoNegs: {E1/30/2: true} # HR4106")],
        accept: vec![spine_of("celestica-ds3000", "portBreakouts: {E1/30: 2x50G}\nportAutoNegs: {E1/30/2: true}")],
    }

    error_correction_of_a_port_that_is_broken_out_is_refused {
        refuse: vec![leaf("portBreakouts: {E1/49: 4x25G}\nportFECs: {E1/49: rs} # HR4111")],
        accept: vec![leaf("portBreakouts: {E1/49: 4x25G}\nportFECs: {E1/49/4: rs, E1/50: rs, E1/1: fc}")],
    }

    error_correction_of_a_port_that_the_profile_lacks_is_refused {
        refuse: vec![leaf("portFECs: {E1/49/2: rs} # HR4106")],
        accept: vec![leaf("portFECs: {E1/49/1: rs}")],
    }

    roce_on_a_model_without_it_is_refused {
        refuse: vec![leaf_of("celestica-ds2000", "roce: true # HR4112")],
        accept: vec![leaf("roce: true")],
    }

    roce_balancing_on_a_model_without_it_is_refused {
        refuse: vec![leaf("ecmp: {roceQPN: true} # HR4112")],
        accept: vec![leaf("ecmp: {}")],
    }

    eslag_on_a_model_without_it_is_refused {
        refuse: vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: celestica-ds5000", "boot: {serial: x}", "redundancy: {group: eslag-1, type: eslag} # HR4112", IP, ID, VTEP, ASN]))],
        accept: vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: celestica-ds5000", "boot: {serial: x}", IP, ID, VTEP, ASN]))],
    }

    breakouts_beyond_the_ports_of_a_switch_are_refused {
        refuse: vec![spine_of("celestica-ds4000", &format!("portBreakouts: # HR4113\n{}", breakouts(1..=32, "8x25G", "  ", " # HR4114")))],
        accept: vec![spine_of("celestica-ds4000", &format!("portBreakouts:\n{}", breakouts(1..=32, "4x25G", "  ", "")))],
    }

    breakouts_beyond_the_ports_of_a_pipeline_are_refused {
        refuse: vec![spine_of("celestica-ds5000", "portBreakouts: {E1/1: 8x100G, E1/4: 4x200G} # HR4114")],
        accept: vec![spine_of("celestica-ds5000", "portBreakouts: {E1/1: 8x100G, E1/4: 2x200G}")],
    }

    breakouts_that_change_while_roce_is_on_are_refused {
        refuse: change(vec![leaf("roce: true\nportBreakouts: {E1/49: 1x100G}")], vec![leaf("roce: true\nportBreakouts: {E1/49: 4x25G} # HR4115")]),
        accept: change(vec![leaf("portBreakouts: {E1/49: 1x100G}")], vec![leaf("portBreakouts: {E1/49: 4x25G}")]),
    }

    breakouts_that_change_with_roce_are_refused {
        refuse: change(vec![leaf("roce: true")], vec![leaf("portBreakouts: {E1/49: 4x25G} # HR4115")]),
        accept: change(vec![leaf("roce: true\nportBreakouts: {E1/49: 4x25G}")], vec![leaf("portBreakouts: {E1/49: 4x25G}")]),
    }

    switch_that_nothing_identifies_warns {
        refuse: vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: dell-s5248f-on", IP, ID, VTEP, ASN])).with_spec_marker("# HR4116")],
        accept: vec![doc("Switch", "other-01", lines(&["role: server-leaf", "profile: vs", IP, ID, VTEP, ASN]))],
    }

    management_address_outside_of_its_subnet_is_refused {
        refuse: vec![other_leaf(&lines(&["ip: 10.0.0.1/21 # HR4120", ID, VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    management_address_in_the_dhcp_range_is_refused {
        refuse: vec![other_leaf(&lines(&["ip: 172.30.4.0/21 # HR4120", ID, VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&["ip: 172.30.3.255/21", ID, VTEP, ASN]))],
    }

    management_address_of_the_control_nodes_is_refused {
        refuse: vec![other_leaf(&lines(&["ip: 172.30.0.1/21 # HR4120", ID, VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&["ip: 172.30.0.2/21", ID, VTEP, ASN]))],
    }

    address_without_a_length_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, "protocolIP: 172.30.8.20 # HR4119", VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&[IP, "protocolIP: 172.30.8.20/32", VTEP, ASN]))],
    }

    router_id_that_is_no_host_address_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, "protocolIP: 172.30.8.20/31 # HR4120", VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    tunnel_end_point_outside_of_its_subnet_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, ID, "vtepIP: 172.30.16.1/32 # HR4120", ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, "vtepIP: 172.30.15.254/32", ASN]))],
    }

    spine_with_a_tunnel_end_point_is_refused {
        refuse: vec![other(&lines(&["role: spine", IP, ID, "vtepIP: 172.30.12.20/32 # HR4121", "asn: 65100"]))],
        accept: vec![other(&lines(&["role: spine", IP, ID, "asn: 65100"]))],
    }

    spine_with_another_asn_is_refused {
        refuse: vec![other(&lines(&["role: spine", IP, ID, "asn: 65101 # HR4122"]))],
        accept: vec![other(&lines(&["role: spine", IP, ID, "asn: 65100"]))],
    }

    leaf_with_an_asn_outside_of_the_range_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, ID, VTEP, "asn: 65534 # HR4122"]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, "asn: 65533"]))],
    }

    management_address_of_two_switches_is_refused {
        refuse: vec![other_leaf(&lines(&["ip: 172.30.0.9/21 # HR4123", ID, VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    router_id_of_two_devices_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, "protocolIP: 172.30.8.3/32 # HR4123", VTEP, ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    tunnel_end_point_of_two_leaves_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, ID, "vtepIP: 172.30.12.1/32 # HR4123", ASN]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    asn_of_two_leaves_is_refused {
        refuse: vec![other_leaf(&lines(&[IP, ID, VTEP, "asn: 65101 # HR4124"]))],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }

    wiring_that_is_hydrated_in_part_warns {
        refuse: vec![other_leaf(&lines(&[IP, ID, VTEP])).with_spec_marker("# HR4118")],
        accept: vec![other_leaf(&lines(&[IP, ID, VTEP, ASN]))],
    }
}

fn spine_of(profile: &str, more: &str) -> Doc {
    doc(
        "Switch",
        "other-01",
        format!("role: spine\nprofile: {profile}\nboot: {{serial: x}}\n{IP}\n{ID}\nasn: 65100\n{more}"),
    )
}

/// A line for each port; the first of each four bears `comment` (a pipeline of the ds4000 has four ports).
fn breakouts(ports: std::ops::RangeInclusive<u32>, mode: &str, indent: &str, comment: &str) -> String {
    let line = |n: u32| format!("{indent}E1/{n}: {mode}{}", if n % 4 == 1 { comment } else { "" });
    ports.map(line).collect::<Vec<_>>().join("\n")
}
