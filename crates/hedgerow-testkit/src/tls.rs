//! TLS in front of a [`GitHttp`], with a certificate that nobody trusts unless told to.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::http::GitHttp;

/// The forwarder, by the standard library of Python.
const PROGRAM: &str = include_str!("tls.py");

/// A server that speaks HTTPS. It ends when it is dropped.
#[derive(Debug)]
pub struct Tls {
    child: Child,
    port: u16,
    dir: TempDir,
}

impl Tls {
    /// Puts TLS in front of `server`. Panics without `openssl` and `python3`.
    pub fn before(server: &GitHttp) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("certificate.pem"), dir.path().join("key.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
        openssl
            .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        let made = openssl.stderr(Stdio::null()).status();
        assert!(made.is_ok_and(|status| status.success()), "these tests need openssl");
        let mut python = Command::new("python3");
        python.args(["-c", PROGRAM]).arg(&certificate).arg(&key).arg(server.port().to_string());
        let child = python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("these tests need python3: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap(), dir }
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
