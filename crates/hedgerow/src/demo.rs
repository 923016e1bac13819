//! `hedgerow demo`: a local remote with an example fabric, and the whole job on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Change;
use hedgerow_git::{
    BranchChoice, BranchName, CommitText, CommitTime, Credential, Mirror, Person, Push, Remote, RemoteUrl,
};
use hedgerow_store::{Store, StoreUrl, Trigger};
use hedgerow_sync::{Committing, Judging, Request, Target, World};

use crate::args::DemoArgs;
use crate::commands::Exit;
use crate::commands::sync::print;
use crate::output;
use crate::session::Session;

/// Where the example lies in its repository.
const DIRECTORY: &str = "fabrics/fabric-1";

/// The example: 48 objects in four files, as people write them.
const EXAMPLE: [(&str, &str); 4] = [
    ("raw/external.yaml", include_str!("../../../examples/fabric-1/raw/external.yaml")),
    ("raw/vpcs/storage.yaml", include_str!("../../../examples/fabric-1/raw/vpcs/storage.yaml")),
    ("raw/vpcs/tenants.yaml", include_str!("../../../examples/fabric-1/raw/vpcs/tenants.yaml")),
    ("raw/wiring.yaml", include_str!("../../../examples/fabric-1/raw/wiring.yaml")),
];

pub(crate) fn demo(session: &Session, args: &DemoArgs) -> Result<Exit> {
    let dir = empty(&session.environment.cwd.join(&args.dir))?;
    let place = Place::of(&dir, &args.dir)?;
    let world = world(session, &place)?;
    fill(&world, &place)?;
    say(session, &format!("1. A remote repository with a full inbox: {}\n", place.shown.join("remote.git").display()))?;
    say(session, &format!("2. hedgerow sync {}\n\n", place.flags()))?;
    let request = Request {
        target: place.target()?,
        judging: Judging::default(),
        committing: Committing::default(),
        push_to: None,
        resume: None,
        confirm_deletions: false,
        trigger: Trigger::Cli,
        memory: None,
    };
    let answer = hedgerow_sync::sync(&world, &request, &|step| session.progress.step(step));
    let exit = print(session, &answer)?;
    say(session, &next(&place))?;
    Ok(exit)
}

/// The demo's directory and what lies in it.
struct Place {
    remote: RemoteUrl,
    bare: PathBuf,
    store: PathBuf,
    cache: PathBuf,
    /// The directory as it was named, for what is shown.
    shown: PathBuf,
}

impl Place {
    fn of(dir: &Path, shown: &Path) -> Result<Self> {
        let bare = dir.join("remote.git");
        let text = bare.to_str().context("the directory's name is not UTF-8")?;
        Ok(Self {
            remote: RemoteUrl::parse(text)?,
            store: dir.join("hedgerow.db"),
            cache: dir.join("cache"),
            bare,
            shown: shown.to_owned(),
        })
    }

    fn target(&self) -> Result<Target> {
        let remote = Remote { url: self.remote.clone(), credential: Credential::Ambient };
        Ok(Target { remote, branch: BranchChoice::RemoteHead, dir: Some(FabricDir::parse(DIRECTORY)?) })
    }

    fn flags(&self) -> String {
        format!("--repo {} --path {DIRECTORY}", self.shown.join("remote.git").display())
    }
}

/// Makes `dir` where it is missing; refuses one with something in it.
fn empty(dir: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(dir).with_context(|| format!("making {}", dir.display()))?;
    let mut entries = std::fs::read_dir(dir).with_context(|| format!("looking into {}", dir.display()))?;
    if entries.next().is_some() {
        bail!("{} is not empty\nhint: name another directory with --dir", dir.display());
    }
    Ok(dir.to_owned())
}

/// The demo keeps to its own directory: its store and its cache too.
fn world(session: &Session, place: &Place) -> Result<World> {
    let store = session.wait(Store::open(&StoreUrl::file(&place.store)))?;
    session.world_with(store, place.cache.clone())
}

/// Makes the remote, and the commit that fills its inbox: a person's.
fn fill(world: &World, place: &Place) -> Result<()> {
    let branch = BranchName::parse("main")?;
    std::fs::create_dir(&place.bare).with_context(|| format!("making {}", place.bare.display()))?;
    world.git.init_bare(&place.bare, &branch)?;
    let target = place.target()?;
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    mirror.fetch(&target.branch)?;
    let changes = EXAMPLE
        .iter()
        .map(|(path, text)| (TreePath::from(DIRECTORY).join(path), Change::Write(Arc::from(text.as_bytes()))));
    let person = Person { name: "An operator".to_owned(), email: "operator@example.com".to_owned() };
    let time = CommitTime { seconds: (world.now)().unix_timestamp(), offset_seconds: 0 };
    let message = "fabric-1: wiring, tenants and an external\n".to_owned();
    let text = CommitText { message, author: person.clone(), committer: person, time };
    let commit = mirror.write_commit(None, &changes.collect(), &text, None)?;
    match mirror.push(&commit, &branch, None)? {
        Push::Pushed => Ok(()),
        other => bail!("the new remote did not take the example: {other:?}"),
    }
}

/// What to look at next.
fn next(place: &Place) -> String {
    let (flags, shown) = (place.flags(), place.shown.display());
    let store = format!("--store sqlite://{}", place.store.display());
    format!(
        "\n3. Look for yourself:\n   \
         git --git-dir {shown}/remote.git log --stat --find-renames\n   \
         git --git-dir {shown}/remote.git ls-tree -r --name-only main\n   \
         hedgerow verify {flags}\n   \
         hedgerow get objects {store}\n   \
         hedgerow sync {flags} {store}    (again: nothing to do)\n"
    )
}

/// Talk goes beside the answer where that is for machines.
fn say(session: &Session, text: &str) -> Result<()> {
    if session.format == crate::args::Format::Table {
        return output::write(text);
    }
    anstream::eprint!("{text}");
    Ok(())
}
