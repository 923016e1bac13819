//! 47xx: gateways.

crate::codes::codes! {
    GATEWAY_OFF = 4701, Error, "the gateway is turned off",
        meaning: "Unless the fabric was installed with its gateway turned on, it refuses all objects of gateway kinds. The setting gateway.enabled says that it is off.",
        example: "kind: Gateway   # and gateway.enabled = false in .hedgerow/fabric.toml",
        fix: "Turn the gateway on in the installer's configuration, then set gateway.enabled = true.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:206-208 @ 78827deb";
    GATEWAY_UNKNOWN = 4702, Warning, "whether the gateway is on is not known",
        meaning: "Unless the fabric was installed with its gateway turned on, it refuses all objects of gateway kinds. Git does not say which it is.",
        example: "kind: Gateway   # and no gateway.enabled in .hedgerow/fabric.toml",
        fix: "Set gateway.enabled = true or false in .hedgerow/fabric.toml.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:206-208 @ 78827deb";
    GATEWAY_WORKERS = 4703, Error, "too few or too many workers",
        meaning: "A gateway has 1 to 64 workers, 4 by default.",
        example: "kind: Gateway\nspec:\n  workers: 65",
        fix: "Use 1 to 64, or leave it out.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:188-190,213-215 @ 78827deb";
    GATEWAY_MAC = 4704, Error, "a hardware address that no gateway can have",
        meaning: "vtepMAC is a unicast address, and not all zeros.",
        example: "kind: Gateway\nspec:\n  vtepMAC: 01:00:00:00:00:01",
        fix: "Leave it out: hydration gives each gateway one.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:258-270 @ 78827deb";
    GATEWAY_INTERFACE = 4705, Error, "an interface that a gateway cannot have",
        meaning: "A gateway has at least one. Names have 2 to 10 characters, a letter first, a letter or a digit last; ips are IPv4 with a length; an interface has a PCI address or a kernel name, and the latter is not its own name.",
        example: "kind: Gateway\nspec:\n  interfaces:\n    enp2s1: {kernel: enp2s1}",
        fix: "Correct what the finding points at.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:203,280-361 @ 78827deb";
    GATEWAY_NEIGHBOR = 4706, Error, "a neighbor that a gateway cannot have",
        meaning: "A neighbor has the IPv4 address of a host, and a number.",
        example: "kind: Gateway\nspec:\n  neighbors: [{ip: 224.0.0.1, asn: 65100}]",
        fix: "Leave neighbors out: hydration fills them in.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:370-388 @ 78827deb";
    LOG_LEVEL = 4707, Warning, "no log level",
        meaning: "Log levels are off, error, warning, info, debug and trace. Nothing checks them. An error with --strict.",
        example: "kind: Gateway\nspec:\n  logs: {default: verbose}",
        fix: "Use one of them.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:100-118 @ 78827deb (not enforced)";
    GATEWAY_GROUP_TWICE = 4708, Error, "a group twice in a gateway",
        meaning: "A gateway is a member of a group once.",
        example: "kind: Gateway\nspec:\n  groups: [{name: default}, {name: default}]",
        fix: "Remove one of them.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:393-399 @ 78827deb";
    GATEWAY_GROUP_FULL = 4709, Error, "too many gateways in a group",
        meaning: "The fabric ranks the gateways of a group by communities, and has 10 of them by default.",
        example: "kind: Gateway\nspec:\n  groups: [{name: default}]   # the eleventh of the group",
        fix: "Put the gateway into another group; or set gateway.max_in_group in .hedgerow/fabric.toml.",
        source: "fabric api/gateway/v1alpha1/gateway_types.go:474-476 @ 78827deb";
    EXPOSE = 4710, Error, "an exposure that makes no sense",
        meaning: "An entry of expose has default: true alone, or ips. A block of ips is one of cidr, not and vpcSubnet (externals have no VPC subnets), a block of as one of cidr and not.",
        example: "expose:\n- ips: [{cidr: 10.0.1.0/24, vpcSubnet: default}]",
        fix: "Write each as a block of its own.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:313-360 @ 78827deb";
    EXPOSE_OUTSIDE = 4711, Error, "an exposed prefix that the VPC does not have",
        meaning: "What a VPC exposes lies in one of its subnets.",
        example: "peering:\n  vpc-1: {expose: [{ips: [{cidr: 10.99.0.0/24}]}]}",
        fix: "Expose a subnet of the VPC, or a part of one.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:580-601 @ 78827deb";
    EXPOSE_OVERLAP = 4712, Error, "two peerings expose overlapping prefixes to one VPC",
        meaning: "A VPC knows by which peering to reach an address: what several peerings expose to it is apart, after translation.",
        example: "peering:   # and another peering that exposes 10.0.2.0/25 to vpc-1\n  vpc-1: {expose: […]}\n  vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}",
        fix: "Expose prefixes that are apart, or translate one with as and nat.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:493-543,655-674 @ 78827deb";
    NAT = 4713, Error, "a translation that makes no sense",
        meaning: "as and nat come together. nat is one of static, masquerade and portForward; the last has ports, of tcp, udp or both.",
        example: "expose:\n- ips: [{cidr: 10.0.1.0/24}]\n  as: [{cidr: 192.168.1.0/24}]   # and no nat",
        fix: "Set both as and nat, or none.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:362-409 @ 78827deb";
    NAT_SIDES = 4714, Error, "translations of two sides that cannot meet",
        meaning: "One side of a peering at most masquerades or forwards ports, and then the other does not translate statically.",
        example: "peering:\n  vpc-1: {expose: [{…, nat: {masquerade: {}}}]}\n  vpc-2: {expose: [{…, nat: {static: {}}}]}",
        fix: "Translate on one side only.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:413-418 @ 78827deb";
    PORT_RANGE = 4715, Error, "no port and no range of ports",
        meaning: "Ports are 1 to 65535: one, or a range like 8000-8080 that goes upwards.",
        example: "ports: [\"8080-8000\"]",
        fix: "Correct it; write several as several entries.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:676-726 @ 78827deb";
    ACL_RULE = 4716, Error, "an access rule of a peering that makes no sense",
        meaning: "A rule has an action, allow or deny, and a direction: from or to, which are the two sides of the peering. Each end of match has cidr or vpcSubnet, the latter not for externals. proto is tcp, udp or a number. Names have 64 characters at most.",
        example: "acl: {rules: [{action: allow}]}",
        fix: "Correct what the finding points at.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:420-482,610-648 @ 78827deb";
    EXPOSE_UNCOMPARED = 4717, Error, "an exposure that this version of the fabric cannot compare",
        meaning: "Where several peerings expose something to one VPC, the fabric compares their prefixes. At the version that Hedgerow describes it reads blocks of vpcSubnet and not as empty prefixes, and refuses the peering.",
        example: "peering:   # and another peering that exposes something to vpc-1\n  vpc-1: {expose: […]}\n  vpc-2: {expose: [{ips: [{vpcSubnet: default}]}]}",
        fix: "Write the prefix as cidr.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:525-537,655-674 @ 78827deb";
}
