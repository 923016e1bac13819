//! In which order objects are applied: what is referred to comes first.

/// The kinds that people write, those that others refer to first.
const ORDER: &[&str] = &[
    "VLANNamespace",
    "IPv4Namespace",
    "SwitchProfile",
    "SwitchGroup",
    "Switch",
    "Server",
    "Connection",
    "External",
    "ExternalAttachment",
    "VPC",
    "VPCAttachment",
    "VPCPeering",
    "ExternalPeering",
    "GatewayGroup",
    "Gateway",
    "GatewayPeering",
];

/// The place of a kind, from 1; kinds that a catalogue's additions brought come last.
pub(super) fn of(kind: &str) -> usize {
    1 + ORDER.iter().position(|known| *known == kind).unwrap_or(98)
}
