//! Rules for VPC peerings.

use crate::harness::{Doc, doc, examples};

fn peering(spec: &str) -> Doc {
    doc("VPCPeering", "p", spec)
}

examples! {
    peering_with_remote_is_refused {
        refuse: vec![peering("remote: border # HR4509\npermit: [{vpc-1: {}, vpc-3: {}}]")],
        accept: vec![peering("permit: [{vpc-1: {}, vpc-3: {}}]")],
    }

    peering_of_one_vpc_is_refused {
        refuse: vec![peering("permit: [{vpc-1: {}}] # HR4510")],
        accept: vec![peering("permit: [{vpc-1: {}, vpc-3: {}}]")],
    }

    peering_of_three_vpcs_is_refused {
        refuse: vec![peering("permit:\n- {vpc-1: {}, vpc-3: {}}\n- {vpc-1: {}, vpc-2: {}} # HR4510")],
        accept: vec![peering("permit:\n- {vpc-1: {subnets: [default]}, vpc-3: {}}\n- {vpc-1: {subnets: [backend]}, vpc-3: {}}")],
    }

    peering_without_policies_is_refused {
        refuse: vec![peering("permit: [] # HR4510")],
        accept: vec![peering("permit: [{vpc-1: {}, vpc-3: {}}]")],
    }

    peering_with_a_vpc_that_is_missing_is_refused {
        refuse: vec![peering("permit: [{vpc-1: {}, vpc-9: {}}] # HR3106")],
        accept: vec![peering("permit: [{vpc-1: {}, vpc-3: {}}]")],
    }

    peering_with_a_subnet_that_is_missing_is_refused {
        refuse: vec![peering("permit: [{vpc-1: {subnets: [frontend]}, vpc-3: {}}] # HR3107")],
        accept: vec![peering("permit: [{vpc-1: {subnets: [backend]}, vpc-3: {}}]")],
    }

    peering_across_ipv4_namespaces_is_refused {
        refuse: vec![
            doc("IPv4Namespace", "prod", "subnets: [10.0.0.0/16]"),
            doc("VPC", "vpc-9", "ipv4Namespace: prod\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}"),
            peering("permit: [{vpc-1: {}, vpc-9: {}}] # HR4511"),
        ],
        accept: vec![
            doc("VPC", "vpc-9", "ipv4Namespace: default\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}"),
            peering("permit: [{vpc-1: {}, vpc-9: {}}]"),
        ],
    }

    peering_across_vlan_namespaces_is_refused {
        refuse: vec![
            doc("VLANNamespace", "prod", "ranges: [{from: 1000, to: 1999}]"),
            doc("VPC", "vpc-9", "vlanNamespace: prod\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}"),
            peering("permit: [{vpc-1: {}, vpc-9: {}}] # HR4511"),
        ],
        accept: vec![
            doc("VPC", "vpc-9", "vlanNamespace: default\nsubnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}"),
            peering("permit: [{vpc-1: {}, vpc-9: {}}]"),
        ],
    }

    second_peering_of_two_vpcs_warns {
        refuse: vec![doc("VPCPeering", "p # HR4512", "permit: [{vpc-2: {}, vpc-1: {}}]")],
        accept: vec![doc("VPCPeering", "p", "permit: [{vpc-2: {}, vpc-3: {}}]")],
    }
}
