//! The configuration file's repositories, fabrics and hooks are made true in the store: added, changed, taken over, unlinked.
//!
//! One entry that cannot be made true stops no other. What is removed is removed from the list alone: the record of its
//! runs and objects stays, and so do its files.

use std::collections::BTreeSet;

use hedgerow_core::path::FabricDir;
use hedgerow_git::{BranchChoice, BranchName, RemoteUrl};
use hedgerow_store::{
    Actor, Declaration, Declared, Declaring, FabricChange, LinkPlace, LinkedFabric, Name, NewLink, NewRepository,
    Owner, Repository, RepositoryChange, RepositoryId, Store,
};
use hedgerow_sync::check::Probe;
use hedgerow_sync::service::{Place, Service};
use tracing::{info, warn};

use super::credentials::Sealer;
use super::moving;
use crate::config::{Config, DigestOf, FabricEntry, HookEntry, RepositoryEntry};

/// How long one service may take to apply a file before another may.
const TTL: std::time::Duration = std::time::Duration::from_secs(120);

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Repositories to look at, since something of theirs changed.
    pub(crate) touched: BTreeSet<RepositoryId>,
    /// Entries that are not true, each with the reason.
    pub(crate) faults: Vec<String>,
    /// Nothing was done.
    pub(crate) passed_over: Option<PassedOver>,
}

/// Why a file was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PassedOver {
    /// A newer one is in force.
    Older(String),
    /// Another service is applying its copy.
    Busy(String),
}

/// Makes the file's repositories and fabrics true, unless a newer file is in force.
pub(crate) async fn apply(service: &Service, config: &Config, sealer: &Sealer, now_ms: i64) -> anyhow::Result<Applied> {
    let store = &service.parts().store;
    let version = i64::try_from(config.version).unwrap_or(i64::MAX);
    let declaration = Declaration { version, digest: config.digest() };
    let holder = hedgerow_store::holder_of_this_process();
    match store.declare(&declaration, &holder, TTL, now_ms).await? {
        Declared::Apply(declaring) => {
            let by = Actor { name: "hedgerow.toml".to_owned(), through: Owner::File, at_ms: now_ms };
            let mut applying =
                Applying { service, store, config, sealer, by, declaring: &declaring, applied: Applied::default() };
            applying.all().await;
            let applied = applying.applied;
            declaring.done().await?;
            Ok(applied)
        }
        Declared::Older { in_force, since_ms } => {
            let since = crate::output::moment(since_ms).unwrap_or_default();
            let why = format!(
                "this copy of the file (version {version}) is older than the one in force (version {in_force}, since {since}); \
                 to go back to it, raise its version"
            );
            Ok(Applied { passed_over: Some(PassedOver::Older(why)), ..Applied::default() })
        }
        Declared::Busy { holder } => Ok(Applied { passed_over: Some(PassedOver::Busy(holder)), ..Applied::default() }),
    }
}

struct Applying<'a> {
    service: &'a Service,
    store: &'a Store,
    config: &'a Config,
    sealer: &'a Sealer,
    by: Actor,
    declaring: &'a Declaring,
    applied: Applied,
}

/// What an entry came to.
type Done = anyhow::Result<()>;

