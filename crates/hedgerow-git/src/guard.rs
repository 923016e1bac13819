//! Where a service lets its remotes be. A command by hand goes where its user may go; a service goes where somebody with
//! a form tells it to, so it has a [`Guard`]: https and ssh alone, and no address that means this machine, its neighbours
//! or its cloud's metadata. The address that was judged is the one that git is given: a name that resolves to another one
//! a moment later changes nothing.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use hedgerow_core::address::{self, Network};

use crate::error::RemoteError;
use crate::url::{RemoteUrl, Transport};

/// What a service allows besides https and ssh to public and private addresses. The default allows nothing besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// Hosts, in lower case, that may be spoken to in clear, by `http://`.
    pub clear_hosts: Vec<String>,
    /// Directories of this machine below which repositories may be.
    pub roots: Vec<PathBuf>,
    /// Ranges of addresses that may be reached although they are special, such as `127.0.0.0/8`.
    pub networks: Vec<Network>,
}

/// The addresses that were judged, and whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) addresses: Vec<IpAddr>,
}

impl Guard {
    /// Whether a remote may be at `url`, as far as the URL alone says: no name is resolved, so this is for forms.
    ///
    /// # Errors
    /// [`RemoteError::Disallowed`].
    pub fn admits(&self, url: &RemoteUrl) -> Result<(), RemoteError> {
        self.place(url).map(drop)
    }

    /// Resolves the host, judges what comes out, and returns what git is to be held to. `None`: there is no name in it.
    pub(crate) fn pin(&self, url: &RemoteUrl) -> Result<Option<Pin>, RemoteError> {
        let Some((host, port)) = self.place(url)? else { return Ok(None) };
        if host.parse::<IpAddr>().is_ok() {
            return Ok(None);
        }
        let addresses = resolve(&host, port).map_err(|error| RemoteError::HostUnknown { words: error.to_string() })?;
        // One bad address is enough: no honest host has one, and which one is taken is not ours to say.
        addresses.iter().try_for_each(|address| self.judge(*address, &host))?;
        Ok(Some(Pin { host, port, addresses }))
    }

    /// Host and port, unless the place is a path. A literal address is judged at once.
    fn place(&self, url: &RemoteUrl) -> Result<Option<(String, u16)>, RemoteError> {
        match url.transport() {
            Transport::Path => return self.below_a_root(url).map(|()| None),
            Transport::Http if !url.host().is_some_and(|host| self.clear_hosts.iter().any(|known| known == host)) => {
                let why =
                    "a service speaks https and ssh; http only to a host that its file names: [network] clear_hosts";
                return Err(disallowed(why.to_owned()));
            }
            _ => {}
        }
        let Some((host, port)) = url.host_and_port() else { return Ok(None) };
        let host = host.to_owned();
        match host.parse::<IpAddr>() {
            Ok(address) => self.judge(address, &host)?,
            Err(_) => plain_name(&host)?,
        }
        Ok(Some((host, port)))
    }

    fn judge(&self, address: IpAddr, host: &str) -> Result<(), RemoteError> {
        match address::refused(address, &self.networks) {
            Some(why) if host == address.to_string() => Err(disallowed(format!("{host}: {why}"))),
            Some(why) => Err(disallowed(format!("{host} resolves to {address}: {why}"))),
            None => Ok(()),
        }
    }

    /// Both are followed through symbolic links. Of what is not there, what is there of it is judged: that a repository has
    /// vanished is git's to say, and no matter of where one may go.
    fn below_a_root(&self, url: &RemoteUrl) -> Result<(), RemoteError> {
        let real = url.path().and_then(present);
        let mut roots = self.roots.iter().filter_map(|root| root.canonicalize().ok());
        match real {
            Some(path) if roots.any(|root| path.starts_with(root)) => Ok(()),
            _ => Err(disallowed(
                "a service speaks https and ssh; a path has to be below a root that its file names: [network] roots"
                    .to_owned(),
            )),
        }
    }
}

/// The nearest directory above `path`, or it itself, that is there. `None` where what is not there climbs again, or is a
/// link that leads nowhere.
fn present(path: &Path) -> Option<PathBuf> {
    let mut at = path;
    loop {
        match at.canonicalize() {
            Ok(real) => return Some(real),
            Err(_) if at.symlink_metadata().is_ok() => return None,
            // A last `..` has no name.
            Err(_) => at = at.file_name().and(at.parent())?,
        }
    }
}

