//! Any fabric is judged, and its findings point into its files.

#![no_main]

#[path = "../../crates/hedgerow-core/tests/fuzz/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::whole(bytes));
