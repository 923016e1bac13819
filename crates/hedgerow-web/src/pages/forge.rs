//! Where a commit is on the forge that keeps it. Only of forges that are known, or that the service was told of; only https.

use super::address::segment;

/// A forge that the service was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forge {
    /// The host of its repositories' URLs.
    pub host: String,
    /// Where a commit is: an `https://` address with `{path}` and `{commit}` in it.
    pub commit_url: String,
}

/// Forges that everybody knows, with where they show commits.
const KNOWN: [(&str, &str); 4] = [
    ("github.com", "https://github.com/{path}/commit/{commit}"),
    ("gitlab.com", "https://gitlab.com/{path}/-/commit/{commit}"),
    ("codeberg.org", "https://codeberg.org/{path}/commit/{commit}"),
    ("bitbucket.org", "https://bitbucket.org/{path}/commits/{commit}"),
];

/// The page of `commit` in the repository with the canonical URL `url`; `None` where no forge is known to have one.
pub(crate) fn commit_page(url: &str, commit: &str, declared: &[Forge]) -> Option<String> {
    let (host, path) = place(url)?;
    let is_id = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    let declared = declared.iter().find(|forge| forge.host.eq_ignore_ascii_case(host)).map(|forge| &*forge.commit_url);
    let known = || KNOWN.iter().find(|(known, _)| *known == host).map(|(_, url)| *url);
    let template = declared.or_else(known)?;
    let path: Vec<String> = path.split('/').map(segment).collect();
    let page = template.replace("{path}", &path.join("/")).replace("{commit}", commit);
    Some(page).filter(|page| is_id && page.starts_with("https://"))
}

/// Host and path of a canonical URL. A port, a user or a home directory is no part of a forge's pages.
fn place(url: &str) -> Option<(&str, &str)> {
    let rest = ["https://", "ssh://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme))?;
    let (authority, path) = rest.split_once('/')?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    let path = path.strip_prefix("~/").unwrap_or(path).trim_matches('/');
    (!host.is_empty() && !path.is_empty()).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn a_commit_is_linked_on_known_and_declared_forges_and_nowhere_else() {
        let own = [Forge {
            host: "git.example".to_owned(),
            commit_url: "https://code.example/{path}/-/commit/{commit}".to_owned(),
        }];
        let page = |url: &str| commit_page(url, ID, &own);
        assert_eq!(page("https://github.com/a/b"), Some(format!("https://github.com/a/b/commit/{ID}")));
        assert_eq!(page("https://gitlab.com/a/b/c"), Some(format!("https://gitlab.com/a/b/c/-/commit/{ID}")));
        let declared = Some(format!("https://code.example/net/fabrics/-/commit/{ID}"));
        assert_eq!(page("ssh://git@git.example:2222/net/fabrics"), declared);
        assert_eq!(page("ssh://git@git.example/~/net/fabrics"), declared);
        for none in
            ["https://elsewhere.example/a/b", "file:///srv/github.com/a", "https://github.com/", "github.com/a/b"]
        {
            assert_eq!(page(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_but_https_and_nothing_but_an_id_becomes_a_link() {
        let evil = [Forge { host: "git.example".to_owned(), commit_url: "javascript:alert('{commit}')".to_owned() }];
        assert_eq!(commit_page("https://git.example/a", ID, &evil), None);
        assert_eq!(commit_page("https://github.com/a/b", "\"><script>", &[]), None);
        let odd = commit_page("https://github.com/a/\"><b>", ID, &[]).unwrap();
        assert!(odd.contains("/a/%22%3E%3Cb%3E/commit/"), "{odd}");
    }
}
