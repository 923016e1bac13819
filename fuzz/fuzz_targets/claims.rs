//! Any bytes are taken for a ledger, or for a message with trailers, only when they are one.

#![no_main]

#[path = "../../crates/hedgerow-core/tests/fuzz/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::claims(bytes));
