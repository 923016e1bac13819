//! What is around every page: who is here, where they are, and what came of what they did.

use hedgerow_store::Role;

use super::assets;
use super::parts::Notice;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// What is around a page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    /// Who is signed in.
    pub(crate) user: Option<SignedIn>,
    /// What the reader may do.
    pub(crate) role: Role,
    /// `light` or `dark`, where somebody chose.
    pub(crate) theme: Option<&'static str>,
    /// What a form of this reader must bring.
    pub(crate) csrf: String,
    /// The page's own address.
    pub(crate) here: String,
    /// What was searched for.
    pub(crate) query: String,
    /// What came of what they did.
    pub(crate) notices: Vec<Notice>,
    /// When the page was made.
    pub(crate) drawn: String,
    /// Our version.
    pub(crate) version: &'static str,
    /// Whether the page is a narrow one.
    pub(crate) slim: bool,
}

/// A way to another page.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) word: &'static str,
    pub(crate) href: &'static str,
    pub(crate) is_here: bool,
}

impl Shell {
    /// The ways that this reader may go.
    pub(crate) fn nav(&self) -> Vec<Way> {
        let ways = [
            ("Fabrics", "/", Role::Viewer),
            ("Objects", "/search", Role::Viewer),
            ("Vet", "/vet", Role::Viewer),
            ("Deliveries", "/deliveries", Role::Viewer),
            ("Repositories", "/repositories", Role::Viewer),
        ];
        self.ways(&ways)
    }

    /// The ways that an administrator goes besides.
    pub(crate) fn back_office(&self) -> Vec<Way> {
        self.ways(&[
            ("People", "/people", Role::Admin),
            ("Tokens", "/tokens", Role::Admin),
            ("Audit", "/audit", Role::Admin),
        ])
    }

    fn ways(&self, ways: &[(&'static str, &'static str, Role)]) -> Vec<Way> {
        let path = self.here.split('?').next().unwrap_or_default();
        let is_here = |href: &str| match href {
            "/" => path == "/" || path.starts_with("/fabrics") || path.starts_with("/runs"),
            href => path.starts_with(href),
        };
        let open = ways.iter().filter(|(_, _, least)| self.role >= *least);
        open.map(|&(word, href, _)| Way { word, href, is_here: is_here(href) }).collect()
    }

    /// Whether they may add repositories, people and tokens.
    pub(crate) fn may_administer(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether they may ring, suspend and link.
    pub(crate) fn may_operate(&self) -> bool {
        self.role >= Role::Operator
    }

    /// The name, or what stands for it.
    pub(crate) fn who(&self) -> &str {
        self.user.as_ref().map_or("Not signed in", |user| &user.name)
    }

    /// The first letter of the name.
    pub(crate) fn initial(&self) -> char {
        self.user.as_ref().and_then(|user| user.name.chars().next()).unwrap_or('·')
    }

    /// Where an asset is.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}
