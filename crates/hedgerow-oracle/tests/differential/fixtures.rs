//! Where the fixtures are.

use std::path::PathBuf;

/// The directory of `name` among the fixtures; says so and gives `None` where there are none.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let root = std::env::var_os("HEDGEROW_FIXTURES").map_or(beside, PathBuf::from);
    let path = root.join(name);
    if !path.exists() {
        println!("did not run: no fixtures at {}", path.display());
        return None;
    }
    Some(path)
}
