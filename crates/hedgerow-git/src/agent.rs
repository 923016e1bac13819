//! How a private key reaches ssh: not at all. ssh asks an agent to sign, and this process is the agent, on a socket that
//! only this user reaches, for as long as the remote is open, with one key.
//!
//! The protocol is draft-ietf-sshm-ssh-agent: a length, a kind, a body. Two questions are answered, and every other is a
//! failure, as the draft asks of agents that know no more.

mod message;

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

use crate::key::{HeldKey, HostKeys};
use crate::limits::{AGENT_TIME, MAX_AGENT_BYTES};
use crate::peer::same_user;

/// An agent with one key, until it is dropped.
#[derive(Debug)]
pub(crate) struct Agent {
    places: AgentPlaces,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    // Removed with all that is in it, after the thread has ended.
    _dir: TempDir,
}

/// Where ssh finds what it needs. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgentPlaces {
    /// The agent's socket.
    pub(crate) socket: PathBuf,
    /// The public key, which says which of an agent's keys is meant.
    pub(crate) public_key: PathBuf,
    /// The host's keys.
    pub(crate) known_hosts: PathBuf,
}

impl Agent {
    /// Starts signing with `key`. The host, which ssh knows by `alias`, is pinned to `host_keys`.
    pub(crate) fn start(key: &HeldKey, host_keys: &HostKeys, alias: &str) -> io::Result<Self> {
        // A directory of `tempfile`'s has mode 0700: nobody else reaches the socket.
        let dir = tempfile::Builder::new().prefix("hedgerow-").tempdir()?;
        let place = |name: &str| dir.path().join(name);
        let places =
            AgentPlaces { socket: place("agent"), public_key: place("key.pub"), known_hosts: place("known_hosts") };
        fs::write(&places.public_key, key.public())?;
        fs::write(&places.known_hosts, host_keys.known_hosts(alias))?;
        let listener = UnixListener::bind(&places.socket)?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (key, stop) = (key.clone(), Arc::clone(&stop));
            move || serve(&listener, &key, &stop)
        });
        Ok(Self { places, stop, thread: Some(thread), _dir: dir })
    }

    pub(crate) fn places(&self) -> &AgentPlaces {
        &self.places
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Wakes the thread, which waits in `accept`.
        let woken = UnixStream::connect(&self.places.socket).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

/// One connection after another: ssh has one, and waits its turn.
fn serve(listener: &UnixListener, key: &HeldKey, stop: &AtomicBool) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { return };
        if let Err(error) = converse(stream, key) {
            tracing::debug!(%error, "a conversation with ssh ended early");
        }
    }
}

fn converse(mut stream: UnixStream, key: &HeldKey) -> io::Result<()> {
    stream.set_read_timeout(Some(AGENT_TIME))?;
    stream.set_write_timeout(Some(AGENT_TIME))?;
    same_user(&stream)?;
    while let Some(question) = read(&mut stream)? {
        let answer = message::answer(&question, key);
        let length = u32::try_from(answer.len()).map_err(io::Error::other)?;
        stream.write_all(&[length.to_be_bytes().as_slice(), &answer].concat())?;
    }
    Ok(())
}

/// One message without its length; `None` at the end.
fn read(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_AGENT_BYTES {
        return Err(io::Error::other("a message over the limit"));
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}

#[cfg(test)]
mod tests;
