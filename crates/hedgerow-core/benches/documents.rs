//! How fast files are taken apart: `cargo bench -p hedgerow-core --bench documents`.
//!
//! Prints documents and megabytes a second for files of 10,000 connections, up to 200,000 documents, with the most
//! memory that was in use, and how long inputs take that are made to hurt. Times are the process's own on the processor,
//! where Linux tells them (in steps of 10 ms), so that a busy machine counts less.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use hedgerow_core::document::parse;
use hedgerow_core::lines::partition;
use hedgerow_core::path::TreePath;

const PER_FILE: usize = 10_000;

fn connections(from: usize) -> String {
    (from..from + PER_FILE).fold(String::new(), |mut file, n| {
        let port = n % 48 + 1;
        let _ = write!(
            file,
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: server-{n}--mclag--leaf-01--leaf-02\n  \
             namespace: default\nspec:\n  mclag:\n    links:\n    - server:\n        port: server-{n}/enp2s1\n      switch:\n        \
             port: leaf-01/E1/{port}\n    - server:\n        port: server-{n}/enp2s2\n      switch:\n        port: leaf-02/E1/{port}\n---\n"
        );
        file
    })
}

/// Time spent on the processor so far: user and system time from `/proc`, else the time of day.
fn clock() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
    match ticks.as_slice() {
        [user, system] => Duration::from_millis(10 * (user + system)),
        _ => START.elapsed(),
    }
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The best of three.
fn best(mut work: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let started = clock();
        work();
        clock().saturating_sub(started)
    });
    times.min().unwrap_or_default()
}

/// Kilobytes, from `/proc`; 0 where there is none.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn rate(name: &str, files: &[String], work: impl Fn(&[u8])) {
    let documents = (files.len() * PER_FILE) as f64;
    let bytes: usize = files.iter().map(String::len).sum();
    let rounds = 200_000 / (files.len() * PER_FILE);
    let took = best(|| (0..rounds).for_each(|_| files.iter().for_each(|file| work(file.as_bytes()))));
    let took = took.as_secs_f64() / rounds as f64;
    println!(
        "{name:<28} {documents:>8} documents {:>10.0} documents/s {:>7.1} MB/s",
        documents / took,
        bytes as f64 / took / 1e6
    );
}

fn speed(path: &TreePath) {
    for files in [1, 5, 20] {
        let files: Vec<String> = (0..files).map(|n| connections(n * PER_FILE)).collect();
        rate("partition", &files, |file| drop(black_box(partition(file))));
        rate("parse", &files, |file| drop(black_box(parse(path, file))));
    }
}

/// All trees of 200,000 documents at once.
fn memory(path: &TreePath) {
    let files: Vec<String> = (0..20).map(|n| connections(n * PER_FILE)).collect();
    let bytes: usize = files.iter().map(String::len).sum();
    let before = peak_memory();
    let parsed: Vec<_> = files.iter().map(|file| parse(path, file.as_bytes())).collect();
    let more = peak_memory().saturating_sub(before) * 1024;
    let documents: usize = parsed.iter().map(|file| file.documents.len()).sum();
    println!(
        "{documents} documents of {} MB in all held at once: {:.1} times the input",
        bytes / 1_000_000,
        more as f64 / bytes as f64
    );
}

fn hostile(path: &TreePath) {
    let deep = format!("{}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let laughs: String =
        (0..10).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
    let inputs = [
        ("10,000 levels", deep),
        ("billion laughs", laughs.replace("*a-1", "lol")),
        ("a million documents", "a: 1\n---\n".repeat(1_000_000)),
        ("3 million empty documents", "---\n".repeat(3_000_000)),
        ("16 MB of one scalar", format!("a: {}\n", "x".repeat(16_000_000))),
        ("16 MB of a block", format!("a: |\n{}", "  x\n".repeat(4_000_000))),
        ("16 MB of blank lines", format!("a: 1{}", "\n".repeat(16_000_000))),
        ("a million values", "- a\n".repeat(999_990)),
        ("a million keys", (0..999_990).map(|n| format!("{n:x}g: 1\n")).collect()),
        ("400,000 words of YAML 1.1", "- on\n".repeat(400_000)),
        ("50,000 errors", "a: [\n---\n".repeat(50_000)),
        ("50,000 parsed twice", "a: |+\n x\n\n\n---\n".repeat(50_000)),
    ];
    for (name, file) in inputs {
        let took = best(|| drop(black_box(parse(path, file.as_bytes()))));
        println!("{name:<28} {:>8} ms", took.as_millis());
    }
}

fn main() {
    let path = TreePath::from("f/raw/x.yaml");
    memory(&path);
    speed(&path);
    hostile(&path);
    println!("most memory in use: {} MB", peak_memory() / 1024);
}
