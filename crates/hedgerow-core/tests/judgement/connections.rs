//! Rules for connections.

use crate::harness::{Doc, change, doc, examples, no_finding, run, under};

fn connection(spec: &str) -> Doc {
    doc("Connection", "c", spec)
}

/// An unbundled connection of server-01 to a port.
fn unbundled(name: &str, port: &str) -> Doc {
    doc(
        "Connection",
        name,
        format!("unbundled:\n  link:\n    server: {{port: server-01/{name}}}\n    switch: {{port: {port}}}"),
    )
}

fn external(switch: &str) -> Doc {
    connection(&format!("staticExternal:\n  link:\n    switch: {switch}"))
}

fn eslag(ports: &str) -> Doc {
    connection(&format!("eslag:\n  links:\n{ports}"))
}

fn leaf_03(redundancy: &str) -> Doc {
    let own = "role: border-leaf\nprofile: dell-s5248f-on\nboot: {serial: L-03}\nasn: 65103\nip: 172.30.0.11/21\nprotocolIP: 172.30.8.5/32\nvtepIP: 172.30.12.3/32";
    doc("Switch", "leaf-03", format!("{own}\nredundancy: {redundancy}"))
}

const ESLAG_1_3: &str = "  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-03/E1/9}}";
const ESLAG_1_2: &str = "  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-02/E1/9}}";

