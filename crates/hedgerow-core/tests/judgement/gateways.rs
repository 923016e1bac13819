//! Rules for gateways and their groups.

use crate::harness::{Doc, doc, examples};

/// A second gateway, hydrated, with more lines.
fn gateway(more: &str) -> Doc {
    with_lines(
        &[
            ("protocolIP", "172.30.8.10/32"),
            ("vtepIP", "172.30.12.10/32"),
            ("vtepMAC", "\"ca:fe:ba:be:01:02\""),
            ("asn", "65534"),
        ],
        more,
    )
}

/// A second gateway with one of its lines otherwise.
fn otherwise(key: &str, value: &str) -> Doc {
    let lines = [
        ("protocolIP", "172.30.8.10/32"),
        ("vtepIP", "172.30.12.10/32"),
        ("vtepMAC", "\"ca:fe:ba:be:01:02\""),
        ("asn", "65534"),
    ];
    with_lines(&lines.map(|(own, given)| if own == key { (own, value) } else { (own, given) }), "")
}

fn with_lines(lines: &[(&str, &str)], more: &str) -> Doc {
    let lines: String = lines.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    let rest = "neighbors: [{source: e1, ip: 172.30.128.8, asn: 65103}]";
    let more = if more.contains("neighbors") { more.to_owned() } else { format!("{rest}\n{more}") };
    let more = if more.contains("interfaces") {
        more
    } else {
        format!("interfaces: {{e1: {{ips: [172.30.128.9/31]}}}}\n{more}")
    };
    doc("Gateway", "gateway-2", format!("{lines}{more}"))
}

fn many(count: u32, comment: &str) -> Vec<Doc> {
    let own = |n: u32| {
        let last = if n == count { comment } else { "" };
        doc(
            "Gateway",
            format!("gw-{n}"),
            format!(
                "protocolIP: 172.30.8.{0}/32\nvtepIP: 172.30.12.{0}/32\nvtepMAC: \"ca:fe:ba:be:02:{0}\"\nasn: 65534\ninterfaces: {{e1: {{ips: [172.30.128.9/31]}}}}\nneighbors: [{{ip: 172.30.128.8, asn: 65103}}]\ngroups:\n- name: default{last}",
                20 + n
            ),
        )
    };
    (1..=count).map(own).collect()
}

examples! {
    gateway_with_too_many_workers_is_refused {
        refuse: vec![gateway("workers: 65 # HR4703")],
        accept: vec![gateway("workers: 64")],
    }

    gateway_router_id_that_is_no_host_address_is_refused {
        refuse: vec![otherwise("protocolIP", "172.30.8.10/31 # HR4120")],
        accept: vec![gateway("")],
    }

    gateway_router_id_of_a_switch_is_refused {
        refuse: vec![otherwise("protocolIP", "172.30.8.3/32 # HR4123")],
        accept: vec![gateway("")],
    }

    gateway_tunnel_end_point_of_a_switch_is_refused {
        refuse: vec![otherwise("vtepIP", "172.30.12.1/32 # HR4123")],
        accept: vec![gateway("")],
    }

    gateway_hardware_address_for_many_is_refused {
        refuse: vec![otherwise("vtepMAC", "\"01:fe:ba:be:01:02\" # HR4704")],
        accept: vec![gateway("")],
    }

    gateway_hardware_address_of_zeros_is_refused {
        refuse: vec![otherwise("vtepMAC", "\"00:00:00:00:00:00\" # HR4704")],
        accept: vec![gateway("")],
    }

    gateway_hardware_address_of_another_is_refused {
        refuse: vec![otherwise("vtepMAC", "CA-FE-BA-BE-01-01 # HR4123")],
        accept: vec![gateway("")],
    }

    gateway_with_another_asn_is_refused {
        refuse: vec![otherwise("asn", "65100 # HR4122")],
        accept: vec![gateway("")],
    }

    gateway_without_an_interface_is_refused {
        refuse: vec![gateway("interfaces: {} # HR4705")],
        accept: vec![gateway("interfaces: {e1: {ips: [172.30.128.9/31]}}")],
    }

    gateway_interface_with_a_long_name_is_refused {
        refuse: vec![gateway("interfaces:\n  enp2s1eth10: {ips: [172.30.128.9/31]} # HR4705")],
        accept: vec![gateway("interfaces:\n  enp2s1eth1: {ips: [172.30.128.9/31]}")],
    }

    gateway_interface_address_without_a_length_is_refused {
        refuse: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9]} # HR4705")],
        accept: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9/31]}")],
    }

    gateway_interface_with_two_drivers_is_refused {
        refuse: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9/31], pci: \"0000:02:00.0\", kernel: enp2s1} # HR4705")],
        accept: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9/31], pci: \"0000:02:00.0\"}")],
    }

    gateway_interface_with_no_pci_address_is_refused {
        refuse: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9/31], pci: \"02:00.0\"} # HR4705")],
        accept: vec![gateway("interfaces:\n  e1: {ips: [172.30.128.9/31], pci: \"0000:02:00.0\"}")],
    }

    gateway_interface_with_its_kernel_name_is_refused {
        refuse: vec![gateway("interfaces:\n  enp2s1: {ips: [172.30.128.9/31], kernel: enp2s1} # HR4705")],
        accept: vec![gateway("interfaces:\n  port1: {ips: [172.30.128.9/31], kernel: enp2s1}")],
    }

    gateway_neighbor_that_is_no_host_is_refused {
        refuse: vec![gateway("neighbors: [{ip: 224.0.0.1, asn: 65103}] # HR4706")],
        accept: vec![gateway("neighbors: [{ip: 172.30.128.8, asn: 65103}]")],
    }

    gateway_neighbor_without_a_number_is_refused {
        refuse: vec![gateway("neighbors: [{ip: 172.30.128.8}] # HR4706")],
        accept: vec![gateway("neighbors: [{ip: 172.30.128.8, asn: 65103}]")],
    }

    gateway_log_level_that_is_none_warns {
        refuse: vec![gateway("logs: {default: info, tags: {nat: verbose}} # HR4707")],
        accept: vec![gateway("logs: {default: info, tags: {nat: trace}}")],
    }

    gateway_in_a_group_twice_is_refused {
        refuse: vec![gateway("groups: [{name: default}, {name: default, priority: 1}] # HR4708")],
        accept: vec![gateway("groups: [{name: default, priority: 1}]")],
    }

    gateway_in_a_group_that_is_missing_is_refused {
        refuse: vec![gateway("groups: [{name: edge}] # HR3111")],
        accept: vec![doc("GatewayGroup", "edge", "{}"), gateway("groups: [{name: edge}]")],
    }

    gateway_membership_without_a_name_is_refused {
        refuse: vec![gateway("groups: [{priority: 1}] # HR3301")],
        accept: vec![gateway("groups: []")],
    }

    gateway_beyond_the_size_of_a_group_is_refused {
        refuse: many(10, " # HR4709"),
        accept: many(9, ""),
    }
}
