//! The one spelling of a repository. Only what is certain makes two spellings one: case of the host, a default port,
//! trailing slashes, `.git`, and ssh for https where a forge serves one repository by both.

use super::{Authority, Place};

/// Forges that serve a repository by https and by ssh at one path, and know only the user `git`.
const FORGES: &[&str] = &["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// A path keeps its `.git`: `a` and `a.git` may be two directories.
pub(super) fn spelling(place: &Place) -> String {
    match place {
        Place::Path(path) => format!("file://{}", trimmed(&path.to_string_lossy())),
        Place::Http { tls, authority, path } => {
            let scheme = if *tls { "https" } else { "http" };
            let port = authority.port.filter(|port| *port != if *tls { 443 } else { 80 });
            format!("{scheme}://{}/{}", host(authority, port), repository(path))
        }
        Place::Ssh { authority, path } | Place::Scp { authority, path } if is_forge(authority) => {
            format!("https://{}/{}", authority.host, repository(path))
        }
        Place::Ssh { authority, path } => {
            format!("ssh://{}{}/{}", user(authority), ssh_host(authority), repository(path))
        }
        Place::Scp { authority, path } => {
            let home = if path.starts_with('/') { "" } else { "~/" };
            format!("ssh://{}{}/{home}{}", user(authority), ssh_host(authority), repository(path))
        }
    }
}

fn is_forge(authority: &Authority) -> bool {
    FORGES.contains(&authority.host.as_str())
        && authority.user.as_deref().is_none_or(|user| user == "git")
        && authority.port.is_none_or(|port| port == 22)
}

fn ssh_host(authority: &Authority) -> String {
    host(authority, authority.port.filter(|port| *port != 22))
}

fn host(authority: &Authority, port: Option<u16>) -> String {
    port.map_or_else(|| authority.host.clone(), |port| format!("{}:{port}", authority.host))
}

/// An ssh user is part of the place: `~` is another directory for each.
fn user(authority: &Authority) -> String {
    authority.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default()
}

fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

fn repository(path: &str) -> &str {
    let path = trimmed(path.trim_start_matches('/'));
    path.strip_suffix(".git").map_or(path, trimmed)
}

#[cfg(test)]
mod tests {
    use super::super::RemoteUrl;

    fn canonical(text: &str) -> String {
        RemoteUrl::parse(text).unwrap().canonical()
    }

    #[test]
    fn certain_spellings_are_one() {
        for text in [
            "https://GitHub.com/a/b",
            "https://github.com/a/b.git",
            "https://github.com:443/a/b/",
            "https://someone@github.com/a/b.git/",
            "git@github.com:a/b.git",
            "ssh://git@github.com:22/a/b",
        ] {
            assert_eq!(canonical(text), "https://github.com/a/b", "{text}");
        }
        assert_eq!(canonical("ssh://git@host/~/a"), canonical("git@HOST:a.git"));
        assert_eq!(canonical("file:///srv/a/"), canonical("/srv/a"));
    }

    #[test]
    fn uncertain_spellings_stay_apart() {
        for (one, other) in [
            ("https://host/a", "http://host/a"),
            ("https://host/a", "ssh://host/a"),
            ("https://host/a", "https://host/A"),
            ("ssh://x@host/~/a", "ssh://y@host/~/a"),
            ("host:a", "host:/a"),
            ("/srv/a", "/srv/a.git"),
            ("https://host:8443/a", "https://host/a"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one} {other}");
        }
    }
}