examples! {
    connection_without_a_type_is_refused {
        refuse: vec![connection("unbundled: null").with_spec_marker("# HR4201")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    connection_with_two_types_warns {
        refuse: vec![connection("unbundled:\n  link:\n    server: {port: server-01/e1}\n    switch: {port: leaf-03/E1/9}\nexternal: {link: {switch: {port: leaf-03/E1/10}}} # HR4202")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    connection_of_another_type_than_before_is_refused {
        refuse: change(vec![unbundled("c", "leaf-03/E1/9")], vec![connection("bundled: # HR4204\n  links: [{server: {port: server-01/c}, switch: {port: leaf-03/E1/9}}]")]),
        accept: change(vec![unbundled("c", "leaf-03/E1/8")], vec![unbundled("c", "leaf-03/E1/9")]),
    }

    static_external_within_another_vpc_than_before_is_refused {
        refuse: change(
            vec![connection("staticExternal: {withinVPC: vpc-1, link: {}}")],
            vec![connection("staticExternal:\n  withinVPC: vpc-2 # HR4205\n  link: {switch: {port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}}")],
        ),
        accept: change(
            vec![connection("staticExternal: {withinVPC: vpc-1, link: {}}")],
            vec![connection("staticExternal:\n  withinVPC: vpc-1\n  link: {switch: {port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}}")],
        ),
    }

    connection_with_an_mtu_over_what_servers_get_is_refused {
        refuse: vec![connection("unbundled:\n  mtu: 9037 # HR4206\n  link: {server: {port: server-01/e1}, switch: {port: leaf-03/E1/9}}")],
        accept: vec![connection("unbundled:\n  mtu: 9036\n  link: {server: {port: server-01/e1}, switch: {port: leaf-03/E1/9}}")],
    }

    connection_mtu_follows_the_settings {
        refuse: under("[gateway]\nenabled = true\n[mtu]\nfabric = 1600\n", vec![connection("bundled:\n  mtu: 1537 # HR4206\n  links: [{server: {port: server-01/e1}, switch: {port: leaf-03/E1/9}}]")]),
        accept: under("[gateway]\nenabled = true\n[mtu]\nfabric = 1600\n", vec![connection("bundled:\n  mtu: 1536\n  links: [{server: {port: server-01/e1}, switch: {port: leaf-03/E1/9}}]")]),
    }

    connection_without_links_is_refused {
        refuse: vec![connection("fabric: {links: []} # HR4207")],
        accept: vec![connection("fabric: {links: [{spine: {port: spine-01/E1/2}, leaf: {port: leaf-03/E1/55}}]}")],
    }

    port_without_a_device_is_refused {
        refuse: vec![unbundled("c", "/E1/9").marked("/E1/9}", " # HR4208")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    port_without_a_port_is_refused {
        refuse: vec![unbundled("c", "leaf-03").marked("leaf-03}", " # HR4208")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    link_without_a_port_is_refused {
        refuse: vec![connection("external:\n  link:\n    switch: {} # HR4208")],
        accept: vec![connection("external:\n  link:\n    switch: {port: leaf-03/E1/9}")],
    }

    bundle_of_two_switches_is_refused {
        refuse: vec![connection("bundled: # HR4209\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-02/E1/9}}")],
        accept: vec![connection("bundled:\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-01/E1/10}}")],
    }

    bundle_of_two_servers_is_refused {
        refuse: vec![connection("bundled: # HR4209\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-02/e9}, switch: {port: leaf-01/E1/10}}")],
        accept: vec![connection("bundled:\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-01/E1/10}}")],
    }

    fabric_connection_of_three_switches_is_refused {
        refuse: vec![connection("fabric: # HR4209\n  links:\n  - {spine: {port: spine-01/E1/2}, leaf: {port: leaf-02/E1/55}}\n  - {spine: {port: spine-01/E1/3}, leaf: {port: leaf-03/E1/55}}")],
        accept: vec![connection("fabric:\n  links:\n  - {spine: {port: spine-01/E1/2}, leaf: {port: leaf-02/E1/55}}\n  - {spine: {port: spine-01/E1/3}, leaf: {port: leaf-02/E1/56}}")],
    }

    port_twice_in_one_connection_is_refused {
        refuse: vec![connection("bundled:\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-01/E1/9}} # HR4210")],
        accept: vec![connection("bundled:\n  links:\n  - {server: {port: server-01/e1}, switch: {port: leaf-01/E1/9}}\n  - {server: {port: server-01/e2}, switch: {port: leaf-01/E1/10}}")],
    }

    connection_to_a_switch_that_is_missing_is_refused {
        refuse: vec![unbundled("c", "leaf-99/E1/1").marked("leaf-99/E1/1}", " # HR3101")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    connection_to_a_server_that_is_missing_is_refused {
        refuse: vec![connection("unbundled:\n  link:\n    server: {port: server-99/e1} # HR3102\n    switch: {port: leaf-03/E1/9}")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    connection_to_a_gateway_that_is_missing_is_refused {
        refuse: vec![connection("gateway:\n  links:\n  - switch: {port: leaf-03/E1/52}\n    gateway: {port: gateway-9/e1} # HR3110")],
        accept: vec![],
    }

    connection_to_an_interface_that_the_gateway_lacks_is_refused {
        refuse: vec![connection("gateway:\n  links:\n  - switch: {port: leaf-03/E1/52}\n    gateway: {port: gateway-1/e9} # HR3112")],
        accept: vec![],
    }

    static_external_within_a_vpc_that_is_missing_is_refused {
        refuse: vec![connection("staticExternal:\n  withinVPC: vpc-9 # HR3106\n  link: {switch: {port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}}")],
        accept: vec![connection("staticExternal:\n  withinVPC: vpc-2\n  link: {switch: {port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}}")],
    }

    port_that_the_profile_lacks_is_refused {
        refuse: vec![unbundled("c", "leaf-03/E1/57").marked("leaf-03/E1/57}", " # HR4211")],
        accept: vec![unbundled("c", "leaf-03/E1/56")],
    }

    port_with_the_name_of_sonic_is_refused {
        refuse: vec![unbundled("c", "leaf-03/Ethernet8").marked("leaf-03/Ethernet8}", " # HR4211")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    sub_port_without_its_breakout_is_refused {
        refuse: vec![unbundled("c", "leaf-03/E1/56/2").marked("leaf-03/E1/56/2}", " # HR4211")],
        accept: vec![unbundled("c", "leaf-03/E1/56/1")],
    }

    port_of_two_connections_is_refused {
        refuse: vec![unbundled("c", "leaf-01/E1/1").marked("leaf-01/E1/1}", " # HR4212")],
        accept: vec![unbundled("c", "leaf-02/E1/1")],
    }

    port_of_two_connections_by_its_two_names_is_refused {
        refuse: vec![unbundled("c", "leaf-01/E1/55/1").marked("leaf-01/E1/55/1}", " # HR4212")],
        accept: vec![unbundled("c", "leaf-01/E1/54/1")],
    }

    server_port_of_two_connections_is_refused {
        refuse: vec![connection("unbundled:\n  link:\n    server: {port: server-01/enp2s1} # HR4212\n    switch: {port: leaf-03/E1/9}")],
        accept: vec![unbundled("c", "leaf-03/E1/9")],
    }

    eslag_without_redundancy_is_refused {
        refuse: vec![leaf_03("{}"), eslag("  - {server: {port: server-01/e1}, switch: {port: leaf-03/E1/9}} # HR4213\n  - {server: {port: server-01/e2}, switch: {port: leaf-03/E1/10}}")],
        accept: vec![eslag(ESLAG_1_2)],
    }

    eslag_with_a_switch_outside_of_the_group_warns {
        refuse: vec![leaf_03("{}"), eslag(ESLAG_1_3).marked("leaf-03/E1/9}}", " # HR4214")],
        accept: vec![leaf_03("{group: eslag-1, type: eslag}"), eslag(ESLAG_1_3)],
    }

    eslag_across_two_redundancy_groups_is_refused {
        refuse: vec![doc("SwitchGroup", "eslag-2", "{}"), leaf_03("{group: eslag-2, type: eslag}"), eslag(ESLAG_1_3).marked("leaf-03/E1/9}}", " # HR4213")],
        accept: vec![leaf_03("{group: eslag-1, type: eslag}"), eslag(ESLAG_1_3)],
    }

    static_external_without_an_address_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, nextHop: 172.31.1.2} # HR4215")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}")],
    }

    static_external_without_a_next_hop_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24} # HR4215")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}")],
    }

    next_hop_outside_of_the_ports_subnet_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.2.2} # HR4215")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2}")],
    }

    static_external_subnet_with_host_bits_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [10.98.0.1/24]} # HR4216")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [10.98.0.0/24]}")],
    }

    static_external_subnets_that_overlap_are_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [10.98.0.0/16, 10.98.1.0/24]} # HR4216")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [10.98.0.0/24, 10.98.1.0/24]}")],
    }

    default_route_beside_others_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [0.0.0.0/0, 10.98.1.0/24]} # HR4216")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [0.0.0.0/0]}")],
    }

    static_external_subnet_of_the_fabric_is_refused {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [172.30.8.0/24]} # HR4217")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, subnets: [172.29.8.0/24]}")],
    }

    static_external_vlan_that_does_not_exist_warns {
        refuse: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, vlan: 4095} # HR4218")],
        accept: vec![external("{port: leaf-03/E1/9, ip: 172.31.1.1/24, nextHop: 172.31.1.2, vlan: 4094}")],
    }

    link_address_that_is_no_pair_is_refused {
        refuse: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.129.0/30} # HR4219\n    leaf: {port: leaf-02/E1/55, ip: 172.30.129.1/31}")],
        accept: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.129.0/31}\n    leaf: {port: leaf-02/E1/55, ip: 172.30.129.1/31}")],
    }

    link_address_outside_of_the_fabrics_subnet_is_refused {
        refuse: vec![connection("mesh:\n  links:\n  - leaf1: {port: leaf-01/E1/54, ip: 172.30.129.0/31}\n    leaf2: {port: leaf-02/E1/55, ip: 10.30.129.1/31} # HR4219")],
        accept: vec![connection("mesh:\n  links:\n  - leaf1: {port: leaf-01/E1/54, ip: 172.30.129.0/31}\n    leaf2: {port: leaf-02/E1/55, ip: 172.30.129.1/31}")],
    }

    link_addresses_of_two_pairs_are_refused {
        refuse: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.129.0/31}\n    leaf: {port: leaf-02/E1/55, ip: 172.30.129.3/31} # HR4219")],
        accept: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.129.2/31}\n    leaf: {port: leaf-02/E1/55, ip: 172.30.129.3/31}")],
    }

    link_address_that_is_used_twice_is_refused {
        refuse: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.128.0/31} # HR4123\n    leaf: {port: leaf-02/E1/55, ip: 172.30.128.1/31} # HR4123")],
        accept: vec![connection("fabric:\n  links:\n  - spine: {port: spine-01/E1/2, ip: 172.30.128.4/31}\n    leaf: {port: leaf-02/E1/55, ip: 172.30.128.5/31}")],
    }

    leaf_where_a_spine_belongs_warns {
        refuse: vec![connection("fabric:\n  links:\n  - spine: {port: leaf-02/E1/55} # HR4220\n    leaf: {port: leaf-03/E1/55}")],
        accept: vec![connection("mesh:\n  links:\n  - leaf1: {port: leaf-02/E1/55}\n    leaf2: {port: leaf-03/E1/55}")],
    }
}

#[test]
fn a_connection_with_mclag_is_not_looked_at_and_its_ports_stay_free() {
    let links = "links: [{server: {port: nobody/e1}, switch: {port: leaf-01/E1/1}}]";
    no_finding(&vec![connection(&format!("mclag: {{{links}}}"))].into());
    let changed = change(vec![connection("mclag: {links: []}")], vec![connection("mclagDomain: {} # HR4204")]);
    run(changed, vec![connection("mclagDomain: {}")].into());
}
