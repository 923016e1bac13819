//! Whom a delivery is about. Pure: places in, a wish out.

use std::collections::BTreeSet;

use hedgerow_forge::webhook::{Event, Kind, Provider};
use hedgerow_git::RemoteUrl;
use hedgerow_store::{DeliveryResult, Doorway, Hook, RepositoryId, Trigger, Wanted};

/// Those that deliveries may be about.
#[derive(Debug, Default)]
pub(super) struct Places(pub(super) Vec<Doorway>);

/// The one spelling of each URL that an event names.
pub(super) fn spellings(event: &Event) -> BTreeSet<String> {
    let Kind::Push { urls, .. } = &event.kind else { return BTreeSet::new() };
    urls.iter().filter_map(|url| RemoteUrl::parse(url).ok()).map(|url| url.canonical()).collect()
}

impl Places {
    /// What a delivery with a good signature asks for.
    pub(super) fn wanted(&self, hook: &Hook, event: &Event) -> Wanted {
        let own = hook.repository.and_then(|id| self.0.iter().find(|door| door.id == id));
        match &event.kind {
            Kind::Ping => Wanted::Nothing { result: DeliveryResult::Pinged, message: String::new() },
            Kind::Other => unmatched(format!("an event {:?} concerns no fabric", event.name)),
            Kind::Unreadable { why } => unmatched(why.clone()),
            Kind::Change => match own {
                Some(own) => self.all_of(own, cause(hook)),
                None => unmatched("the sender names no repository, and the hook is for none".to_owned()),
            },
            Kind::Push { branch, .. } => match (self.pushed(own, &spellings(event)), branch) {
                (Err(why), _) => unmatched(why),
                (Ok(_), None) => unmatched("what was pushed is no branch".to_owned()),
                (Ok(repositories), Some(branch)) => self.followers(&repositories, branch),
            },
        }
    }

    /// The repository's name.
    pub(super) fn name(&self, id: RepositoryId) -> Option<String> {
        self.0.iter().find(|door| door.id == id).map(|door| door.name.clone())
    }

    fn all_of(&self, repository: &Doorway, cause: Trigger) -> Wanted {
        let fabrics: Vec<_> = repository.fabrics.iter().map(|(name, _)| name.clone()).collect();
        if fabrics.is_empty() {
            return unmatched(format!("no fabric is linked in the repository {}", repository.name));
        }
        Wanted::Ring { repository: repository.id, fabrics, cause }
    }

    /// The repositories that the push may be about. A hook that is for one is content with the same path on another host:
    /// inside and outside, a server often has two names.
    fn pushed<'a>(
        &'a self,
        own: Option<&'a Doorway>,
        spellings: &BTreeSet<String>,
    ) -> Result<Vec<&'a Doorway>, String> {
        let said = spellings.first().cloned().unwrap_or_else(|| "no repository that can be read".to_owned());
        if let Some(own) = own {
            let same = spellings.iter().any(|url| *url == own.url || path(url) == path(&own.url));
            let why = || format!("the push is to {said}, and the hook is for the repository {}", own.name);
            return if same { Ok(vec![own]) } else { Err(why()) };
        }
        let found: Vec<_> = self.0.iter().filter(|known| spellings.contains(&known.url)).collect();
        if found.is_empty() { Err(format!("no repository is known at {said}")) } else { Ok(found) }
    }

    fn followers(&self, repositories: &[&Doorway], branch: &str) -> Wanted {
        for repository in repositories {
            let follows = repository.fabrics.iter().filter(|(_, followed)| followed == branch);
            let fabrics: Vec<_> = follows.map(|(name, _)| name.clone()).collect();
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
