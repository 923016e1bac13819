//! 45xx: attachments and peerings of VPCs.

crate::codes::codes! {
    ATTACHED_TYPE = 4501, Error, "a VPC attached to a connection without servers",
        meaning: "VPCs are attached to unbundled, bundled and eslag connections. (To mclag no longer.)",
        example: "kind: VPCAttachment\nspec:\n  connection: spine-01--fabric--leaf-01",
        fix: "Name a connection to a server.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:222-230 @ 78827deb";
    ESLAG_MODE = 4502, Error, "an l3vni VPC on an eslag connection",
        meaning: "Only VPCs of mode L2VNI, which is written as nothing, can be attached to eslag connections.",
        example: "kind: VPCAttachment\nspec:\n  subnet: l3-vpc/default\n  connection: server-05--eslag--leaf-03--leaf-04",
        fix: "Use a VPC without a mode, or another connection.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:215-217 @ 78827deb";
    HOST_BGP_LINK = 4503, Error, "BGP hosts on a connection that cannot have them",
        meaning: "A subnet whose hosts speak BGP is attached to unbundled connections only, and not to a switch of an MCLAG pair.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-1/bgp\n  connection: server-04--bundled--leaf-02",
        fix: "Name an unbundled connection.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:218-220,271-273 @ 78827deb";
    SWITCH_NOT_IN_NAMESPACE = 4504, Error, "a switch outside of the VPC's VLAN namespace",
        meaning: "Each switch of the connection lists the VPC's VLAN namespace (default, where it lists none).",
        example: "kind: Switch\nspec:\n  vlanNamespaces: [other]   # and the VPC is in default",
        fix: "Add the namespace to spec.vlanNamespaces of the switch.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:246-248 @ 78827deb";
    MODE_LACKING = 4505, Error, "a switch that cannot do the VPC's mode",
        meaning: "L2VNI needs the features l2vni and l3vni of the switch's profile, l3vni the latter.",
        example: "kind: VPCAttachment\nspec:\n  connection: server-01--unbundled--leaf-09   # leaf-09 is a celestica-ds5000",
        fix: "Use mode: l3vni where the switch can, or another switch.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:260-269 @ 78827deb";
    ATTACHED_TWICE = 4506, Error, "a subnet attached twice to a connection",
        meaning: "One attachment of a subnet to a connection is enough, and the fabric refuses a second.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-1/default   # and another attachment that says the same\n  connection: server-01--unbundled--leaf-01",
        fix: "Delete one of them.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:284-291 @ 78827deb";
    NATIVE_VLAN_TWICE = 4507, Error, "two native VLANs on a connection",
        meaning: "Frames without a tag belong to one subnet.",
        example: "kind: VPCAttachment\nspec:\n  nativeVLAN: true   # and another attachment of the connection with it",
        fix: "Remove nativeVLAN from one of them.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:293-295 @ 78827deb";
    P2P_LINK = 4508, Error, "the annotation p2p-link is no /31",
        meaning: "The annotation fabric.githedgehog.com/p2p-link gives the addresses of the link to a server: an IPv4 /31.",
        example: "metadata:\n  annotations:\n    fabric.githedgehog.com/p2p-link: 10.99.0.0/30",
        fix: "Write it like 10.99.0.0/31.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:177-189 @ 78827deb";
    PEERING_REMOTE = 4509, Error, "remote peering",
        meaning: "Remote peering, by way of border switches, is refused since release 26.03.",
        example: "kind: VPCPeering\nspec:\n  remote: border",
        fix: "Remove remote.",
        source: "fabric api/vpc/v1beta1/vpcpeering_types.go:164-166 @ 78827deb";
    PEERING_TWO = 4510, Error, "a peering of other than two",
        meaning: "A peering is between two: two VPCs, or with a gateway a VPC and an external, ext.<name>. Every policy of a VPC peering names both.",
        example: "kind: VPCPeering\nspec:\n  permit: [{vpc-1: {}}]",
        fix: "Write permit: [{vpc-1: {}, vpc-2: {}}].",
        source: "fabric api/vpc/v1beta1/vpcpeering_types.go:112-133, api/gateway/v1alpha1/gatewaypeering_types.go:299-302 @ 78827deb";
    PEERING_NAMESPACES = 4511, Error, "a peering across namespaces",
        meaning: "Two VPCs that peer share their IPv4 namespace and their VLAN namespace; a VPC and an external share their IPv4 namespace.",
        example: "kind: VPCPeering\nspec:\n  permit: [{vpc-1: {}, vpc-2: {}}]   # in different ipv4Namespaces",
        fix: "Peer VPCs of one namespace; a gateway can join others.",
        source: "fabric api/vpc/v1beta1/vpcpeering_types.go:206-218, externalpeering_types.go:197-199 @ 78827deb";
    PEERED_TWICE = 4512, Warning, "two peerings of the same VPCs",
        meaning: "The controller lists other peerings of the two VPCs and does nothing with what it finds: deleting one of them surprises whoever relies on it. An error with --strict.",
        example: "kind: VPCPeering   # and another one of the same two\nspec:\n  permit: [{vpc-1: {}, vpc-2: {}}]",
        fix: "Join the policies in one peering.",
        source: "fabric api/vpc/v1beta1/vpcpeering_types.go:180-187 @ 78827deb (not enforced)";
}
