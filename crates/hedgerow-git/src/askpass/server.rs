//! The side that holds the secret.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use super::prompt::Prompt;
use super::{GRANTED, limit};
use crate::limits::MAX_PROMPT_BYTES;
use crate::peer::same_user;
use crate::url::Origin;

/// A socket that answers git's prompts for one remote, until it is dropped.
#[derive(Debug)]
pub(crate) struct Askpass {
    socket: PathBuf,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    // Removed with the socket in it, after the thread has ended.
    _dir: TempDir,
}

/// What may be said, and about whom.
#[derive(Debug)]
struct Answers {
    origin: Origin,
    username: String,
    secret: SecretString,
}

impl Askpass {
    /// Starts answering prompts for `origin`.
    pub(crate) fn start(origin: Origin, username: &str, secret: &SecretString) -> io::Result<Self> {
        // A directory of `tempfile`'s has mode 0700: nobody else reaches the socket.
        let dir = tempfile::Builder::new().prefix("hedgerow-").tempdir()?;
        let socket = dir.path().join("askpass");
        let listener = UnixListener::bind(&socket)?;
        let stop = Arc::new(AtomicBool::new(false));
        let answers = Answers { origin, username: username.to_owned(), secret: secret.clone() };
        let thread = thread::spawn({
            let stop = Arc::clone(&stop);
            move || serve(&listener, &answers, &stop)
        });
        Ok(Self { socket, stop, thread: Some(thread), _dir: dir })
    }

    /// Where to ask.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Askpass {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Wakes the thread, which waits in `accept`.
        let woken = UnixStream::connect(&self.socket).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

fn serve(listener: &UnixListener, answers: &Answers, stop: &AtomicBool) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { return };
        if let Err(error) = converse(stream, answers) {
            tracing::debug!(%error, "an askpass prompt was not answered");
        }
    }
}

fn converse(mut stream: UnixStream, answers: &Answers) -> io::Result<()> {
    limit(&stream)?;
    same_user(&stream)?;
    let mut prompt = String::new();
    (&stream).take(MAX_PROMPT_BYTES).read_to_string(&mut prompt)?;
    match answers.to(&prompt) {
        Some(answer) => stream.write_all(&[&[GRANTED], answer.as_bytes()].concat()),
        None => Ok(()),
    }
}

impl Answers {
    fn to(&self, prompt: &str) -> Option<&str> {
        match Prompt::parse(prompt)? {
            Prompt::Username(origin) if origin == self.origin => Some(&self.username),
            Prompt::Password(origin) if origin == self.origin => Some(self.secret.expose_secret()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::askpass::answer;
    use crate::url::RemoteUrl;

    fn start() -> Askpass {
        let origin = RemoteUrl::parse("https://host/a").unwrap().origin().unwrap();
        Askpass::start(origin, "someone", &"canary".into()).unwrap()
    }

    #[test]
    fn only_the_remotes_own_prompts_are_answered() {
        let server = start();
        let ask = |prompt: &str| answer(server.socket(), prompt).ok();
        assert_eq!(ask("Username for 'https://host': ").as_deref(), Some("someone"));
        assert_eq!(ask("Password for 'https://someone@host': ").as_deref(), Some("canary"));
        assert_eq!(ask("Password for 'https://someone@evil': "), None);
        assert_eq!(ask("Password for 'http://someone@host': "), None);
        assert_eq!(ask(&"x".repeat(1 << 20)), None);
    }

    #[test]
    fn nothing_is_left_when_it_ends() {
        let server = start();
        let socket = server.socket().to_owned();
        drop(server);
        assert!(!socket.exists() && !socket.parent().unwrap().exists());
        assert!(answer(&socket, "Username for 'https://host': ").is_err());
    }
}
