//! 46xx: externals.

crate::codes::codes! {
    COMMUNITY = 4601, Error, "no community",
        meaning: "A community is two numbers of 0 to 65535, without leading zeros, and a colon between them.",
        example: "kind: External\nspec:\n  inboundCommunity: 65102",
        fix: "Write it like 65102:5000, or leave it out.",
        source: "fabric api/vpc/v1beta1/external_types.go:38,143-150 @ 78827deb";
    STATIC_COMMUNITY = 4602, Error, "a static external with communities",
        meaning: "Communities mark routes that BGP exchanges; a static external exchanges none.",
        example: "kind: External\nspec:\n  inboundCommunity: 65102:5000\n  static: {prefixes: [10.99.0.0/16]}",
        fix: "Remove the communities, or static.",
        source: "fabric api/vpc/v1beta1/external_types.go:152-154 @ 78827deb";
    STATIC_PREFIX = 4603, Error, "a static external without prefixes",
        meaning: "A static external says what can be reached: one prefix or more.",
        example: "kind: External\nspec:\n  static: {prefixes: []}",
        fix: "Set prefixes, such as [10.99.0.0/16].",
        source: "fabric api/vpc/v1beta1/external_types.go:156-166 @ 78827deb";
    STATIC_OVERLAP = 4604, Error, "prefixes of a static external overlap",
        meaning: "The prefixes of a static external are apart from each other.",
        example: "kind: External\nspec:\n  static: {prefixes: [10.99.0.0/16, 10.99.1.0/24]}",
        fix: "Keep the wider one only.",
        source: "fabric api/vpc/v1beta1/external_types.go:167-173 @ 78827deb";
    EXTERNAL_INCOMPLETE = 4605, Error, "an external attachment that is incomplete",
        meaning: "With BGP: switch.ip with a length, neighbor.asn and neighbor.ip. Static: static.remoteIP.",
        example: "kind: ExternalAttachment\nspec:\n  switch: {ip: 100.1.10.6}",
        fix: "Set what is missing.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:308-345 @ 78827deb";
    EXTERNAL_STATIC = 4606, Error, "a static attachment that is not only static",
        meaning: "A static attachment has no switch and no neighbor, and either an ip or proxy: true.",
        example: "kind: ExternalAttachment\nspec:\n  static: {remoteIP: 10.99.0.1}",
        fix: "Set static.ip or static.proxy, and remove switch and neighbor.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:325-345 @ 78827deb";
    EXTERNAL_FORMS = 4607, Error, "attachment and external of different forms",
        meaning: "An attachment is static if and only if its external is.",
        example: "kind: ExternalAttachment\nspec:\n  external: isp   # a static one\n  neighbor: {asn: 65102, ip: 100.1.10.1}",
        fix: "Make both static, or none.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:361-366 @ 78827deb";
    EXTERNAL_TYPE = 4608, Error, "an external on a connection that is not external",
        meaning: "Externals are attached to connections of type external.",
        example: "kind: ExternalAttachment\nspec:\n  connection: server-01--unbundled--leaf-01",
        fix: "Name a connection of type external.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:377-379 @ 78827deb";
    EXTERNAL_VLAN = 4609, Error, "two externals on one VLAN of a connection",
        meaning: "Attachments of one connection have different VLANs; one of them may have none.",
        example: "kind: ExternalAttachment\nspec:\n  connection: leaf-01--external\n  switch: {vlan: 10, ip: 100.1.10.6/24}   # as in another attachment",
        fix: "Give one of them another VLAN.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:381-401 @ 78827deb";
    ACL_SEQUENCE = 4610, Error, "a number of an access rule",
        meaning: "Statements are numbered apart, from 10; smaller numbers are the fabric's own.",
        example: "inboundACL: {statements: [{seq: 5, …}]}",
        fix: "Use 10 or more, each once.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:109-115 @ 78827deb";
    ACL_STATEMENT = 4611, Error, "an access rule that makes no sense",
        meaning: "action is permit, deny, discard or transit; protocol ip, tcp, udp or icmp; prefixes are any or a prefix. Ports go with tcp and udp, tcpFilters with tcp, icmpType and icmpCode with icmp. established excludes flags, and a flag its negation.",
        example: "inboundACL: {statements: [{seq: 10, action: permit, protocol: icmp, srcPrefix: any, dstPrefix: any, portRangeBegin: 80}]}",
        fix: "Correct the field that the finding points at.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:117-176 @ 78827deb";
    PREFIX_UNREADABLE = 4612, Warning, "a prefix that is no prefix",
        meaning: "The controller does not read the prefixes of an external peering; the switches cannot use this one. An error with --strict.",
        example: "kind: ExternalPeering\nspec:\n  permit:\n    external: {name: isp, prefixes: [{prefix: default}]}",
        fix: "Write it like 0.0.0.0/0.",
        source: "fabric api/vpc/v1beta1/externalpeering_types.go:161-176 @ 78827deb (not enforced)";
    NEIGHBOR_AFAR = 4613, Warning, "a neighbor outside of the port's subnet",
        meaning: "Nothing checks that a BGP neighbor can be reached from the port. An error with --strict.",
        example: "switch: {ip: 100.1.10.6/24}\nneighbor: {asn: 65102, ip: 100.1.20.1}",
        fix: "Check both addresses.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:308-323 @ 78827deb (not enforced)";
}
