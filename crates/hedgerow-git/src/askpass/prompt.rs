//! What git asks: `Username for 'https://host': ` and `Password for 'https://user@host:8443': `.

use crate::url::{Origin, RemoteUrl};

/// A question that we understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    Username(Origin),
    Password(Origin),
}

impl Prompt {
    /// `None` for every other question: a proxy's, a certificate's, a key's passphrase.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (what, rest) = text.split_once(" for '")?;
        let (url, _) = rest.rsplit_once('\'')?;
        let origin = origin(url)?;
        match what {
            "Username" => Some(Self::Username(origin)),
            "Password" => Some(Self::Password(origin)),
            _ => None,
        }
    }
}

/// git's URL has no path, and may have a user with anything in it.
fn origin(url: &str) -> Option<Origin> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.trim_end_matches('/');
    RemoteUrl::parse(&format!("{scheme}://{host}/any")).ok()?.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin_of(url: &str) -> Origin {
        RemoteUrl::parse(url).unwrap().origin().unwrap()
    }

    #[test]
    fn gits_own_questions_are_understood() {
        let origin = origin_of("https://host/a");
        assert_eq!(Prompt::parse("Username for 'https://host': "), Some(Prompt::Username(origin.clone())));
        assert_eq!(Prompt::parse("Password for 'https://u@host': "), Some(Prompt::Password(origin.clone())));
        assert_eq!(Prompt::parse("Password for 'https://a@b@host:443': "), Some(Prompt::Password(origin)));
    }

    #[test]
    fn another_scheme_host_or_port_is_another_origin() {
        let origin = origin_of("https://host/a");
        for url in ["http://host", "https://host:8443", "https://hos", "https://host.evil", "https://host@evil"] {
            let prompt = Prompt::parse(&format!("Password for '{url}': "));
            assert_ne!(prompt, Some(Prompt::Password(origin.clone())), "{url}");
        }
        for text in ["Enter passphrase for key '/k': ", "Password for 'cert:///c': ", "Password: ", "Password for ''"] {
            assert_eq!(Prompt::parse(text), None, "{text}");
        }
    }
}
