//! Any bytes are cut into documents without loss.

#![no_main]

#[path = "../../crates/hedgerow-core/tests/fuzz/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::partition(bytes));
