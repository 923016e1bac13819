//! 43xx: VLAN and IPv4 namespaces.

crate::codes::codes! {
    VLAN_RANGE = 4301, Error, "no range of VLANs",
        meaning: "A range has from and to (the same, where to is absent), in this order, within 1 to 4094. The fabric's webhook does not refuse another: it drops all ranges of the namespace without a word, so that no VPC fits into it.",
        example: "kind: VLANNamespace\nspec:\n  ranges: [{from: 2000, to: 1000}]",
        fix: "Correct the numbers.",
        source: "fabric api/meta/vlan.go:38-52 @ 78827deb";
    VLAN_RANGES_OVERLAP = 4302, Error, "ranges of VLANs overlap",
        meaning: "The ranges of one namespace are apart from each other, their ends included.",
        example: "kind: VLANNamespace\nspec:\n  ranges: [{from: 1000, to: 1999}, {from: 1999, to: 2999}]",
        fix: "Join the two into one range.",
        source: "fabric api/wiring/v1beta1/vlannamespace_types.go:131-138 @ 78827deb";
    VLAN_RESERVED = 4303, Error, "VLANs that the fabric keeps for itself",
        meaning: "The fabric uses VLANs of its own on every switch, 3000-3899 and 3900-3999 by default. They are settings.",
        example: "kind: VLANNamespace\nspec:\n  ranges: [{from: 2000, to: 3100}]",
        fix: "Use other VLANs; or set [vlans] in .hedgerow/fabric.toml, if your fabric has others.",
        source: "fabric api/wiring/v1beta1/vlannamespace_types.go:131-138 @ 78827deb; fabricator pkg/fab/defaults.go";
    NAMESPACE_SUBNETS = 4304, Error, "more than 10 subnets in a namespace",
        meaning: "The schema allows 20. The controller needs access control rules between all of them, and takes 10.",
        example: "kind: IPv4Namespace\nspec:\n  subnets: […]   # 11 of them",
        fix: "Use wider subnets, or another namespace.",
        source: "fabric api/vpc/v1beta1/ipv4namespace_types.go:33,136-141 @ 78827deb";
    NAMESPACE_OVERLAP = 4305, Error, "subnets of a namespace overlap",
        meaning: "The subnets of one namespace are apart from each other.",
        example: "kind: IPv4Namespace\nspec:\n  subnets: [10.0.0.0/16, 10.0.1.0/24]",
        fix: "Keep the wider one only.",
        source: "fabric api/vpc/v1beta1/ipv4namespace_types.go:143-145 @ 78827deb";
    NAMESPACE_SHRUNK = 4306, Error, "a namespace no longer holds what a VPC has",
        meaning: "A namespace that changes still holds the subnets and VLANs of its VPCs.",
        example: "kind: IPv4Namespace\nspec:\n  subnets: [10.0.0.0/16]   # 10.1.0.0/16 is gone, and a VPC has 10.1.1.0/24",
        fix: "Move or delete the VPC first, in a change of its own.",
        source: "fabric pkg/ctrl/ipv4namespace_wh.go:94-114, vlannamespace_wh.go:76-89 @ 78827deb";
    SUBNET_UNREADABLE = 4307, Error, "no subnet",
        meaning: "A subnet is an address, a slash and a length.",
        example: "kind: IPv4Namespace\nspec:\n  subnets: [10.0.0.0]",
        fix: "Write it like 10.0.0.0/16.",
        source: "fabric api/vpc/v1beta1/ipv4namespace_types.go:127-131, vpc_types.go:402-404 @ 78827deb";
    HOST_BITS = 4308, Warning, "a subnet with host bits",
        meaning: "The address of a subnet has bits beyond its length. The controller means the network; people may have meant something else. An error with --strict.",
        example: "kind: VPC\nspec:\n  subnets:\n    default: {subnet: 10.0.1.5/24, vlan: 1001}",
        fix: "Write the network, such as 10.0.1.0/24.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:401-422, ipv4namespace_types.go:133 @ 78827deb (not enforced)";
}
