//! Who is at the other end of a socket of ours.

use std::io;
use std::os::unix::net::UnixStream;

/// That the other end of a socket of ours is this user. The directory's mode says it already; the kernel says it again.
#[cfg(target_os = "linux")]
pub(crate) fn same_user(stream: &UnixStream) -> io::Result<()> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    let own = peer.uid == rustix::process::geteuid();
    if own { Ok(()) } else { Err(io::Error::new(io::ErrorKind::PermissionDenied, "another user asks")) }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn same_user(_: &UnixStream) -> io::Result<()> {
    Ok(())
}
