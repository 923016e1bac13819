//! A line to PostgreSQL that is cut at one statement: before the server hears of it, or when the server has answered and nobody
//! hears the answer.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

/// When a line is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server does not hear of the statement.
    Before,
    /// The server has done it, and whoever asked does not hear.
    After,
}

/// A socket that leads to a server's.
#[derive(Debug)]
pub struct Cutter {
    directory: TempDir,
    knife: Arc<Mutex<Knife>>,
}

#[derive(Debug, Default)]
struct Knife {
    /// So many statements are let pass, and the next one is cut; `None`: all pass.
    after: Option<(u64, Cut)>,
    has_cut: bool,
}

impl Cutter {
    /// A line to `server`, a socket; its own is in [`Cutter::directory`], under the same name.
    pub fn to(server: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(server.file_name().unwrap())).unwrap();
        let (server, knife) = (server.to_owned(), Arc::new(Mutex::new(Knife::default())));
        let shared = Arc::clone(&knife);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&server) else { continue };
                Line { client, server, knife: Arc::clone(&shared), swallows: Arc::default() }.carry();
            }
        });
        Self { directory, knife }
    }

    /// Where its socket is.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// From now on, on whatever line, `pass` statements pass, and the next one's line is cut. Those after it pass again.
    pub fn arm(&self, pass: u64, cut: Cut) {
        *self.knife.lock().unwrap() = Knife { after: Some((pass, cut)), has_cut: false };
    }

    /// Whether it has cut since it was armed. It is no longer armed then.
    pub fn disarm(&self) -> bool {
        std::mem::take(&mut *self.knife.lock().unwrap()).has_cut
    }
}

#[derive(Debug)]
struct Line {
    client: UnixStream,
    server: UnixStream,
    knife: Arc<Mutex<Knife>>,
    /// The server's next answer is heard by nobody, and is the last.
    swallows: Arc<Mutex<bool>>,
}

impl Line {
    fn carry(self) {
        let (from, to) = (self.server.try_clone().unwrap(), self.client.try_clone().unwrap());
        let swallows = Arc::clone(&self.swallows);
        thread::spawn(move || answers(from, to, &swallows));
        thread::spawn(move || {
            let _ = self.questions();
            self.hang_up();
        });
    }

    fn hang_up(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// PostgreSQL's protocol (its manual, 55.7): the first message is a length and a body, each other one a letter before
    /// them. Before the first one may ask for TLS. A statement ends with `Sync`, or is a `Query`; nothing of it is sent on
    /// before it has ended.
    fn questions(&self) -> std::io::Result<()> {
        loop {
            let (_, first) = self.message(false)?;
            (&self.server).write_all(&first)?;
            if first[4..] != 80_877_103_u32.to_be_bytes() {
                break;
            }
        }
        let mut statement = Vec::new();
        loop {
            let (kind, message) = self.message(true)?;
            statement.extend(message);
            // A bare `Sync` only asks whether the line still is one.
            if kind == b'Q' || kind == b'S' && statement.len() > 5 {
                match self.fate() {
                    Some(Cut::Before) => return Ok(()),
                    Some(Cut::After) => *self.swallows.lock().unwrap() = true,
                    None => {}
                }
            }
            if !matches!(kind, b'P' | b'B' | b'D' | b'E' | b'C') {
                (&self.server).write_all(&statement)?;
                statement.clear();
            }
        }
    }

    fn message(&self, has_kind: bool) -> std::io::Result<(u8, Vec<u8>)> {
        let mut head = vec![0; if has_kind { 5 } else { 4 }];
        (&self.client).read_exact(&mut head)?;
        let length: [u8; 4] = head[head.len() - 4..].try_into().expect("four bytes");
        let mut body = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
        (&self.client).read_exact(&mut body)?;
        let kind = head[0];
        head.extend(body);
        Ok((kind, head))
    }

    fn fate(&self) -> Option<Cut> {
        let mut knife = self.knife.lock().unwrap();
        let (pass, cut) = knife.after?;
        if pass > 0 {
            knife.after = Some((pass - 1, cut));
            return None;
        }
        *knife = Knife { after: None, has_cut: true };
        Some(cut)
    }
}

/// An answer ends with `ReadyForQuery`, six bytes that begin with `Z`.
fn answers(mut from: UnixStream, mut to: UnixStream, swallows: &Mutex<bool>) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        let swallowed = *swallows.lock().unwrap();
        let has_ended = count >= 6 && piece[count - 6..count - 1] == [b'Z', 0, 0, 0, 5];
        if swallowed && has_ended || !swallowed && to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