impl Applying<'_> {
    /// Fabrics and hooks go before others come, so that a directory or an address may pass from one name to another.
    async fn all(&mut self) {
        let unlinked = self.unlink_fabrics().await;
        self.note("fabrics that the file no longer names", unlinked);
        let removed = self.remove_hooks().await;
        self.note("hooks that the file no longer names", removed);
        for entry in &self.config.repositories {
            let done = self.repository(entry).await;
            self.note(&format!("repository {}", entry.name), done);
        }
        for entry in &self.config.fabrics {
            let done = self.fabric(entry).await;
            self.note(&format!("fabric {}", entry.name), done);
        }
        for entry in &self.config.hooks {
            let done = self.hook(entry).await;
            self.note(&format!("hook {}", entry.name), done);
        }
        let removed = self.remove_repositories().await;
        self.note("repositories that the file no longer names", removed);
    }

    fn note(&mut self, what: &str, done: Done) {
        if let Err(error) = done {
            warn!("hedgerow.toml: {what}: {error:#}");
            self.applied.faults.push(format!("{what}: {error:#}"));
        }
    }

    /// Before each change: a newer file may have come meanwhile.
    async fn still_in_force(&self) -> Done {
        if self.declaring.is_in_force().await? { Ok(()) } else { anyhow::bail!("a newer file came meanwhile") }
    }

    async fn repository(&mut self, entry: &RepositoryEntry) -> Done {
        let url = RemoteUrl::parse(&entry.url)?;
        let known = self.store.repository_by_name(&entry.name).await?;
        self.still_in_force().await?;
        let repository = match known {
            None => {
                let name = Name::parse(&entry.name)?;
                let new = NewRepository { name, url: url.canonical(), address: url.address() };
                let added = self.store.add_repository(&new, &self.by).await?;
                info!("hedgerow.toml: repository {} added", entry.name);
                self.applied.touched.insert(added.id);
                added
            }
            Some(known) => self.change_repository(entry, known, &url).await?,
        };
        if self.sealer.keep(self.store, repository.id, entry, &self.by).await? {
            info!("hedgerow.toml: repository {}: another credential", entry.name);
            self.applied.touched.insert(repository.id);
        }
        Ok(())
    }

    /// Its fabrics go along to another address only when work can be done there, with the credential that the file names.
    async fn change_repository(
        &mut self,
        entry: &RepositoryEntry,
        known: Repository,
        url: &RemoteUrl,
    ) -> anyhow::Result<Repository> {
        let address = url.address();
        if known.owner == Owner::File && known.address == address {
            return Ok(known);
        }
        if known.address != address {
            let there = Repository { address: address.clone(), url: url.canonical(), ..known.clone() };
            let credentials = self.sealer.rows(known.id, entry, self.by.at_ms)?;
            for place in moving::places(self.store, self.config, &known).await? {
                moving::works(self.service.check_at(&there, &credentials, &place), "address").await?;
            }
            self.still_in_force().await?;
        }
        let change = RepositoryChange { name: None, address: Some((url.canonical(), address)) };
        let changed = self.store.change_repository(known.id, &change, None, &self.by).await?;
        info!("hedgerow.toml: repository {} changed", changed.name);
        self.applied.touched.insert(changed.id);
        Ok(changed)
    }

    async fn fabric(&mut self, entry: &FabricEntry) -> Done {
        let repository = self.store.repository_by_name(&entry.repository).await?;
        let Some(repository) = repository else { anyhow::bail!("its repository {} is not there", entry.repository) };
        let directory = FabricDir::parse(&entry.directory)?;
        let place = LinkPlace { repository: repository.id, branch: entry.branch.clone(), directory };
        let known = self.store.linked_fabric(&entry.name).await?;
        self.still_in_force().await?;
        let changed = match known {
            None => self.link(entry, place).await?,
            Some(known) => self.change_fabric(entry, &known, &place).await?,
        };
        if changed {
            self.applied.touched.insert(repository.id);
        }
        Ok(())
    }

    async fn link(&self, entry: &FabricEntry, place: LinkPlace) -> anyhow::Result<bool> {
        let name = Name::parse(&entry.name)?;
        let (interval_ms, push_to) = (interval(entry), entry.push_to.clone());
        let new = NewLink { name, place, adopt: entry.adopt, interval_ms, push_to };
        self.store.link_fabric(&new, &self.by).await?;
        info!("hedgerow.toml: fabric {} linked", entry.name);
        Ok(true)
    }

    async fn change_fabric(
        &self,
        entry: &FabricEntry,
        known: &LinkedFabric,
        place: &LinkPlace,
    ) -> anyhow::Result<bool> {
        let stays = known.repository == place.repository
            && known.branch == place.branch
            && known.directory == place.directory.path().quoted();
        if !stays {
            self.works(entry, place).await?;
            self.store.relink(known.id, place, None, &self.by).await?;
            info!("hedgerow.toml: fabric {} is linked to another place", entry.name);
        }
        let same = known.adopt == entry.adopt
            && known.interval_ms == interval(entry)
            && known.push_to == entry.push_to
            && known.owner == Owner::File;
        if same {
            return Ok(!stays);
        }
        let id = self.store.linked_fabric(&entry.name).await?.map_or(known.id, |fabric| fabric.id);
        let change = FabricChange {
            name: None,
            adopt: Some(entry.adopt),
            interval_ms: Some(interval(entry)),
            push_to: Some(entry.push_to.clone()),
        };
        self.store.change_fabric(id, &change, None, &self.by).await?;
        info!("hedgerow.toml: fabric {} changed", entry.name);
        Ok(true)
    }

    /// A fabric goes to another place only when work can be done there; until then it stays where it is.
    async fn works(&self, entry: &FabricEntry, place: &LinkPlace) -> Done {
        let wanted = Place {
            repository: place.repository,
            branch: BranchChoice::Named(BranchName::parse(&place.branch)?),
            directory: Some(place.directory.clone()),
            adopt: entry.adopt,
        };
        moving::works(self.service.check(&wanted, Probe::No), "place").await
    }

    async fn hook(&self, entry: &HookEntry) -> Done {
        let repository = match &entry.repository {
            None => None,
            Some(name) => match self.store.repository_by_name(name).await? {
                Some(repository) => Some(repository.id),
                None => anyhow::bail!("its repository {name} is not there"),
            },
        };
        self.still_in_force().await?;
        if self.sealer.keep_hook(self.store, entry, repository, &self.by).await? {
            info!("hedgerow.toml: hook {} is as the file says", entry.name);
        }
        Ok(())
    }

    async fn remove_hooks(&self) -> Done {
        let named: BTreeSet<&str> = self.config.hooks.iter().map(|entry| entry.name.as_str()).collect();
        for hook in self.store.hooks().await? {
            if hook.owner == Owner::File && !named.contains(hook.name.as_str()) {
                self.still_in_force().await?;
                self.store.remove_hook(&hook.name, &self.by).await?;
                info!("hedgerow.toml: hook {} removed; what came in by it stays on record", hook.name);
            }
        }
        Ok(())
    }

    async fn unlink_fabrics(&self) -> Done {
        let named: BTreeSet<&str> = self.config.fabrics.iter().map(|entry| entry.name.as_str()).collect();
        let linked = self.store.linked_fabrics().await?;
        for fabric in linked.iter().filter(|f| f.owner == Owner::File && !named.contains(f.name.as_str())) {
            self.still_in_force().await?;
            self.store.unlink_fabric(fabric.id, None, &self.by).await?;
            info!("hedgerow.toml: fabric {} unlinked; its record is kept", fabric.name);
        }
        Ok(())
    }

    /// One that somebody linked a fabric to by the API stays, as that fabric's.
    async fn remove_repositories(&self) -> Done {
        let named: BTreeSet<&str> = self.config.repositories.iter().map(|entry| entry.name.as_str()).collect();
        let known = self.store.repositories().await?;
        for repository in known.iter().filter(|r| r.owner == Owner::File && !named.contains(r.name.as_str())) {
            self.still_in_force().await?;
            self.store.remove_repository(repository.id, None, &self.by).await?;
            info!("hedgerow.toml: repository {} removed; its record is kept", repository.name);
        }
        Ok(())
    }
}

fn interval(entry: &FabricEntry) -> Option<i64> {
    entry.interval.map(|period| i64::try_from(period.0.as_millis()).unwrap_or(i64::MAX))
}
