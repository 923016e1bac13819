//! As much of HTTP/1.1 as git needs.

use std::io::{self, BufRead, Read, Write};
use std::net::TcpStream;

/// The most that one request's body may hold, in bytes.
const MAX_BODY_BYTES: u64 = 1 << 30;

/// A request, as a test counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`
    pub method: String,
    /// `/repository.git/info/refs?service=git-upload-pack`
    pub target: String,
    /// Whether it carried an `Authorization`.
    pub with_credential: bool,
}

/// A request, whole.
#[derive(Clone, Debug)]
pub(super) struct Full {
    pub(super) line: Request,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Full {
    /// The header of this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same request, of whose body only so many thousandths arrived.
    pub(super) fn cut(&self, thousandths: u16) -> Self {
        let mut cut = self.clone();
        cut.body.truncate(super::fault::part(self.body.len(), thousandths));
        cut
    }
}

/// The next request; `None` when the connection ended between two.
pub(super) fn read(reader: &mut io::BufReader<TcpStream>) -> io::Result<Option<Full>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), origin_form(words.next().unwrap_or_default()));
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let with_credential = headers.iter().any(|(name, _)| name == "authorization");
    let mut full = Full { line: Request { method, target, with_credential }, headers, body: Vec::new() };
    if full.header("expect").is_some() {
        reader.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    full.body = body(&full, reader)?;
    Ok(Some(full))
}

/// A proxy is asked for the whole address (RFC 9112, 3.2.2): the server is one for itself.
fn origin_form(target: String) -> String {
    let path = target.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned()));
    path.unwrap_or(target)
}

fn body(request: &Full, reader: &mut io::BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    if request.header("transfer-encoding").is_some_and(|encoding| encoding.contains("chunked")) {
        return chunks(reader);
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    exactly(reader, length)
}

fn chunks(reader: &mut io::BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        body.extend(exactly(reader, size)?);
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn exactly(reader: &mut io::BufReader<TcpStream>, length: u64) -> io::Result<Vec<u8>> {
    assert!(length <= MAX_BODY_BYTES, "a test sends {length} bytes");
    let mut body = Vec::new();
    if reader.take(length).read_to_end(&mut body)? as u64 == length {
        Ok(body)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// An answer with a body of plain text.
pub(super) fn plain(status: u16, headers: &str, words: &str) -> Vec<u8> {
    answer(&format!("{status} Because"), &format!("{headers}Content-Type: text/plain\r\n"), words.as_bytes())
}

/// An answer.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Base64, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| (group << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_padded() {
        for (text, encoded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("user:pass", "dXNlcjpwYXNz")]
        {
            assert_eq!(super::base64(text.as_bytes()), encoded);
        }
    }
}
