//! 41xx: switches.

crate::codes::codes! {
    ROLE_UNKNOWN = 4101, Error, "a role that no switch has",
        meaning: "The schema still lists `virtual-edge`; the controller and hhfab know it no longer.",
        example: "kind: Switch\nspec:\n  role: virtual-edge",
        fix: "Use spine, server-leaf, border-leaf or mixed-leaf.",
        source: "fabric api/wiring/v1beta1/switch_types.go:45,56-61 @ 78827deb; fabricator pkg/hhfab/hydrate.go:318";
    REDUNDANCY_INCOMPLETE = 4102, Error, "redundancy without group or type",
        meaning: "A redundancy group and its type come together.",
        example: "kind: Switch\nspec:\n  redundancy: {group: eslag-1}",
        fix: "Add what is missing: group, the name of a SwitchGroup, or type: eslag.",
        source: "fabric api/wiring/v1beta1/switch_types.go:480-485 @ 78827deb";
    MCLAG = 4103, Warning, "a switch with MCLAG",
        meaning: "MCLAG is deprecated. The fabric takes the switch, and ignores its connections of types mclag and mclagDomain.",
        example: "kind: Switch\nspec:\n  redundancy: {group: mclag-1, type: mclag}",
        fix: "Use ESLAG: redundancy type eslag, connections of type eslag.",
        source: "fabric api/wiring/v1beta1/switch_types.go:647-648 @ 78827deb";
    GROUP_NAME_EMPTY = 4104, Error, "an empty group name",
        meaning: "An entry of groups names a SwitchGroup.",
        example: "kind: Switch\nspec:\n  groups: [\"\"]",
        fix: "Remove the entry.",
        source: "fabric api/wiring/v1beta1/switch_types.go:528-530 @ 78827deb";
    SWITCH_VLANS_OVERLAP = 4105, Error, "VLAN namespaces of one switch overlap",
        meaning: "A VLAN on a switch belongs to one VPC. Two namespaces that share VLANs cannot meet on one switch.",
        example: "kind: Switch\nspec:\n  vlanNamespaces: [default, other]   # both with VLAN 1000",
        fix: "Remove one of the namespaces from the switch, or make their ranges apart.",
        source: "fabric api/wiring/v1beta1/switch_types.go:523-525 @ 78827deb";
    PORT_UNKNOWN = 4106, Error, "a port or port group that the profile lacks",
        meaning: "What a switch sets for a port, it sets for a port of its profile, by the name it has there.",
        example: "kind: Switch\nspec:\n  profile: vs\n  portSpeeds: {E1/99: 25G}",
        fix: "Correct the name. Ports are E1/1, sub-ports of a breakout E1/1/1, groups \"1\".",
        source: "fabric api/wiring/v1beta1/switch_types.go:553-611 @ 78827deb";
    PORT_KIND = 4107, Error, "a port that is configured another way",
        meaning: "A port takes a speed, or the speed of its port group, or a breakout; its profile says which.",
        example: "kind: Switch\nspec:\n  profile: dell-s5248f-on\n  portSpeeds: {E1/1: 25G}   # part of port group 1",
        fix: "Use portSpeeds, portGroupSpeeds or portBreakouts, as the hint says.",
        source: "fabric api/wiring/v1beta1/switch_types.go:564-566,584-586,604-606 @ 78827deb";
    SPEED_UNSUPPORTED = 4108, Error, "a speed that the port does not take",
        meaning: "The profile lists the speeds of each port and port group.",
        example: "kind: Switch\nspec:\n  profile: dell-s5248f-on\n  portGroupSpeeds: {\"1\": 100G}",
        fix: "Use one of the speeds that the hint lists.",
        source: "fabric api/wiring/v1beta1/switch_types.go:568-570,588-590 @ 78827deb";
    BREAKOUT_UNSUPPORTED = 4109, Error, "a breakout that the port does not take",
        meaning: "The profile lists the breakouts of each port.",
        example: "kind: Switch\nspec:\n  profile: dell-s5248f-on\n  portBreakouts: {E1/55: 8x25G}",
        fix: "Use one of the breakouts that the hint lists.",
        source: "fabric api/wiring/v1beta1/switch_types.go:608-610 @ 78827deb";
    AUTONEG_UNSUPPORTED = 4110, Error, "auto-negotiation cannot be set for the port",
        meaning: "Few ports let auto-negotiation be configured. Ports with breakouts are named by their sub-ports.",
        example: "kind: Switch\nspec:\n  profile: vs\n  portAutoNegs: {E1/1: true}",
        fix: "Remove the entry, or name the sub-port, such as E1/55/1.",
        source: "fabric api/wiring/v1beta1/switch_types.go:613-622 @ 78827deb";
    FEC_UNSUPPORTED = 4111, Error, "error correction cannot be set for the port",
        meaning: "A port that is broken out into several has its error correction set for each sub-port.",
        example: "kind: Switch\nspec:\n  profile: dell-s5248f-on\n  portBreakouts: {E1/55: 4x25G}\n  portFECs: {E1/55: rs}",
        fix: "Name the sub-port, such as E1/55/1.",
        source: "fabric api/wiring/v1beta1/switch_types.go:624-634 @ 78827deb";
    FEATURE_LACKING = 4112, Error, "a feature that the model lacks",
        meaning: "The profile says whether a model supports RoCE, balancing by RoCE queue pairs, and ESLAG.",
        example: "kind: Switch\nspec:\n  profile: celestica-ds2000\n  roce: true",
        fix: "Turn the feature off, or use another model.",
        source: "fabric api/wiring/v1beta1/switch_types.go:636-653 @ 78827deb";
    PORTS_TOO_MANY = 4113, Error, "more ports than the switch takes",
        meaning: "Each sub-port of a breakout counts. Some models take fewer than all of their breakouts would make.",
        example: "kind: Switch\nspec:\n  profile: celestica-ds4000\n  portBreakouts: {E1/1: 8x50G, E1/2: 8x50G}   # and so on",
        fix: "Use breakouts with fewer lanes on some ports.",
        source: "fabric api/wiring/v1beta1/switch_types.go:655-702 @ 78827deb";
    PIPELINE_FULL = 4114, Error, "more ports than the pipeline takes",
        meaning: "On some models several ports share a pipeline, which takes a number of sub-ports.",
        example: "kind: Switch\nspec:\n  profile: celestica-ds5000\n  portBreakouts: {E1/1: 8x100G, E1/4: 4x200G}",
        fix: "Use breakouts with fewer lanes on the ports of the pipeline.",
        source: "fabric api/wiring/v1beta1/switch_types.go:704-715 @ 78827deb";
    BREAKOUTS_FROZEN = 4115, Error, "breakouts changed while RoCE is on",
        meaning: "A switch with RoCE, before the change or after it, keeps its breakouts.",
        example: "kind: Switch\nspec:\n  roce: true\n  portBreakouts: {E1/55: 4x25G}   # was 1x100G",
        fix: "Turn RoCE off, change the breakouts, then turn it on again.",
        source: "fabric pkg/ctrl/switch_wh.go:77-79 @ 78827deb";
    BOOT_UNKNOWN = 4116, Warning, "nothing identifies the switch",
        meaning: "A new switch asks the fabric for its system, and is known by its serial number or the MAC address of its management port. Nothing checks that one is given, and without either the switch never comes up. An error with --strict. (Virtual switches need none.)",
        example: "kind: Switch\nspec:\n  profile: dell-s5248f-on   # and no boot",
        fix: "Set spec.boot.serial or spec.boot.mac.",
        source: "docs user-guide/devices.md @ 9cff1599; not enforced by fabric @ 78827deb";
    HYDRATED_NOT = 4117, Warning, "no addresses yet",
        meaning: "Switches and gateways need addresses and numbers that people leave to hhfab, which fills them in. Without them the cluster refuses a device, and rules about them cannot be checked here.",
        example: "kind: Switch\nspec:\n  role: server-leaf   # no asn, ip, protocolIP, vtepIP",
        fix: "Nothing, if hhfab hydrates the wiring. If a deployer applies managed/ directly, store the hydrated wiring.",
        source: "fabric api/wiring/v1beta1/switch_types.go:457-468 @ 78827deb; fabricator pkg/hhfab/hydrate.go:139-175";
    HYDRATED_PARTLY = 4118, Warning, "some devices have addresses and some do not",
        meaning: "hhfab hydrates all of a wiring or nothing: it stops at one that is hydrated in part. An error with --strict.",
        example: "kind: Switch\nspec:\n  ip: 172.30.0.8/21   # and another switch without",
        fix: "Remove the addresses from all devices, or let hhfab fill in all.",
        source: "fabricator pkg/hhfab/hydrate.go:139-175 @ fee55670";
    ADDRESS_UNREADABLE = 4119, Error, "no address with a length",
        meaning: "Addresses of devices are written with a length.",
        example: "kind: Switch\nspec:\n  protocolIP: 172.30.8.2",
        fix: "Write it like 172.30.8.2/32, or leave it out: hydration fills it in.",
        source: "fabric api/wiring/v1beta1/switch_types.go:373-429 @ 78827deb";
    ADDRESS_MISPLACED = 4120, Error, "an address outside of its subnet",
        meaning: "Management addresses lie in the management subnet, below its DHCP range; router ids and tunnel end points are /32 of the protocol and VTEP subnets. The subnets are settings.",
        example: "kind: Switch\nspec:\n  protocolIP: 10.0.0.1/32",
        fix: "Leave it out, so that hydration fills it in; or set the subnets of your fabric in .hedgerow/fabric.toml.",
        source: "fabric api/wiring/v1beta1/switch_types.go:372-436 @ 78827deb";
    SPINE_VTEP = 4121, Error, "a spine with a tunnel end point",
        meaning: "Tunnels end at leaves.",
        example: "kind: Switch\nspec:\n  role: spine\n  vtepIP: 172.30.12.1/32",
        fix: "Remove vtepIP.",
        source: "fabric api/wiring/v1beta1/switch_types.go:469-471 @ 78827deb";
    ASN_MISPLACED = 4122, Error, "an ASN that the device cannot have",
        meaning: "Spines share one number, gateways share another, and leaves have one each of a range. They are settings.",
        example: "kind: Switch\nspec:\n  role: server-leaf\n  asn: 65100",
        fix: "Leave it out, so that hydration fills it in; or set [asn] in .hedgerow/fabric.toml.",
        source: "fabric api/wiring/v1beta1/switch_types.go:407-422 @ 78827deb; fabricator pkg/hhfab/hydrate.go:622";
    ADDRESS_TWICE = 4123, Error, "an address is used twice",
        meaning: "Management addresses, router ids, tunnel end points and addresses of links belong to one device or end each. (MCLAG pairs share their tunnel end point.)",
        example: "kind: Switch\nspec:\n  protocolIP: 172.30.8.2/32   # as on another switch",
        fix: "Give one of them another address, or leave both out.",
        source: "fabric api/wiring/v1beta1/switch_types.go:384-441, connection_types.go:998-1108 @ 78827deb";
    ASN_TWICE = 4124, Error, "an ASN is used by two leaves",
        meaning: "Each leaf has a number of its own. (MCLAG pairs share theirs.)",
        example: "kind: Switch\nspec:\n  role: server-leaf\n  asn: 65101   # as on another leaf",
        fix: "Give one of them another number, or leave both out.",
        source: "fabric api/wiring/v1beta1/switch_types.go:408-412 @ 78827deb";
}
