//! Whom a delivery is about. Pure: places in, a wish out.

use std::collections::BTreeSet;

use hedgerow_forge::webhook::{Event, Kind, Provider};
use hedgerow_git::RemoteUrl;
use hedgerow_store::{DeliveryResult, Hook, LinkedFabric, Repository, Trigger, Wanted};

/// All places that there are.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) repositories: Vec<Repository>,
    pub(super) fabrics: Vec<LinkedFabric>,
}

impl Places {
    /// What a delivery with a good signature asks for.
    pub(super) fn wanted(&self, hook: &Hook, event: &Event) -> Wanted {
        let own = hook.repository.and_then(|id| self.repositories.iter().find(|repository| repository.id == id));
        match &event.kind {
            Kind::Ping => Wanted::Nothing { result: DeliveryResult::Pinged, message: String::new() },
            Kind::Other => unmatched(format!("an event {:?} concerns no fabric", event.name)),
            Kind::Unreadable { why } => unmatched(why.clone()),
            Kind::Change => match own {
                Some(own) => self.all_of(own, cause(hook)),
                None => unmatched("the sender names no repository, and the hook is for none".to_owned()),
            },
            Kind::Push { urls, branch } => match (self.pushed(own, urls), branch) {
                (Err(why), _) => unmatched(why),
                (Ok(_), None) => unmatched("what was pushed is no branch".to_owned()),
                (Ok(repositories), Some(branch)) => self.followers(&repositories, branch),
            },
        }
    }

    /// The repository's name.
    pub(super) fn name(&self, id: hedgerow_store::RepositoryId) -> Option<String> {
        self.repositories.iter().find(|repository| repository.id == id).map(|repository| repository.name.clone())
    }

    fn all_of(&self, repository: &Repository, cause: Trigger) -> Wanted {
        let fabrics: Vec<_> =
            self.fabrics.iter().filter(|fabric| fabric.repository == repository.id).map(|f| f.name.clone()).collect();
        if fabrics.is_empty() {
            return unmatched(format!("no fabric is linked in the repository {}", repository.name));
        }
        Wanted::Ring { repository: repository.id, fabrics, cause }
    }

    /// The repositories that the push may be about. A hook that is for one is content with the same path on another host:
    /// inside and outside, a server often has two names.
    fn pushed<'a>(&'a self, own: Option<&'a Repository>, urls: &[String]) -> Result<Vec<&'a Repository>, String> {
        let spellings: BTreeSet<_> =
            urls.iter().filter_map(|url| RemoteUrl::parse(url).ok()).map(|url| url.canonical()).collect();
        let said = spellings.first().cloned().unwrap_or_else(|| "no repository that can be read".to_owned());
        if let Some(own) = own {
            let same = spellings.iter().any(|url| *url == own.url || path(url) == path(&own.url));
            let why = || format!("the push is to {said}, and the hook is for the repository {}", own.name);
            return if same { Ok(vec![own]) } else { Err(why()) };
        }
        let found: Vec<_> = self.repositories.iter().filter(|known| spellings.contains(&known.url)).collect();
        if found.is_empty() { Err(format!("no repository is known at {said}")) } else { Ok(found) }
    }

    fn followers(&self, repositories: &[&Repository], branch: &str) -> Wanted {
        for repository in repositories {
            let follows = |fabric: &&LinkedFabric| fabric.repository == repository.id && fabric.branch == branch;
            let fabrics: Vec<_> = self.fabrics.iter().filter(follows).map(|fabric| fabric.name.clone()).collect();
            if !fabrics.is_empty() {
                return Wanted::Ring { repository: repository.id, fabrics, cause: Trigger::Webhook };
            }
        }
        let names: Vec<_> = repositories.iter().map(|repository| repository.name.as_str()).collect();
        unmatched(format!("no fabric follows the branch {branch} of the repository {}", names.join(", ")))
    }
}

fn cause(hook: &Hook) -> Trigger {
    if hook.provider == Provider::NetBox.as_str() { Trigger::Netbox } else { Trigger::Webhook }
}

/// What comes after the host.
fn path(canonical: &str) -> Option<&str> {
    canonical.split_once("://")?.1.split_once('/').map(|(_, path)| path).filter(|path| !path.is_empty())
}

fn unmatched(message: String) -> Wanted {
    Wanted::Nothing { result: DeliveryResult::Unmatched, message }
}
