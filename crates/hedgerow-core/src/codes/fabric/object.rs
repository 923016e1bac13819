//! 40xx: every kind.

crate::codes::codes! {
    NAME_MALFORMED = 4001, Error, "a name that is no name",
        meaning: "Names have lower-case letters, digits and -, in parts separated by dots; each part starts and ends with a letter or a digit.",
        example: "kind: Server\nmetadata:\n  name: GPU-NIC-1",
        fix: "Rename the object, and correct those that refer to it.",
        source: "fabric api/meta/validation.go:30,38-41 @ 78827deb";
    NAME_OVER_SHORT = 4002, Error, "a name over 11 characters",
        meaning: "Names of VPCs, externals and IPv4 namespaces become parts of names on switches, which are short.",
        example: "kind: VPC\nmetadata:\n  name: production-east",
        fix: "Choose a name of 11 characters at most.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:368, external_types.go:136, ipv4namespace_types.go:122 @ 78827deb";
    NAME_OVER_LABEL = 4003, Error, "a name over 63 characters",
        meaning: "The fabric writes the names of switches and servers into labels of their connections, those of switch groups and VLAN namespaces into labels of switches, those of VPC subnets and connections into labels of attachments. Labels end at 63 characters: the API server refuses the object that would carry it. The finding stands where the long name is used.",
        example: "kind: Connection\nspec:\n  unbundled:\n    link:\n      switch: {port: rack-0123456789-0123456789-0123456789-0123456789-0123456789-leaf/E1/1}",
        fix: "Give the object a name of 63 characters at most.",
        source: "Kubernetes (label values); fabric api/wiring/v1beta1/connection_types.go:475-480 @ 78827deb";
    NAME_TOO_LONG = 4004, Error, "a name over 253 characters",
        meaning: "No object of Kubernetes has a longer name.",
        example: "metadata:\n  name: a…   # 254 of them",
        fix: "Shorten the name.",
        source: "Kubernetes; fabricator pkg/util/apiutil/loader.go:113 @ fee55670";
    NAMESPACE_OTHER = 4005, Error, "a namespace other than default",
        meaning: "The fabric looks at objects of the Kubernetes namespace `default` only, and refuses all others. Older releases had gateway objects in `fab`.",
        example: "kind: Gateway\nmetadata:\n  name: gateway-1\n  namespace: fab",
        fix: "Remove metadata.namespace.",
        source: "fabric api/meta/validation.go:43-45, api/gateway/v1alpha1/gateway_types.go:209 @ 78827deb";
    NAME_OF_EXTERNAL = 4006, Error, "a VPC with the name of an external",
        meaning: "Gateway peerings name externals as ext.<name>, so that no VPC may have such a name.",
        example: "kind: VPC\nmetadata:\n  name: ext.vpc",
        fix: "Choose a name that does not start with ext.",
        source: "fabric api/vpc/v1beta1/vpc_types.go:371-373 @ 78827deb";
}
