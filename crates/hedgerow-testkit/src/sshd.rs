//! A real `sshd` on loopback, with keys of its own.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that lets one key in, as the user who runs the tests. It ends when it is dropped.
#[derive(Debug)]
pub struct Sshd {
    child: Child,
    port: u16,
    user: String,
    /// Whether it has another host key than the first.
    another: bool,
    dir: TempDir,
}

impl Sshd {
    /// Starts it. Panics when there is no `sshd` (Debian's `openssh-server`).
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for key in ["host", "client", "stranger"] {
            keygen(&dir.path().join(key));
        }
        std::fs::copy(dir.path().join("client.pub"), dir.path().join("authorized")).unwrap();
        let port = free_port();
        // Where sshd runs as root it wants this directory.
        let _ = std::fs::create_dir_all("/run/sshd");
        let child = listen(dir.path(), port, "host");
        let server = Self { child, port, user: user(), another: false, dir };
        server.wait();
        server.pin();
        server
    }

    /// From now on it has another host key, or the first one again.
    pub fn swap_host_key(&mut self) {
        self.another = !self.another;
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = listen(self.dir.path(), self.port, if self.another { "stranger" } else { "host" });
        self.wait();
    }

    /// The URL of the repository at the absolute `path`.
    pub fn url(&self, path: &Path) -> String {
        format!("ssh://{}@127.0.0.1:{}{}", self.user, self.port, path.display())
    }

    /// The private key that is let in.
    pub fn key(&self) -> PathBuf {
        self.dir.path().join("client")
    }

    /// Lets the key in whose public part is in this file, too.
    pub fn let_in(&self, public_key: &Path) {
        let authorized = self.dir.path().join("authorized");
        let keys = std::fs::read_to_string(&authorized).unwrap() + &std::fs::read_to_string(public_key).unwrap();
        std::fs::write(authorized, keys).unwrap();
    }

    /// A private key that is not.
    pub fn stranger(&self) -> PathBuf {
        self.dir.path().join("stranger")
    }

    /// A file that pins the host's key.
    pub fn known_hosts(&self) -> PathBuf {
        self.dir.path().join("known hosts")
    }

    /// A file that pins another key for this host.
    pub fn wrong_known_hosts(&self) -> PathBuf {
        self.dir.path().join("wrong hosts")
    }

    fn pin(&self) {
        for (file, key) in [(self.known_hosts(), "host.pub"), (self.wrong_known_hosts(), "stranger.pub")] {
            let key = std::fs::read_to_string(self.dir.path().join(key)).unwrap();
            std::fs::write(file, format!("[127.0.0.1]:{} {key}", self.port)).unwrap();
        }
    }

    fn wait(&self) {
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(20), "sshd does not listen: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(dir: &Path, port: u16, key: &str) -> Child {
    std::fs::write(dir.join("config"), configuration(dir, port, key)).unwrap();
    let log = std::fs::File::create(dir.join("log")).unwrap();
    let mut command = Command::new(program());
    command.args(["-D", "-e", "-f"]).arg(dir.join("config")).stdin(Stdio::null()).stderr(log);
    command.spawn().unwrap()
}

fn program() -> PathBuf {
    let known = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"];
    let found = known.iter().map(PathBuf::from).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("these tests need a real sshd: apt-get install openssh-server"))
}

fn keygen(path: &Path) {
    let status =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(path).status();
    assert!(status.is_ok_and(|status| status.success()), "these tests need ssh-keygen");
}

fn configuration(dir: &Path, port: u16, key: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {dir}/{key}\nAuthorizedKeysFile {dir}/authorized\nPidFile none\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nMaxStartups 100\nSetEnv PATH={path}\n",
        dir = dir.display()
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
