//! From a request to `git http-backend` and back (RFC 3875, as far as it goes).

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::message::{self, Full};

/// What `git http-backend` answers.
pub(super) fn answer(root: &Path, request: &Full) -> Vec<u8> {
    let (path, query) = request.line.target.split_once('?').unwrap_or((&request.line.target, ""));
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("REQUEST_METHOD", &request.line.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("REMOTE_ADDR", "127.0.0.1")
        // A known user may push.
        .env("REMOTE_USER", "somebody");
    for (header, variable) in [
        ("content-type", "CONTENT_TYPE"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        if let Some(value) = request.header(header) {
            command.env(variable, value);
        }
    }
    translate(&run(command, &request.body))
}

fn run(mut command: Command, body: &[u8]) -> Vec<u8> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("these tests need git on the PATH: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // The backend may end before it has read all.
        scope.spawn(move || stdin.write_all(body));
        child.wait_with_output().unwrap().stdout
    })
}

/// A CGI's answer has its status among its headers.
fn translate(output: &[u8]) -> Vec<u8> {
    let Some(end) = output.windows(4).position(|window| window == b"\r\n\r\n") else {
        return message::plain(500, "", "git http-backend said nothing\n");
    };
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let (status, headers): (Vec<_>, Vec<_>) = head.split("\r\n").partition(|line| line.starts_with("Status:"));
    let status = status.first().map_or("200 OK", |line| line["Status:".len()..].trim());
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    message::answer(status, &headers, &output[end + 4..])
}
