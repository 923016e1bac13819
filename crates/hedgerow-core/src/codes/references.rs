//! 3xxx: references between objects.

use crate::finding::Code;

super::codes! {
    OPEN_KIND = 3001, Warning, "kind is kept elsewhere",
        meaning: "Nobody has an object of this kind here, neither in the inbox nor under managed/. People often keep wiring with hhfab and VPCs in git, so references to such a kind are not errors: they cannot be checked.",
        example: "kind: VPC\nspec:\n  ipv4Namespace: default   # and no IPv4Namespace in git",
        fix: "Nothing, if the cluster has the object. To have references checked, keep objects of the kind in git too.",
        source: "Hedgerow's design, \"The resulting set\"";
    NO_SWITCH = 3101, Error, "no such Switch",
        meaning: "A connection names a switch that is not there. The fabric refuses the connection. All that refer to the missing switch are listed in one finding.",
        example: "kind: Connection\nspec:\n  unbundled:\n    link:\n      server: {port: server-01/enp2s1}\n      switch: {port: leaf-99/E1/1}",
        fix: "Add the Switch, or correct the name before the first slash.",
        source: "fabric api/wiring/v1beta1/connection_types.go:822-828 @ 78827deb";
    NO_SERVER = 3102, Error, "no such Server",
        meaning: "A connection names a server that is not there. The fabric refuses the connection.",
        example: "server: {port: server-99/enp2s1}",
        fix: "Add the Server (its spec may be empty), or correct the name before the first slash.",
        source: "fabric api/wiring/v1beta1/connection_types.go:881-889 @ 78827deb";
    NO_SWITCH_GROUP = 3103, Error, "no such SwitchGroup",
        meaning: "A switch names a group, in groups or in redundancy.group, that is not there.",
        example: "kind: Switch\nspec:\n  redundancy: {group: eslag-9, type: eslag}",
        fix: "Add the SwitchGroup (its spec is empty), or correct the name.",
        source: "fabric api/wiring/v1beta1/switch_types.go:527-541 @ 78827deb";
    NO_VLAN_NAMESPACE = 3104, Error, "no such VLANNamespace",
        meaning: "A switch or a VPC names a VLAN namespace that is not there. Without a name, `default` is meant: it is not built in, an object of that name has to exist.",
        example: "kind: VPC\nspec:\n  vlanNamespace: prod",
        fix: "Add the VLANNamespace, or correct the name.",
        source: "fabric api/wiring/v1beta1/switch_types.go:508-521, api/vpc/v1beta1/vpc_types.go:685-693 @ 78827deb";
    NO_IPV4_NAMESPACE = 3105, Error, "no such IPv4Namespace",
        meaning: "A VPC or an external names an IPv4 namespace that is not there. Without a name, `default` is meant: it is not built in, an object of that name has to exist.",
        example: "kind: VPC\nspec:\n  ipv4Namespace: prod",
        fix: "Add the IPv4Namespace, or correct the name.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:675-683, external_types.go:176-186 @ 78827deb";
    NO_VPC = 3106, Error, "no such VPC",
        meaning: "An attachment, a peering, a DHCP relay or a static external names a VPC that is not there.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-9/default",
        fix: "Add the VPC, or correct the name.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:193-200 @ 78827deb";
    NO_SUBNET = 3107, Error, "VPC has no such subnet",
        meaning: "The VPC exists and has no subnet of this name.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-1/frontned",
        fix: "Correct the name, or add the subnet to the VPC.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:201-203 @ 78827deb";
    NO_CONNECTION = 3108, Error, "no such Connection",
        meaning: "An attachment names a connection that is not there.",
        example: "kind: VPCAttachment\nspec:\n  connection: server-01--unbundled--leaf-9",
        fix: "Add the Connection, or correct the name.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:206-213 @ 78827deb";
    NO_EXTERNAL = 3109, Error, "no such External",
        meaning: "An external attachment or a peering names an external that is not there. Gateway peerings name externals as ext.<name>.",
        example: "kind: ExternalPeering\nspec:\n  permit:\n    external: {name: isp-9}",
        fix: "Add the External, or correct the name.",
        source: "fabric api/vpc/v1beta1/externalattachment_types.go:353-360 @ 78827deb";
    NO_GATEWAY = 3110, Error, "no such Gateway",
        meaning: "A gateway connection names a gateway that is not there.",
        example: "gateway: {port: gateway-9/enp2s1}",
        fix: "Add the Gateway, or correct the name before the slash.",
        source: "fabricator pkg/hhfab/hydrate.go:876 @ fee55670";
    NO_GATEWAY_GROUP = 3111, Error, "no such GatewayGroup",
        meaning: "A gateway or a gateway peering names a group that is not there. Without a name, `default` is meant: it is not built in, an object of that name has to exist.",
        example: "kind: GatewayPeering\nspec:\n  gatewayGroup: edge",
        fix: "Add the GatewayGroup (its spec is empty), or correct the name.",
        source: "fabric api/gateway/v1alpha1/gatewaypeering_types.go:485-492, gateway_types.go:462-473 @ 78827deb";
    NO_INTERFACE = 3112, Error, "gateway has no such interface",
        meaning: "A gateway connection ends at an interface that the gateway does not list. Hydration stops there.",
        example: "gateway: {port: gateway-1/enp9s1}",
        fix: "Add the interface to spec.interfaces of the gateway, or correct the name after the slash.",
        source: "fabricator pkg/hhfab/hydrate.go:884 @ fee55670";
    PROFILE_UNKNOWN = 3201, Warning, "switch profile is not in the catalogue",
        meaning: "The profiles that Hedgerow knows are those of one upstream version. With a profile beyond them nothing about ports, speeds and features of the switch can be checked. The fabric refuses profiles that it does not have. An error with --strict.",
        example: "kind: Switch\nspec:\n  profile: dell-s5248-on",
        fix: "Correct the name; or update Hedgerow, if the profile is newer.",
        source: "fabric api/wiring/v1beta1/switch_types.go:543-551 @ 78827deb";
    PROFILE_OPT_IN = 3202, Warning, "switch profile is an option of the installer",
        meaning: "Profiles named *-clsp and cumulus-vx exist only in fabrics that were installed with them, which git does not say.",
        example: "kind: Switch\nspec:\n  profile: vs-clsp",
        fix: "If your fabric has them, set profiles.clsp = true or profiles.cumulus = true in .hedgerow/fabric.toml.",
        source: "fabric pkg/ctrl/switchprofile/catalog.go:103-109 @ 78827deb";
    NEEDED = 3301, Error, "a needed field is absent",
        meaning: "The schema allows that the field is absent or empty, and the fabric's controller refuses it.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-1/default   # and no connection",
        fix: "Set the field.",
        source: "the Validate of each kind, fabric @ 78827deb";
    SUBNET_MALFORMED = 3302, Error, "an attachment names no subnet",
        meaning: "What an attachment attaches is written <vpc>/<subnet>. A VPC alone means its subnet `default`; a slash with nothing on one side means nothing.",
        example: "kind: VPCAttachment\nspec:\n  subnet: vpc-1/",
        fix: "Write vpc-1/default.",
        source: "fabric api/vpc/v1beta1/vpcattachment_types.go:139-145,164-171 @ 78827deb";
}

/// Those that `--strict` makes errors.
pub(super) const RAISED_BY_STRICT: &[Code] = &[PROFILE_UNKNOWN];
