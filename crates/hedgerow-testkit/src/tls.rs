//! TLS in front of a [`GitHttp`], with a certificate that nobody trusts unless told to.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::http::GitHttp;

/// The forwarder, by the standard library of Python.
const PROGRAM: &str = include_str!("tls.py");

/// What is shown: a certificate and its key.
const SHOWN: &str = "shown.pem";

/// A server that speaks HTTPS. It ends when it is dropped.
#[derive(Debug)]
pub struct Tls {
    child: Child,
    port: u16,
    /// Whether it shows another certificate than the first.
    another: bool,
    dir: TempDir,
}

impl Tls {
    /// Puts TLS in front of `server`. Panics without `openssl` and `python3`.
    pub fn before(server: &GitHttp) -> Self {
        let dir = tempfile::tempdir().unwrap();
        certify(&dir.path().join("certificate.pem"));
        show(dir.path(), "certificate.pem");
        let (child, port) = start(&dir.path().join(SHOWN), server.port());
        Self { child, port, another: false, dir }
    }

    /// From now on new connections are shown another certificate, or the first one again. Those that are open live on.
    pub fn swap_certificate(&mut self) {
        self.another = !self.another;
        let certificate = if self.another { "another.pem" } else { "certificate.pem" };
        if !self.dir.path().join(certificate).exists() {
            certify(&self.dir.path().join(certificate));
        }
        show(self.dir.path(), certificate);
    }

    /// The URL of the repository at `path` below the server's root.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.port)
    }

    /// The certificate, for those who are to trust it.
    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("certificate.pem")
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a certificate, its key beside it.
fn certify(certificate: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout"]);
    openssl.arg(certificate.with_extension("key")).arg("-out").arg(certificate);
    let made = openssl.stderr(Stdio::null()).status();
    assert!(made.is_ok_and(|status| status.success()), "these tests need openssl");
}

/// This certificate, with its key, takes the place of the one that is shown.
fn show(dir: &Path, certificate: &str) {
    let certificate = dir.join(certificate);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let next = dir.join("next.pem");
    std::fs::write(&next, read(&certificate) + &read(&certificate.with_extension("key"))).unwrap();
    std::fs::rename(next, dir.join(SHOWN)).unwrap();
}

/// Listens; the child, and the port.
fn start(shown: &Path, behind: u16) -> (Child, u16) {
    let mut python = Command::new("python3");
    python.args(["-c", PROGRAM]).arg(shown).arg(behind.to_string());
    let child = python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("these tests need python3: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().unwrap())
}
