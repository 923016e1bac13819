//! A line to a server that can freeze: what it carries stays on the way, and nobody is told, as behind a proxy that hangs or a
//! router that has forgotten it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use tempfile::TempDir;

/// A socket that leads to another one.
#[derive(Debug)]
pub struct Relay {
    directory: TempDir,
    ice: Arc<Ice>,
}

/// How many lines there are, and how many of them, the oldest, are frozen.
#[derive(Debug, Default)]
struct Ice {
    lines: Mutex<(u64, u64)>,
    thaw: Condvar,
}

impl Relay {
    /// A relay to `server`, a socket; its own is in [`Relay::directory`], under the same name.
    pub fn to(server: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(server.file_name().unwrap())).unwrap();
        let (server, ice) = (server.to_owned(), Arc::new(Ice::default()));
        let all = Arc::clone(&ice);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&server) else { continue };
                let line = all.enter();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to, ice) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(&all));
                    thread::spawn(move || carry(from, to, line, &ice));
                }
            }
        });
        Self { directory, ice }
    }

    /// Where its socket is.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Freezes every line that there is. Those that come later are none the worse.
    pub fn freeze(&self) {
        let mut lines = self.ice.lines.lock().unwrap();
        lines.1 = lines.0;
    }

    /// Freezes every line that there is, and those that come later, until [`Relay::thaw`].
    pub fn cut(&self) {
        self.ice.lines.lock().unwrap().1 = u64::MAX;
    }

    /// What was on the way goes on.
    pub fn thaw(&self) {
        self.ice.lines.lock().unwrap().1 = 0;
        self.ice.thaw.notify_all();
    }
}

/// The threads of frozen lines end.
impl Drop for Relay {
    fn drop(&mut self) {
        self.thaw();
    }
}

impl Ice {
    fn enter(&self) -> u64 {
        let mut lines = self.lines.lock().unwrap();
        lines.0 += 1;
        lines.0
    }

    fn wait(&self, line: u64) {
        drop(self.thaw.wait_while(self.lines.lock().unwrap(), |lines| line <= lines.1).unwrap());
    }
}

fn carry(mut from: UnixStream, mut to: UnixStream, line: u64, ice: &Ice) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        ice.wait(line);
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    ice.wait(line);
    let _ = to.shutdown(Shutdown::Both);
}
