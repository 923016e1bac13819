//! Any two trees pass only when nothing is lost or made up: a pass on garbage is a crash.

#![no_main]

#[path = "../../crates/hedgerow-core/tests/fuzz/oracles/mod.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::verifier(bytes));
