//! Any bytes are read, and what was read is read again alike.

#![no_main]

#[path = "../../crates/hedgerow-core/tests/fuzz/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::reader(bytes));
