//! 44xx: VPCs.

crate::codes::codes! {
    MODE_UNSUPPORTED = 4401, Error, "a VPC mode that is not supported",
        meaning: "A VPC is L2VNI, which is written as nothing, or l3vni. l3flat exists and is refused.",
        example: "kind: VPC\nspec:\n  mode: l3flat",
        fix: "Use l3vni, or remove mode.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:386-391 @ 78827deb";
    VPC_SUBNETS = 4402, Error, "no subnets, or more than 20",
        meaning: "A VPC has 1 to 20 subnets.",
        example: "kind: VPC\nspec: {}",
        fix: "Add a subnet, or make it several VPCs.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:380-385 @ 78827deb";
    SUBNET_OUTSIDE = 4403, Error, "a subnet outside of its namespace",
        meaning: "Each subnet of a VPC lies in one subnet of the VPC's IPv4 namespace.",
        example: "kind: VPC\nspec:\n  subnets:\n    default: {subnet: 192.168.1.0/24, vlan: 1001}   # namespace: 10.0.0.0/16",
        fix: "Use a subnet inside of the namespace, or widen the namespace.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:695-717 @ 78827deb";
    SUBNET_TINY = 4404, Error, "a subnet smaller than a /30",
        meaning: "A subnet has room for its own address, a gateway, a host and the broadcast address.",
        example: "subnet: 10.0.1.0/31",
        fix: "Use a /30 or wider.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:406-408 @ 78827deb";
    SUBNETS_OVERLAP = 4405, Error, "subnets of one VPC overlap",
        meaning: "The subnets of a VPC are apart from each other.",
        example: "subnets:\n  a: {subnet: 10.0.1.0/24, vlan: 1001}\n  b: {subnet: 10.0.1.128/25, vlan: 1002}",
        fix: "Move one of them.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:629-631 @ 78827deb";
    SUBNET_TAKEN = 4406, Error, "a subnet overlaps one of another VPC",
        meaning: "The subnets of all VPCs of one IPv4 namespace are apart from each other.",
        example: "kind: VPC   # and another VPC with 10.0.1.0/24 in the same ipv4Namespace\nspec:\n  subnets:\n    default: {subnet: 10.0.1.0/24, vlan: 1002}",
        fix: "Move one of them, or put the VPC into another IPv4 namespace.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:736-764 @ 78827deb";
    GATEWAY_OUTSIDE = 4407, Error, "a gateway outside of the subnet",
        meaning: "The gateway is an address of the subnet; by default the first one.",
        example: "default: {subnet: 10.0.1.0/24, gateway: 10.0.2.1, vlan: 1001}",
        fix: "Leave gateway out, or use an address of the subnet.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:425-436 @ 78827deb";
    VLAN_TWICE = 4408, Error, "a VLAN of two subnets of one VPC",
        meaning: "Each subnet of a VPC has a VLAN of its own.",
        example: "subnets:\n  a: {subnet: 10.0.1.0/24, vlan: 1001}\n  b: {subnet: 10.0.2.0/24, vlan: 1001}",
        fix: "Give one of them another VLAN.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:625-627 @ 78827deb";
    VLAN_TAKEN = 4409, Error, "a VLAN of another VPC",
        meaning: "A VLAN is used once among all VPCs of one VLAN namespace.",
        example: "kind: VPC   # and another VPC with VLAN 1001 in the same vlanNamespace\nspec:\n  subnets:\n    default: {subnet: 10.0.2.0/24, vlan: 1001}",
        fix: "Give one of them another VLAN.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:766-794 @ 78827deb";
    VLAN_OUTSIDE = 4410, Error, "a VLAN outside of its namespace",
        meaning: "The VLANs of a VPC are in the ranges of its VLAN namespace.",
        example: "default: {subnet: 10.0.1.0/24, vlan: 4000}   # namespace: 1000-2999",
        fix: "Use a VLAN of the namespace, or add a range to it.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:719-721 @ 78827deb";
    HOST_BGP_DHCP = 4411, Error, "DHCP where hosts speak BGP",
        meaning: "Hosts that speak BGP bring their addresses: the fabric hands out none.",
        example: "default: {subnet: 10.0.1.0/24, hostBGP: true, dhcp: {enable: true}}",
        fix: "Remove dhcp, or hostBGP.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:419-423 @ 78827deb";
    RELAY = 4412, Error, "a DHCP relay that cannot work",
        meaning: "A relay is the address of a DHCP server with a length, and excludes handing out addresses here. relayVPC says in which VPC the server is.",
        example: "dhcp: {enable: true, relay: 10.99.0.1/32}",
        fix: "Set relay: 10.99.0.1/32, and remove enable.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:446-459 @ 78827deb";
    DHCP_RANGE = 4413, Error, "a DHCP range that cannot be handed out",
        meaning: "The range lies in the subnet, without the network's own address and the gateway, and starts before it ends. By default it starts at the third address and ends with the last.",
        example: "dhcp: {enable: true, range: {start: 10.0.1.1, end: 10.0.1.99}}   # the gateway is 10.0.1.1",
        fix: "Correct start and end, or leave the range out.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:489-531 @ 78827deb";
    DHCP_DROPPED = 4414, Warning, "DHCP settings while DHCP is off",
        meaning: "While DHCP is off, the webhook drops range and options without a word. An error with --strict.",
        example: "dhcp: {range: {start: 10.0.1.10}}",
        fix: "Set enable: true, or remove them.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:293-298 @ 78827deb";
    DHCP_STATIC_OFF = 4415, Error, "static addresses while DHCP is off",
        meaning: "Static addresses are handed out by DHCP.",
        example: "dhcp: {static: {\"0c:20:12:ff:00:00\": {ip: 10.0.1.5}}}",
        fix: "Set enable: true, or remove them.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:619-622 @ 78827deb";
    DHCP_OPTION = 4416, Error, "a DHCP option that cannot be handed out",
        meaning: "DNS and time servers are addresses, the MTU is 96 to 9036, the lease a second or more; advertised routes have a destination, and a gateway in the subnet.",
        example: "dhcp: {enable: true, options: {dnsServers: [dns.example.com]}}",
        fix: "Correct the value.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:533-578 @ 78827deb";
    DHCP_STATIC = 4417, Error, "a static address that cannot be handed out",
        meaning: "A static address belongs to one hardware address. It lies in the subnet, and is not the network's own, the gateway or the broadcast address.",
        example: "dhcp: {enable: true, static: {\"0c:20:12:ff:00:00\": {ip: 10.0.1.1}}}",
        fix: "Use another address of the subnet.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:580-612 @ 78827deb";
    MAC_TWICE = 4418, Warning, "one hardware address in two spellings",
        meaning: "The webhook makes both spellings one and keeps either entry. An error with --strict.",
        example: "static:\n  \"0c:20:12:ff:00:00\": {ip: 10.0.1.5}\n  \"0C:20:12:FF:00:00\": {ip: 10.0.1.6}",
        fix: "Remove one of them.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:345-357 @ 78827deb (not enforced)";
    PERMIT_ALONE = 4419, Error, "a permit list of one",
        meaning: "A permit list names subnets that may talk to each other: two or more.",
        example: "kind: VPC\nspec:\n  permit: [[a]]",
        fix: "Add a subnet, or remove the list.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:634-637 @ 78827deb";
    PERMIT_TWICE = 4420, Error, "a subnet twice in a permit list",
        meaning: "A permit list names each subnet once.",
        example: "kind: VPC\nspec:\n  permit: [[a, b, a]]",
        fix: "Remove one of them.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:647-650 @ 78827deb";
    ROUTE = 4421, Error, "a static route that leads nowhere",
        meaning: "A static route has a network without host bits, and a next hop.",
        example: "kind: VPC\nspec:\n  staticRoutes: [{prefix: 10.99.0.1/24, nextHops: [10.0.1.5]}]",
        fix: "Correct prefix, or add nextHops.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:653-670 @ 78827deb";
    NEXT_HOP_UNREADABLE = 4422, Warning, "a next hop that is no address",
        meaning: "The controller does not read next hops; the switch cannot use this one. An error with --strict.",
        example: "staticRoutes: [{prefix: 10.99.0.0/24, nextHops: [router-1]}]",
        fix: "Write the address of the router, without a length.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:667-670 @ 78827deb (not enforced)";
}
