//! The catalogue that the program carries: the files of `catalogue/`.

use std::sync::OnceLock;

use super::{Catalogue, Field, Shape, body, former, head};

/// The text of a file of `catalogue/`.
macro_rules! data {
    ($path:literal) => {
        include_str!(concat!("../../../../catalogue/", $path))
    };
}

/// One file a kind. A test holds this list against the directory.
pub(super) const FILES: &[&str] = &[
    data!("agent.githedgehog.com/agent.toml"),
    data!("agent.githedgehog.com/catalog.toml"),
    data!("dhcp.githedgehog.com/dhcpsubnet.toml"),
    data!("fabricator.githedgehog.com/controlnode.toml"),
    data!("fabricator.githedgehog.com/fabnode.toml"),
    data!("fabricator.githedgehog.com/fabricator.toml"),
    data!("gateway.githedgehog.com/gateway.toml"),
    data!("gateway.githedgehog.com/gatewaygroup.toml"),
    data!("gateway.githedgehog.com/gatewaypeering.toml"),
    data!("gateway.githedgehog.com/vpcinfo.toml"),
    data!("gwint.githedgehog.com/gatewayagent.toml"),
    data!("vpc.githedgehog.com/external.toml"),
    data!("vpc.githedgehog.com/externalattachment.toml"),
    data!("vpc.githedgehog.com/externalpeering.toml"),
    data!("vpc.githedgehog.com/ipv4namespace.toml"),
    data!("vpc.githedgehog.com/vpc.toml"),
    data!("vpc.githedgehog.com/vpcattachment.toml"),
    data!("vpc.githedgehog.com/vpcpeering.toml"),
    data!("wiring.githedgehog.com/connection.toml"),
    data!("wiring.githedgehog.com/server.toml"),
    data!("wiring.githedgehog.com/serverprofile.toml"),
    data!("wiring.githedgehog.com/switch.toml"),
    data!("wiring.githedgehog.com/switchgroup.toml"),
    data!("wiring.githedgehog.com/switchprofile.toml"),
    data!("wiring.githedgehog.com/vlannamespace.toml"),
];

/// Read once in a process.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let kinds = FILES.iter().map(|text| head::read(text)).collect::<Result<_, _>>();
        let former = former::read(data!("former.toml"));
        let kinds = kinds.expect("a test reads every file of the catalogue");
        let former = former.expect("a test reads former.toml");
        Catalogue::new(kinds, former).expect("a test reads the whole catalogue")
    })
}

/// The fields of every kind's `metadata`.
pub(super) fn metadata() -> &'static Field {
    static METADATA: OnceLock<Field> = OnceLock::new();
    METADATA.get_or_init(|| {
        let root = body::read(data!("metadata.toml")).expect("a test reads metadata.toml");
        match root.map(|root| root.shape) {
            Some(Shape::Object(object)) => {
                object.field("metadata").cloned().expect("metadata.toml describes `metadata`")
            }
            _ => unreachable!("the root of a data file is an object"),
        }
    })
}
