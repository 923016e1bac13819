//! How a secret reaches git: `GIT_ASKPASS` is our own program, which asks a Unix socket of the process that started git.
//!
//! The socket lies in a directory that only this user may enter, its address is no secret, and it answers only prompts
//! for the remote's own scheme, host and port: a redirect or a proxy gets nothing.

mod prompt;
mod server;

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::limits::{ASKPASS_TIME, MAX_PROMPT_BYTES};

pub(crate) use server::Askpass;

/// The variable that carries the socket's path to the program. When it is set, `main` does nothing but [`answer`].
pub const SOCKET_VARIABLE: &str = "HEDGEROW_ASKPASS_SOCKET";

/// The first byte of an answer that is one; a refusal has none.
const GRANTED: u8 = b'=';

/// Asks the socket what to answer to git's `prompt` (the program's only argument). Print it on standard output with a
/// line end, and exit with 0; on an error exit with 1, and git takes that as "no".
pub fn answer(socket: &Path, prompt: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    limit(&stream)?;
    stream.write_all(prompt.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    let mut said = Vec::new();
    (&stream).take(MAX_PROMPT_BYTES + 1).read_to_end(&mut said)?;
    match said.split_first() {
        Some((&GRANTED, secret)) => String::from_utf8(secret.to_vec()).map_err(io::Error::other),
        _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, "this prompt is not for the remote")),
    }
}

fn limit(stream: &UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(ASKPASS_TIME))?;
    stream.set_write_timeout(Some(ASKPASS_TIME))
}
