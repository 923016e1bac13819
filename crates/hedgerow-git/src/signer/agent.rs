//! An SSH agent that signs with a key that it does not give away (`draft-miller-ssh-agent`). Two questions, each one message
//! and its answer: none is asked twice.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use ssh_key::{Algorithm, PublicKey, Signature};

use crate::limits::{MAX_AGENT_BYTES, SIGNING_AGENT_TIME};

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// An RSA signature is to be made over SHA-512.
const RSA_SHA2_512: u32 = 4;

/// Whether the agent at `socket` has the key.
pub(super) fn has(socket: &Path, key: &PublicKey) -> io::Result<bool> {
    let answer = ask(socket, IDENTITIES_ANSWER, &[REQUEST_IDENTITIES])?;
    let wanted = blob(key)?;
    let mut rest = answer.as_slice();
    let count = number(&mut rest)?;
    for _ in 0..count {
        if string(&mut rest)? == wanted {
            return Ok(true);
        }
        string(&mut rest)?; // its comment
    }
    Ok(false)
}

/// The agent's signature of `data` with the key.
pub(super) fn sign(socket: &Path, key: &PublicKey, data: &[u8]) -> io::Result<Signature> {
    let flags = if matches!(key.algorithm(), Algorithm::Rsa { .. }) { RSA_SHA2_512 } else { 0 };
    let mut request = vec![SIGN_REQUEST];
    for part in [blob(key)?.as_slice(), data] {
        request.extend(length(part)?);
        request.extend(part);
    }
    request.extend(flags.to_be_bytes());
    let answer = ask(socket, SIGN_RESPONSE, &request)?;
    let signature = string(&mut answer.as_slice())?;
    Signature::try_from(signature).map_err(|error| odd(error.to_string()))
}

fn blob(key: &PublicKey) -> io::Result<Vec<u8>> {
    key.to_bytes().map_err(|error| odd(error.to_string()))
}

/// One message and its answer, without the answer's first byte, which must be `expected`.
fn ask(socket: &Path, expected: u8, message: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(SIGNING_AGENT_TIME))?;
    stream.set_write_timeout(Some(SIGNING_AGENT_TIME))?;
    stream.write_all(&length(message)?)?;
    stream.write_all(message)?;
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let size = u32::from_be_bytes(size) as usize;
    if size == 0 || size > MAX_AGENT_BYTES {
        return Err(odd(format!("an answer of {size} bytes")));
    }
    let mut answer = vec![0; size];
    stream.read_exact(&mut answer)?;
    if answer.remove(0) == expected { Ok(answer) } else { Err(odd("it refused".to_owned())) }
}

fn length(part: &[u8]) -> io::Result<[u8; 4]> {
    u32::try_from(part.len()).map(u32::to_be_bytes).map_err(|_| odd("too long a message".to_owned()))
}

fn number(rest: &mut &[u8]) -> io::Result<usize> {
    let (number, tail) = rest.split_first_chunk().ok_or_else(|| odd("a cut answer".to_owned()))?;
    *rest = tail;
    Ok(u32::from_be_bytes(*number) as usize)
}

fn string<'a>(rest: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let size = number(rest)?;
    let (text, tail) = rest.split_at_checked(size).ok_or_else(|| odd("a cut answer".to_owned()))?;
    *rest = tail;
    Ok(text)
}

fn odd(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
