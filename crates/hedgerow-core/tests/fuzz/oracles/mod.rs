//! What must hold whatever the bytes are. The fuzz targets (`fuzz/`) and the tests share these oracles, so that what a
//! fuzzer found stays found.

#![allow(dead_code, reason = "each fuzz target calls one of them")]

mod claims;
mod partition;
mod reader;
mod verifier;
mod whole;

pub(crate) use claims::claims;
pub(crate) use partition::partition;
pub(crate) use reader::reader;
pub(crate) use verifier::verifier;
pub(crate) use whole::whole;
