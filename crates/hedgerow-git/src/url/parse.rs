//! From text to a place.

use std::path::PathBuf;

use super::{Authority, Place, UrlError};
use crate::limits::MAX_URL_BYTES;

pub(super) fn place(text: &str) -> Result<Place, UrlError> {
    if text.is_empty() || text.len() > MAX_URL_BYTES {
        return Err(UrlError::Length);
    }
    if text.chars().any(char::is_control) {
        return Err(UrlError::Control);
    }
    if text.starts_with('-') {
        return Err(UrlError::Option);
    }
    match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => url(&scheme.to_ascii_lowercase(), rest),
        _ => path_or_scp(text),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:".contains(c))
}

fn url(scheme: &str, rest: &str) -> Result<Place, UrlError> {
    match scheme {
        "file" => file(rest),
        "http" | "https" => {
            let (authority, path) = split(rest)?;
            Ok(Place::Http { tls: scheme == "https", authority, path })
        }
        "ssh" | "git+ssh" | "ssh+git" => {
            let (authority, path) = split(rest)?;
            Ok(Place::Ssh { authority, path })
        }
        other => Err(UrlError::Transport(other.to_owned())),
    }
}

fn file(rest: &str) -> Result<Place, UrlError> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(UrlError::Malformed("a file URL needs an absolute path"));
    }
    Ok(Place::Path(PathBuf::from(path)))
}

/// `user@host:port/path`
fn split(rest: &str) -> Result<(Authority, String), UrlError> {
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    if path.trim_matches('/').is_empty() {
        return Err(UrlError::Malformed("there is no path after the host"));
    }
    if path.contains(['?', '#']) {
        return Err(UrlError::Malformed("a repository's URL has no `?` and no `#`"));
    }
    option_like(path.trim_start_matches('/'))?;
    Ok((self::authority(authority)?, path.to_owned()))
}

fn authority(text: &str) -> Result<Authority, UrlError> {
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user_name(user)?), host),
        None => (None, text),
    };
    let (host, port) = host_and_port(host)?;
    Ok(Authority { user: user.filter(|user| !user.is_empty()), host, port })
}

fn user_name(text: &str) -> Result<String, UrlError> {
    if text.contains(':') {
        return Err(UrlError::Password);
    }
    option_like(text)?;
    Ok(text.to_owned())
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>), UrlError> {
    let end = if text.starts_with('[') {
        text.find(']').map(|at| at + 1).ok_or(UrlError::Malformed("an IPv6 address ends with `]`"))?
    } else {
        text.find(':').unwrap_or(text.len())
    };
    let (host, port) = text.split_at(end);
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some("") => None,
        Some(digits) => Some(digits.parse().map_err(|_| UrlError::Malformed("the port is no number"))?),
        None => return Err(UrlError::Malformed("after the host comes a port or a path")),
    };
    Ok((host_name(host)?, port))
}

fn host_name(text: &str) -> Result<String, UrlError> {
    option_like(text)?;
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let right = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || ".-_".contains(c)),
    };
    right.then(|| text.to_lowercase()).ok_or(UrlError::Malformed("the host is none"))
}

/// A colon before the first slash is git's sign for `host:path`; else the text is a path. `ext::sh -c …` has it too.
fn path_or_scp(text: &str) -> Result<Place, UrlError> {
    let before = text.split('/').next().unwrap_or_default();
    if let Some((helper, _)) = before.split_once("::")
        && !(helper.starts_with('[') && before.contains("]:"))
    {
        return Err(UrlError::Transport(format!("{helper}::")));
    }
    let colon = before.rfind("]:").map(|at| at + 1).or_else(|| before.find(':'));
    match colon {
        Some(at) => scp(&text[..at], &text[at + 1..]),
        None => path(text),
    }
}

fn scp(authority: &str, path: &str) -> Result<Place, UrlError> {
    let first = path.split('/').next().unwrap_or_default();
    if !authority.contains('@') && first.contains('@') {
        return Err(UrlError::Password);
    }
    option_like(path)?;
    if path.is_empty() {
        return Err(UrlError::Malformed("there is no path after the host"));
    }
    Ok(Place::Scp { authority: self::authority(authority)?, path: path.to_owned() })
}

fn path(text: &str) -> Result<Place, UrlError> {
    std::path::absolute(text).map(Place::Path).map_err(|_| UrlError::Malformed("the current directory is gone"))
}

fn option_like(text: &str) -> Result<(), UrlError> {
    if text.starts_with('-') { Err(UrlError::Option) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::{RemoteUrl, Transport, UrlError};

    #[test]
    fn the_four_transports_are_taken() {
        for (text, transport) in [
            ("/srv/git/a.git", Transport::Path),
            ("./a:b", Transport::Path),
            ("file:///srv/a", Transport::Path),
            ("http://host:8080/a.git", Transport::Http),
            ("HTTPS://Host/a/b", Transport::Https),
            ("ssh://git@host:22/a", Transport::Ssh),
            ("git@host:a/b.git", Transport::Ssh),
            ("[::1]:a", Transport::Ssh),
            ("ssh://[::1]:2222/a", Transport::Ssh),
        ] {
            assert_eq!(
                RemoteUrl::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).transport(),
                transport,
                "{text}"
            );
        }
    }

    #[test]
    fn what_git_would_run_is_refused() {
        for (text, error) in [
            ("ext::sh -c id", UrlError::Transport("ext::".into())),
            ("ext::sh -c /bin/id", UrlError::Transport("ext::".into())),
            ("[@a::b", UrlError::Transport("[@a::".into())),
            ("git://host/a", UrlError::Transport("git".into())),
            ("ftp://host/a", UrlError::Transport("ftp".into())),
            ("--upload-pack=id", UrlError::Option),
            ("ssh://-oProxyCommand=id/a", UrlError::Option),
            ("-oProxyCommand=id:a", UrlError::Option),
            ("ssh://host/-oProxyCommand", UrlError::Option),
            ("ssh://-l@host/a", UrlError::Option),
            ("host:-a", UrlError::Option),
            ("https://user:pw@host/a", UrlError::Password),
            ("user:pw@host", UrlError::Password),
            ("user:pw@host/a", UrlError::Password),
            ("https://host/a\nb", UrlError::Control),
            ("", UrlError::Length),
        ] {
            assert_eq!(RemoteUrl::parse(text), Err(error), "{text}");
        }
        for text in ["https://host", "https:///a", "https://host:x/a", "ssh://[::1/a", "host:", "https://h\u{20}t/a"] {
            assert!(matches!(RemoteUrl::parse(text), Err(UrlError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn a_token_as_the_user_is_never_shown() {
        let url = RemoteUrl::parse("https://canary@host/a.git").unwrap();
        assert_eq!(url.to_string(), "https://host/a.git");
        assert!(!format!("{url:?} {:?}", url.argument()).contains("canary"));
    }
}
