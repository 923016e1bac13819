//! A private PostgreSQL, on a socket in a directory of its own, that lives as long as this process, or as long as a test wants it.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fs};

/// How long the server may take to start.
const START: Duration = Duration::from_secs(60);

/// Starts the server, stops and starts it as its standard input says, and waits for that to end, which the kernel sees to however
/// this process ends.
const GUARD: &str = r#"
set -e
initdb -D "$1/data" -U hedgerow -A trust --no-sync --encoding UTF8 --no-locale \
    --locale-provider=icu --icu-locale=en-US >"$1/log" 2>&1
begin() {
    postgres -D "$1/data" -k "$1" -h '' -c fsync=off -c max_connections=200 >>"$1/log" 2>&1 &
    server=$!
}
end() {
    kill -INT $server 2>/dev/null || true
    wait $server || true
}
begin "$1"
while read -r word; do
    $word "$1"
done
end
rm -rf "$1"
"#;

/// See the module.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    psql: PathBuf,
    guard: Child,
}

/// Its server ends with it; that of the process is never dropped, and ends with the process.
impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The cluster of this process; `None` where PostgreSQL's programs are not found.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(start).as_ref()
}

impl Cluster {
    /// Another one, that a test may stop. It ends when it is dropped.
    pub fn start() -> Option<Self> {
        start()
    }

    /// Stops the server, as who looks after it does, and cuts whoever is connected.
    pub fn stop(&mut self) {
        self.say("end\n");
        self.wait("it does not stop", |server| !server.socket().exists());
    }

    /// Starts it again.
    pub fn resume(&mut self) {
        self.say("begin\n");
        self.sql("postgres", "SELECT 1");
    }

    fn say(&mut self, word: &str) {
        self.guard.stdin.as_mut().unwrap().write_all(word.as_bytes()).unwrap();
    }

    fn wait(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + START;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "{what}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A copy of the database `name`, as SQL.
    pub fn dump(&self, name: &str) -> Vec<u8> {
        let mut command = Command::new(self.psql.with_file_name("pg_dump"));
        let told = command.args(["-U", "hedgerow", "-h"]).arg(&self.directory).arg(name).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        told.stdout
    }

    /// The database `name` is as it was when `dump` was made, and whoever is connected is cut.
    pub fn restore(&self, name: &str, dump: &[u8]) {
        self.sql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        let mut child = self.psql(name).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(dump).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// The URL of the database `name`.
    pub fn url(&self, name: &str) -> String {
        let socket = self.directory.to_str().unwrap();
        format!("postgres://hedgerow@localhost/{name}?host={socket}")
    }

    /// Where its socket is.
    pub fn directory(&self) -> PathBuf {
        self.directory.clone()
    }

    /// The socket of the server.
    pub fn socket(&self) -> PathBuf {
        self.directory.join(".s.PGSQL.5432")
    }

    /// `psql` on the database `name`, as whoever looks after the server uses it.
    pub fn psql(&self, name: &str) -> Command {
        let mut command = Command::new(&self.psql);
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "hedgerow", "-h"]);
        command.arg(&self.directory).args(["-d", name]);
        command
    }

    /// What SQL says of the database `name`: rows by LF, columns by `|`. The server takes a moment to start.
    pub fn sql(&self, name: &str, query: &str) -> String {
        let deadline = Instant::now() + START;
        loop {
            let told = self.psql(name).args(["-c", query]).output().unwrap();
            if told.status.success() {
                return String::from_utf8(told.stdout).unwrap().trim_end().to_owned();
            }
            let words = String::from_utf8_lossy(&told.stderr);
            let starts = ["No such file", "starting up", "Connection refused"].iter().any(|word| words.contains(word));
            assert!(starts && Instant::now() < deadline, "{query}: {words}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the server, or its installation, said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }
}

fn start() -> Option<Cluster> {
    let path = path_with_postgres()?;
    let psql = env::split_paths(&path).map(|directory| directory.join("psql")).find(|program| program.exists())?;
    let directory = tempfile::Builder::new().prefix("hedgerow-pg-").tempdir_in("/tmp").unwrap().keep();
    let mut guard = as_unprivileged(&directory);
    let child = guard
        .args(["sh", "-c", GUARD, "guard"])
        .arg(&directory)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    Some(Cluster { directory, psql, guard: child })
}

/// `PATH`, with the directory that Debian keeps the server's programs in.
fn path_with_postgres() -> Option<OsString> {
    let mut directories: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    directories.extend(versions.map(|version| version.path().join("bin")));
    let has = |program: &str| directories.iter().any(|directory| directory.join(program).exists());
    (has("initdb") && has("postgres")).then(|| env::join_paths(&directories).unwrap())
}

/// PostgreSQL refuses to run as root: then it is started as another user, to whom `directory` is given.
fn as_unprivileged(directory: &Path) -> Command {
    if number(&["-u"]) != Some(0) {
        return Command::new("env");
    }
    let user = ["postgres", "nobody"].into_iter().find(|user| number(&["-u", user]).is_some()).unwrap();
    let (uid, gid) = (number(&["-u", user]), number(&["-g", user]));
    chown(directory, uid, gid).unwrap();
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={}", uid.unwrap()), format!("--regid={}", gid.unwrap()), "--clear-groups".into()]);
    command
}

/// What `id` says.
fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
