//! Rules for VLAN and IPv4 namespaces.

use crate::harness::{change, doc, examples, under};

examples! {
    vlan_range_that_goes_downwards_is_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 200, to: 100} # HR4301")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 100, to: 200}")],
    }

    vlan_range_beyond_the_vlans_is_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 4000, to: 4095} # HR4301")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 4000, to: 4094}")],
    }

    vlan_range_without_a_start_is_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {to: 100} # HR4301")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 100}")],
    }

    vlan_ranges_that_overlap_are_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 100, to: 200}\n- {from: 200, to: 300} # HR4302")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 100, to: 200}\n- {from: 201, to: 300}")],
    }

    vlans_of_the_fabric_are_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 2999, to: 3000} # HR4303")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 2998, to: 2999}")],
    }

    vlans_of_the_workaround_are_refused {
        refuse: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 3999} # HR4303")],
        accept: vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 4000}")],
    }

    vlans_of_the_fabric_follow_the_settings {
        refuse: under("[gateway]\nenabled = true\n[vlans]\nirb = [\"500-599\"]\n", vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 599} # HR4303")]),
        accept: under("[gateway]\nenabled = true\n[vlans]\nirb = [\"500-599\"]\n", vec![doc("VLANNamespace", "prod", "ranges:\n- {from: 3000, to: 3899}")]),
    }

    namespace_subnet_that_is_none_is_refused {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets: [10.1.0.0] # HR4307")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [10.1.0.0/16]")],
    }

    namespace_with_eleven_subnets_is_refused {
        refuse: vec![doc("IPv4Namespace", "prod", format!("subnets: [{}] # HR4304", (1..=11).map(|n| format!("10.{n}.0.0/16")).collect::<Vec<_>>().join(", ")))],
        accept: vec![doc("IPv4Namespace", "prod", format!("subnets: [{}]", (1..=10).map(|n| format!("10.{n}.0.0/16")).collect::<Vec<_>>().join(", ")))],
    }

    namespace_subnet_with_host_bits_warns {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets: [10.1.0.1/16] # HR4308")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [10.1.0.0/16]")],
    }

    namespace_subnets_that_overlap_are_refused {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets:\n- 10.1.0.0/16\n- 10.1.2.0/24 # HR4305")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets:\n- 10.1.0.0/16\n- 10.2.2.0/24")],
    }

    namespace_subnet_of_the_fabric_is_refused {
        refuse: vec![doc("IPv4Namespace", "prod", "subnets: [172.16.0.0/12] # HR4217")],
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [172.16.0.0/13]")],
    }

    namespace_subnet_of_the_fabric_follows_the_settings {
        refuse: under("[gateway]\nenabled = true\n[subnets]\nreserved = [\"192.168.0.0/16\"]\n", vec![doc("IPv4Namespace", "prod", "subnets: [192.168.5.0/24] # HR4217")]),
        accept: vec![doc("IPv4Namespace", "prod", "subnets: [192.168.5.0/24]")],
    }

    ipv4_namespace_that_no_longer_holds_a_vpc_is_refused {
        refuse: change(
            vec![doc("IPv4Namespace", "default", "subnets: [10.0.0.0/16]")],
            vec![doc("IPv4Namespace", "default", "subnets: [10.0.4.0/22] # HR4306")],
        ),
        accept: change(
            vec![doc("IPv4Namespace", "default", "subnets: [10.0.0.0/16]")],
            vec![doc("IPv4Namespace", "default", "subnets: [10.0.0.0/21]")],
        ),
    }

    vlan_namespace_that_no_longer_holds_a_vpc_is_refused {
        refuse: change(
            vec![doc("VLANNamespace", "default", "ranges: [{from: 1000, to: 2999}]")],
            vec![doc("VLANNamespace", "default", "ranges: [{from: 2000, to: 2999}] # HR4306")],
        ),
        accept: change(
            vec![doc("VLANNamespace", "default", "ranges: [{from: 1000, to: 2999}]")],
            vec![doc("VLANNamespace", "default", "ranges: [{from: 1000, to: 1999}]")],
        ),
    }
}
