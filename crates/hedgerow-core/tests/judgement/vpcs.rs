//! Rules for VPCs.

use crate::harness::{Doc, doc, examples, under};

fn vpc(spec: &str) -> Doc {
    doc("VPC", "vpc-9", spec)
}

/// A VPC with one subnet of these fields.
fn subnet(fields: &str) -> Doc {
    vpc(&format!("subnets:\n  default: {fields}"))
}

/// A VPC whose subnet 10.0.9.0/24 has this DHCP.
fn dhcp(fields: &str) -> Doc {
    vpc(&format!("subnets:\n  default:\n    subnet: 10.0.9.0/24\n    vlan: 1009\n    dhcp: {fields}"))
}

const TWO: &str = "subnets:\n  a: {subnet: 10.0.9.0/24, vlan: 1009}\n  b: {subnet: 10.0.10.0/24, vlan: 1010}\n";

fn two(more: &str) -> Doc {
    vpc(&format!("{TWO}{more}"))
}

examples! {
    vpc_mode_that_is_not_supported_is_refused {
        refuse: vec![two("mode: l3flat # HR4401")],
        accept: vec![two("mode: l3vni")],
    }

    vpc_without_subnets_is_refused {
        refuse: vec![vpc("subnets: {} # HR4402")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_with_twenty_one_subnets_is_refused {
        refuse: vec![vpc(&format!("subnets: # HR4402\n{}", (0..21).map(|n| format!("  s{n}: {{subnet: 10.0.9.{}/30, vlan: {}}}", n * 4, 1100 + n)).collect::<Vec<_>>().join("\n")))],
        accept: vec![vpc(&format!("subnets:\n{}", (0..20).map(|n| format!("  s{n}: {{subnet: 10.0.9.{}/30, vlan: {}}}", n * 4, 1100 + n)).collect::<Vec<_>>().join("\n")))],
    }

    vpc_in_an_ipv4_namespace_that_is_missing_is_refused {
        refuse: vec![two("ipv4Namespace: prod # HR3105")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [10.0.0.0/16]"), two("ipv4Namespace: prod")],
    }

    vpc_in_a_vlan_namespace_that_is_missing_is_refused {
        refuse: vec![two("vlanNamespace: prod # HR3104")],
        accept: vec![doc("VLANNamespace", "prod", "ranges: [{from: 1000, to: 1999}]"), two("vlanNamespace: prod")],
    }

    vpc_subnet_without_addresses_is_refused {
        refuse: vec![subnet("{vlan: 1009} # HR3301")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_subnet_that_is_none_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0, vlan: 1009} # HR4307")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_subnet_smaller_than_a_30_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/31, vlan: 1009} # HR4404")],
        accept: vec![subnet("{subnet: 10.0.9.0/30, vlan: 1009}")],
    }

    vpc_subnet_with_host_bits_warns {
        refuse: vec![subnet("{subnet: 10.0.9.5/24, vlan: 1009} # HR4308")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_subnet_of_the_fabric_is_refused {
        refuse: vec![doc("IPv4Namespace", "default", "subnets: [10.0.0.0/16, 172.28.0.0/16]"), subnet("{subnet: 172.30.0.0/24, vlan: 1009} # HR4217 HR4403")],
        accept: vec![doc("IPv4Namespace", "default", "subnets: [10.0.0.0/16, 172.28.0.0/16]"), subnet("{subnet: 172.28.0.0/24, vlan: 1009}")],
    }

    vpc_subnet_of_the_fabric_follows_the_settings {
        refuse: under("[gateway]\nenabled = true\n[subnets]\nreserved = [\"10.0.9.128/25\"]\n", vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009} # HR4217")]),
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_subnet_outside_its_namespace_is_refused {
        refuse: vec![subnet("{subnet: 192.168.9.0/24, vlan: 1009} # HR4403")],
        accept: vec![subnet("{subnet: 10.0.255.0/24, vlan: 1009}")],
    }

    vpc_subnet_wider_than_its_namespace_is_refused {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets: [10.5.0.0/24]"), vpc("ipv4Namespace: prod\nsubnets:\n  default: {subnet: 10.5.0.0/23, vlan: 1009} # HR4403")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [10.5.0.0/24]"), vpc("ipv4Namespace: prod\nsubnets:\n  default: {subnet: 10.5.0.0/24, vlan: 1009}")],
    }

    vpc_subnets_that_overlap_are_refused {
        refuse: vec![vpc("subnets:\n  a: {subnet: 10.0.9.0/24, vlan: 1009}\n  b: {subnet: 10.0.9.128/25, vlan: 1010} # HR4405")],
        accept: vec![vpc("subnets:\n  a: {subnet: 10.0.9.0/25, vlan: 1009}\n  b: {subnet: 10.0.9.128/25, vlan: 1010}")],
    }

    vpc_subnet_of_another_vpc_is_refused {
        refuse: vec![subnet("{subnet: 10.0.1.128/25, vlan: 1009} # HR4406")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [10.0.0.0/16]"), vpc("ipv4Namespace: prod\nsubnets:\n  default: {subnet: 10.0.1.128/25, vlan: 1009}")],
    }

    vpc_gateway_outside_of_the_subnet_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, gateway: 10.0.8.1, vlan: 1009} # HR4407")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, gateway: 10.0.9.77, vlan: 1009}")],
    }

    vpc_gateway_that_is_no_address_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, gateway: 10.0.9.1/24, vlan: 1009} # HR4407")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1009}")],
    }

    vpc_subnet_without_a_vlan_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24} # HR3301")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, hostBGP: true}")],
    }

    vlan_of_two_subnets_of_a_vpc_is_refused {
        refuse: vec![vpc("subnets:\n  a: {subnet: 10.0.9.0/24, vlan: 1009}\n  b: {subnet: 10.0.10.0/24, vlan: 1009} # HR4408")],
        accept: vec![two("")],
    }

    vlan_of_bgp_hosts_of_another_vpc_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, hostBGP: true, vlan: 1001} # HR4409")],
        accept: vec![vpc("subnets:\n  a: {subnet: 10.0.9.0/24, hostBGP: true, vlan: 1009}\n  b: {subnet: 10.0.10.0/24, vlan: 1009}")],
    }

    vlan_of_another_vpc_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1001} # HR4409")],
        accept: vec![doc("VLANNamespace", "prod", "ranges: [{from: 1000, to: 1999}]"), vpc("vlanNamespace: prod\nsubnets:\n  default: {subnet: 10.0.9.0/24, vlan: 1001}")],
    }

    vlan_outside_of_its_namespace_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, vlan: 3000} # HR4410")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 2999}")],
    }

    vlan_that_does_not_exist_is_refused {
        refuse: vec![subnet("{subnet: 10.0.9.0/24, vlan: 4095} # HR4410")],
        accept: vec![subnet("{subnet: 10.0.9.0/24, vlan: 1000}")],
    }

    dhcp_where_hosts_speak_bgp_is_refused {
        refuse: vec![vpc("subnets:\n  default:\n    subnet: 10.0.9.0/24\n    hostBGP: true\n    dhcp: {enable: true} # HR4411")],
        accept: vec![vpc("subnets:\n  default:\n    subnet: 10.0.9.0/24\n    hostBGP: true\n    dhcp: {enable: false}")],
    }

    dhcp_relay_beside_a_server_is_refused {
        refuse: vec![dhcp("{enable: true, relay: 10.99.0.1/32} # HR4412")],
        accept: vec![dhcp("{relay: 10.99.0.1/32}")],
    }

    dhcp_relay_without_a_length_is_refused {
        refuse: vec![dhcp("{relay: 10.99.0.1} # HR4412")],
        accept: vec![dhcp("{relay: 10.99.0.1/32, relayVPC: vpc-2}")],
    }

    dhcp_relay_vpc_without_a_relay_is_refused {
        refuse: vec![dhcp("{relayVPC: vpc-2} # HR4412")],
        accept: vec![dhcp("{relay: 10.99.0.1/32, relayVPC: vpc-2}")],
    }

    dhcp_relay_vpc_that_is_missing_is_refused {
        refuse: vec![dhcp("{relay: 10.99.0.1/32, relayVPC: vpc-8} # HR3106")],
        accept: vec![dhcp("{relay: 10.99.0.1/32, relayVPC: vpc-2}")],
    }

    dhcp_range_outside_of_the_subnet_is_refused {
        refuse: vec![dhcp("{enable: true, range: {start: 10.0.8.10}} # HR4413")],
        accept: vec![dhcp("{enable: true, range: {start: 10.0.9.10}}")],
    }

    dhcp_range_with_the_gateway_as_its_start_is_refused {
        refuse: vec![dhcp("{enable: true, range: {start: 10.0.9.1}} # HR4413")],
        accept: vec![dhcp("{enable: true, range: {start: 10.0.9.2}}")],
    }

    dhcp_range_with_the_network_as_its_end_is_refused {
        refuse: vec![dhcp("{enable: true, range: {end: 10.0.9.0}} # HR4413")],
        accept: vec![dhcp("{enable: true, range: {end: 10.0.9.255}}")],
    }

    dhcp_range_with_the_gateway_as_its_default_start_is_refused {
        refuse: vec![vpc("subnets:\n  default:\n    subnet: 10.0.9.0/24\n    gateway: 10.0.9.2\n    vlan: 1009\n    dhcp: {enable: true} # HR4413")],
        accept: vec![vpc("subnets:\n  default:\n    subnet: 10.0.9.0/24\n    gateway: 10.0.9.2\n    vlan: 1009\n    dhcp: {enable: true, range: {start: 10.0.9.3}}")],
    }

    dhcp_range_that_goes_downwards_is_refused {
        refuse: vec![dhcp("{enable: true, range: {start: 10.0.9.99, end: 10.0.9.10}} # HR4413")],
        accept: vec![dhcp("{enable: true, range: {start: 10.0.9.10, end: 10.0.9.99}}")],
    }

    dhcp_range_that_ends_before_its_default_start_is_refused {
        refuse: vec![dhcp("{enable: true, range: {end: 10.0.9.2}} # HR4413")],
        accept: vec![dhcp("{enable: true, range: {end: 10.0.9.3}}")],
    }

    dhcp_settings_while_it_is_off_warn {
        refuse: vec![dhcp("{range: {start: 10.0.9.10}, options: {interfaceMTU: 1500}} # HR4414")],
        accept: vec![dhcp("{range: {}, options: {}}")],
    }

    static_addresses_while_dhcp_is_off_are_refused {
        refuse: vec![dhcp("{static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}}} # HR4415")],
        accept: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}}}")],
    }

    dns_server_that_is_no_address_is_refused {
        refuse: vec![dhcp("{enable: true, options: {dnsServers: [dns.example.com]}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {dnsServers: [9.9.9.9]}}")],
    }

    time_server_that_is_no_address_is_refused {
        refuse: vec![dhcp("{enable: true, options: {timeServers: [10.0.0.1/32]}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {timeServers: [10.0.0.1]}}")],
    }

    dhcp_mtu_beyond_its_limits_is_refused {
        refuse: vec![dhcp("{enable: true, options: {interfaceMTU: 9037}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {interfaceMTU: 96}}")],
    }

    dhcp_lease_of_no_time_is_refused {
        refuse: vec![dhcp("{enable: true, options: {leaseTimeSeconds: -1}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {leaseTimeSeconds: 0, interfaceMTU: 1500}}")],
    }

    advertised_route_without_a_destination_is_refused {
        refuse: vec![dhcp("{enable: true, options: {advertisedRoutes: [{gateway: 10.0.9.5}]}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {advertisedRoutes: [{destination: 10.99.0.0/24, gateway: 10.0.9.5}]}}")],
    }

    advertised_route_through_another_subnet_is_refused {
        refuse: vec![dhcp("{enable: true, options: {advertisedRoutes: [{destination: 10.99.0.0/24, gateway: 10.0.8.5}]}} # HR4416")],
        accept: vec![dhcp("{enable: true, options: {advertisedRoutes: [{destination: 10.99.0.0/24, gateway: 10.0.9.5}]}}")],
    }

    static_address_outside_of_the_subnet_is_refused {
        refuse: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.8.5}}} # HR4417")],
        accept: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}}}")],
    }

    static_address_that_is_the_broadcast_address_is_refused {
        refuse: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.255}}} # HR4417")],
        accept: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.254}}}")],
    }

    static_address_of_no_hardware_is_refused {
        refuse: vec![dhcp("{enable: true, static: {server-01: {ip: 10.0.9.5}}} # HR4417")],
        accept: vec![dhcp("{enable: true, static: {0c20.12ff.0000: {ip: 10.0.9.5}}}")],
    }

    static_address_of_two_servers_is_refused {
        refuse: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}, \"0c:20:12:ff:00:01\": {ip: 10.0.9.5}}} # HR4417")],
        accept: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}, \"0c:20:12:ff:00:01\": {ip: 10.0.9.6}}}")],
    }

    hardware_address_in_two_spellings_warns {
        refuse: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}, \"0C-20-12-FF-00-00\": {ip: 10.0.9.6}}} # HR4418")],
        accept: vec![dhcp("{enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.9.5}}}")],
    }

    permit_list_of_one_subnet_is_refused {
        refuse: vec![two("permit: [[a]] # HR4419")],
        accept: vec![two("permit: [[a, b]]")],
    }

    permit_list_of_an_unknown_subnet_is_refused {
        refuse: vec![two("permit: [[a, c]] # HR3107")],
        accept: vec![two("permit: [[b, a]]")],
    }

    permit_list_with_a_subnet_twice_is_refused {
        refuse: vec![two("permit: [[a, b, a]] # HR4420")],
        accept: vec![two("permit: [[a, b], [b, a]]")],
    }

    static_route_with_host_bits_is_refused {
        refuse: vec![two("staticRoutes: [{prefix: 10.99.0.1/24, nextHops: [10.0.9.5]}] # HR4421")],
        accept: vec![two("staticRoutes: [{prefix: 10.99.0.0/24, nextHops: [10.0.9.5]}]")],
    }

    static_route_without_a_next_hop_is_refused {
        refuse: vec![two("staticRoutes: [{prefix: 10.99.0.0/24}] # HR4421")],
        accept: vec![two("staticRoutes: [{prefix: 0.0.0.0/0, nextHops: [10.0.9.5]}]")],
    }

    next_hop_that_is_no_address_warns {
        refuse: vec![two("staticRoutes: [{prefix: 10.99.0.0/24, nextHops: [router-1]}] # HR4422")],
        accept: vec![two("staticRoutes: [{prefix: 10.99.0.0/24, nextHops: [10.0.9.5]}]")],
    }
}
