//! 42xx: connections.

crate::codes::codes! {
    TYPE_LACKING = 4201, Error, "a connection without a type",
        meaning: "The field below spec says what a connection is: unbundled, bundled, eslag, fabric, mesh, gateway, vpcLoopback, external or staticExternal.",
        example: "kind: Connection\nspec: {}",
        fix: "Add the field of the type.",
        source: "fabric api/wiring/v1beta1/connection_types.go:641-643 @ 78827deb";
    TYPE_TWICE = 4202, Warning, "a connection with two types",
        meaning: "A connection has one type. The controller takes the first that it knows and ignores the others without a word: their ports are not configured. An error with --strict.",
        example: "kind: Connection\nspec:\n  unbundled: {…}\n  fabric: {…}",
        fix: "Make two connections.",
        source: "fabric api/wiring/v1beta1/connection_types.go:293,485-643 @ 78827deb";
    TYPE_CHANGED = 4204, Error, "the type of a connection changed",
        meaning: "The type of a connection cannot change: the API server refuses the update.",
        example: "kind: Connection\nspec:\n  bundled: {…}   # was unbundled",
        fix: "Delete the connection and let that be deployed, or give the new connection another name.",
        source: "fabric pkg/ctrl/connection_wh.go:92-94 @ 78827deb";
    WITHIN_VPC_CHANGED = 4205, Error, "withinVPC changed",
        meaning: "A static external stays within the VPC, or outside of all, that it was created for.",
        example: "kind: Connection\nspec:\n  staticExternal:\n    withinVPC: vpc-2   # was vpc-1",
        fix: "Delete the connection and let that be deployed, or give the new connection another name.",
        source: "fabric pkg/ctrl/connection_wh.go:96-100 @ 78827deb";
    MTU_TOO_LARGE = 4206, Error, "an MTU over what servers get",
        meaning: "Frames of servers are wrapped on their way through the fabric: servers get the fabric's MTU less an offset, 9036 bytes by default.",
        example: "kind: Connection\nspec:\n  unbundled: {mtu: 9100}",
        fix: "Use a smaller MTU, or leave it out.",
        source: "fabric api/wiring/v1beta1/connection_types.go:725-734 @ 78827deb";
    LINKS_LACKING = 4207, Error, "a connection without links",
        meaning: "A connection of this type has at least one link.",
        example: "kind: Connection\nspec:\n  fabric: {links: []}",
        fix: "Add a link.",
        source: "fabric api/wiring/v1beta1/connection_types.go:536-626 @ 78827deb";
    PORT_MALFORMED = 4208, Error, "a port without device or port",
        meaning: "A port is written <device>/<port>: the name of the Switch, Server or Gateway up to the first slash, then the name of the port there.",
        example: "switch: {port: leaf-01}",
        fix: "Write it like leaf-01/E1/5 or server-01/enp2s1.",
        source: "fabric api/wiring/v1beta1/connection_types.go:356-366,645-655 @ 78827deb";
    DEVICES_WRONG = 4209, Error, "too many or too few devices",
        meaning: "unbundled, bundled, gateway and vpcLoopback have one switch, fabric and mesh two, eslag one to four; server-facing types have one server.",
        example: "kind: Connection\nspec:\n  bundled:\n    links:\n    - {server: {port: s/1}, switch: {port: leaf-01/E1/1}}\n    - {server: {port: s/2}, switch: {port: leaf-02/E1/1}}",
        fix: "Make it several connections, or use eslag.",
        source: "fabric api/wiring/v1beta1/connection_types.go:498-626 @ 78827deb";
    PORT_TWICE_IN_ONE = 4210, Error, "a port twice in one connection",
        meaning: "Each link of a connection has ports of its own. E1/4 and E1/4/1 are one port.",
        example: "links:\n- {server: {port: s/1}, switch: {port: leaf-01/E1/1}}\n- {server: {port: s/2}, switch: {port: leaf-01/E1/1}}",
        fix: "Correct one of the two.",
        source: "fabric api/wiring/v1beta1/connection_types.go:513-626 @ 78827deb";
    PORT_ABSENT = 4211, Error, "the switch has no such port",
        meaning: "The ports of a switch are those of its profile, E1/1 and so on, and the sub-ports of its breakouts. SONiC's names (Ethernet0) were used before 2024.",
        example: "switch: {port: leaf-01/E1/55/2}   # and E1/55 is 1x100G",
        fix: "Name a port of the profile, or set the breakout on the switch.",
        source: "fabric api/wiring/v1beta1/connection_types.go:854-869 @ 78827deb";
    PORT_TWICE = 4212, Error, "a port of two connections",
        meaning: "A port is part of one connection. E1/4 and E1/4/1 are one port.",
        example: "switch: {port: leaf-01/E1/4}   # and leaf-01/E1/4/1 in another connection",
        fix: "Give one of the connections another port.",
        source: "fabric api/wiring/v1beta1/connection_types.go:891-935 @ 78827deb";
    ESLAG_GROUPS = 4213, Error, "ESLAG across redundancy groups",
        meaning: "All switches of an ESLAG connection are in one redundancy group of type eslag.",
        example: "kind: Connection\nspec:\n  eslag: {links: […]}   # leaf-01 in eslag-1, leaf-03 in eslag-2",
        fix: "Connect the server to switches of one group, or correct spec.redundancy of a switch.",
        source: "fabric api/wiring/v1beta1/connection_types.go:830-843,872-879 @ 78827deb";
    ESLAG_PARTLY = 4214, Warning, "ESLAG with a switch outside of the group",
        meaning: "The controller compares the groups of those switches that have one: a switch without a group slips through beside one that has it. Redundancy does not work then. An error with --strict.",
        example: "kind: Connection\nspec:\n  eslag: {links: […]}   # leaf-01 in eslag-1, leaf-05 in none",
        fix: "Set spec.redundancy of the switch: group, and type: eslag.",
        source: "fabric api/wiring/v1beta1/connection_types.go:830-843 @ 78827deb (not enforced)";
    STATIC_ADDRESS = 4215, Error, "addresses of a static external",
        meaning: "The switch port has an address with a length, and the next hop lies in its subnet.",
        example: "switch: {port: leaf-01/E1/9, ip: 172.31.255.1/24, nextHop: 172.31.254.5}",
        fix: "Set ip and nextHop, both in one subnet.",
        source: "fabric api/wiring/v1beta1/connection_types.go:757-771 @ 78827deb";
    STATIC_SUBNET = 4216, Error, "subnets of a static external",
        meaning: "What lies behind a static external is the default route alone, or networks without host bits that do not overlap each other.",
        example: "subnets: [10.99.0.0/16, 10.99.1.0/24]",
        fix: "Write networks that are apart, or 0.0.0.0/0 alone.",
        source: "fabric api/wiring/v1beta1/connection_types.go:773-797 @ 78827deb";
    RESERVED = 4217, Error, "addresses that the fabric keeps for itself",
        meaning: "VPCs, IPv4 namespaces and static externals stay clear of the fabric's own subnets. They are settings.",
        example: "kind: IPv4Namespace\nspec:\n  subnets: [172.30.0.0/16]",
        fix: "Use other addresses; or set [subnets] in .hedgerow/fabric.toml, if your fabric has others.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:410-416, ipv4namespace_types.go:147-151 @ 78827deb; fabricator pkg/fab/comp/fabric/fabric.go:259-268";
    VLAN_IMPOSSIBLE = 4218, Warning, "a VLAN that does not exist",
        meaning: "VLANs are 1 to 4094. For externals the controller does not look. An error with --strict.",
        example: "kind: ExternalAttachment\nspec:\n  switch: {vlan: 4095, ip: 100.1.10.6/24}",
        fix: "Use a VLAN of 1 to 4094, or leave it out.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:203,221 @ 78827deb (not enforced)";
    LINK_ADDRESS = 4219, Error, "addresses of a link inside the fabric",
        meaning: "The two ends of a fabric, mesh or gateway link share a /31 of the fabric's subnet.",
        example: "links:\n- spine: {port: spine-01/E1/1, ip: 172.30.128.0/31}\n  leaf: {port: leaf-01/E1/50, ip: 172.30.128.3/31}",
        fix: "Leave both addresses out: hydration numbers the links.",
        source: "fabric api/wiring/v1beta1/connection_types.go:979-1113 @ 78827deb";
    ROLE_MISPLACED = 4220, Warning, "a leaf where a spine belongs",
        meaning: "Fabric links join a spine and a leaf, mesh links two leaves. The controller does not look, and configures each end as the field says. An error with --strict.",
        example: "links:\n- spine: {port: leaf-01/E1/49}\n  leaf: {port: leaf-02/E1/49}",
        fix: "Swap the ends, or use mesh between leaves.",
        source: "fabric api/wiring/v1beta1/connection_types.go:154-166 @ 78827deb (not enforced)";
}
