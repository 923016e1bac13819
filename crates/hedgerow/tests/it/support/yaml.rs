//! Small documents.

/// A VPC whose VLAN and subnet follow from `number`, so that two of them never collide.
pub(crate) fn vpc(name: &str, number: u8) -> String {
    let vlan = 1000 + u32::from(number);
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      \
         subnet: 10.0.{number}.0/24\n      vlan: {vlan}\n"
    )
}

/// A server.
pub(crate) fn server(name: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {name}\n"
    )
}

/// Something of Kubernetes' own.
pub(crate) fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: value\n")
}

/// Documents in one file, a bare separator between them.
pub(crate) fn file(documents: &[String]) -> String {
    documents.join("---\n")
}