/// Names that git's HTTP library might read as another host than the resolver does, so that the pin would not hold:
/// `0x7f.1` is an address to one and a name to the other, a last dot is dropped by one, letters beyond ASCII are respelled.
fn plain_name(host: &str) -> Result<(), RemoteError> {
    let last = host.rsplit('.').next().unwrap_or_default();
    let number = last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        || last.bytes().all(|byte| byte.is_ascii_digit());
    if number || !host.is_ascii() {
        return Err(disallowed(format!("{host} is neither an address in its usual spelling nor a plain name")));
    }
    Ok(())
}

fn resolve(host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<_> = (host, port).to_socket_addrs()?.map(|address| address.ip()).collect();
    addresses.dedup();
    if addresses.is_empty() { Err(io::Error::other("no address")) } else { Ok(addresses) }
}

fn disallowed(words: String) -> RemoteError {
    RemoteError::Disallowed { words }
}

impl Pin {
    /// As `http.curloptResolve` takes it.
    pub(crate) fn for_curl(&self) -> String {
        let bracketed = |address: &IpAddr| match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let addresses: Vec<_> = self.addresses.iter().map(bracketed).collect();
        format!("{}:{}:{}", self.host, self.port, addresses.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(guard: &Guard, url: &str) -> Result<Option<Pin>, RemoteError> {
        guard.pin(&RemoteUrl::parse(url).unwrap())
    }

    fn is_disallowed(guard: &Guard, url: &str) -> bool {
        matches!(pin(guard, url), Err(RemoteError::Disallowed { .. }))
    }

    #[test]
    fn addresses_that_are_not_theirs_to_name_are_refused_however_spelled() {
        let hosts = [
            "127.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "0177.0.0.1",
            "017700000001",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:0:0:1]",
            "169.254.169.254",
            "[::ffff:169.254.169.254]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "2852039166",
            "0xa9fea9fe",
            "100.100.100.200",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "1２7.0.0.1",
            "ⓛocalhost",
        ];
        for host in hosts {
            assert!(is_disallowed(&Guard::default(), &format!("https://{host}/a.git")), "https {host}");
            assert!(is_disallowed(&Guard::default(), &format!("https://{host}:8443/a.git")), "https {host}:8443");
            assert!(is_disallowed(&Guard::default(), &format!("ssh://git@{host}/a.git")), "ssh {host}");
            // Without a scheme, git's own sign for a helper (`::`) looks like such an address.
            let scp = format!("git@{host}:a.git");
            assert!(host.starts_with('[') || is_disallowed(&Guard::default(), &scp), "scp {host}");
        }
    }

    #[test]
    fn literal_public_and_private_addresses_need_no_pin() {
        for host in ["140.82.121.4", "10.1.2.3", "[fd12::1]"] {
            assert_eq!(pin(&Guard::default(), &format!("https://{host}/a.git")), Ok(None), "{host}");
        }
    }

    #[test]
    fn a_name_is_pinned_to_what_it_resolved_to() {
        let guard =
            Guard { networks: vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()], ..Guard::default() };
        let pin = pin(&guard, "ssh://git@LocalHost:2222/a").unwrap().unwrap();
        assert!(pin.addresses.iter().all(IpAddr::is_loopback) && !pin.addresses.is_empty());
        assert_eq!((pin.host.as_str(), pin.port), ("localhost", 2222));
        let addresses = vec!["1.2.3.4".parse().unwrap(), "2606::1".parse().unwrap()];
        assert_eq!(Pin { host: "h".into(), port: 443, addresses }.for_curl(), "h:443:1.2.3.4,[2606::1]");
    }

    #[test]
    fn clear_text_and_paths_need_to_be_named() {
        let root = tempfile::tempdir().unwrap();
        let (inside, outside) = (root.path().join("git/a.git"), root.path().join("other"));
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::create_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, root.path().join("git/out")).unwrap();
        let guard =
            Guard { clear_hosts: vec!["10.0.0.1".into()], roots: vec![root.path().join("git")], ..Guard::default() };
        let url = |path: &str| root.path().join(path).display().to_string();
        assert_eq!(pin(&guard, &url("git/a.git")), Ok(None));
        assert_eq!(pin(&guard, &url("git/none/b.git")), Ok(None), "git says that it is not there");
        std::os::unix::fs::symlink(root.path().join("nowhere"), root.path().join("git/dangling")).unwrap();
        for refused in [
            url("git/dangling"),
            url("other"),
            url("git/out"),
            url("git/../other"),
            url("git/none/../../other"),
            url("none"),
            "/etc".into(),
        ] {
            assert!(is_disallowed(&guard, &refused), "{refused}");
        }
        assert_eq!(pin(&guard, "http://10.0.0.1/a"), Ok(None));
        assert!(is_disallowed(&guard, "http://10.0.0.2/a"));
        assert!(is_disallowed(&Guard::default(), &url("git/a.git")));
    }
}
