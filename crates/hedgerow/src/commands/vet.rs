//! `hedgerow vet`: the judgement of a sync, offline, on files that need not be in any repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::codes;
use hedgerow_core::codes::{placement, repository};
use hedgerow_core::finding::{Place, Severity};
use hedgerow_core::path::{FabricDir, TreePath, is_yaml};
use hedgerow_core::plan::{self, Context};
use hedgerow_core::policy::{self, Settings};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};
use hedgerow_sync::ShownFinding;
use serde_json::{Value, json};

use super::Exit;
use crate::args::{Format, VetArgs};
use crate::files::{STDIN, read, read_stdin, yaml_below};
use crate::output::{self, Style, findings, several};
use crate::session::Session;

/// Where the files stand while they are judged. Nobody sees it.
const DIR: &str = "vet";

pub(crate) fn vet(session: &Session, args: &VetArgs) -> Result<Exit> {
    let files = Files::gather(&args.files)?;
    let settings = settings(args.fabric_config.as_deref(), &files.tree)?;
    let catalogue = catalogue(args.crds.as_deref())?;
    let policy = policy::read(&files.tree)?;
    let context = Context { policy: &policy, settings: &settings, catalogue: &catalogue, adopt: false };
    let plan = plan::plan(&files.tree, &context)?;
    let mut shown: Vec<ShownFinding> = plan.findings.into_iter().map(|f| ShownFinding::of(f, &files.tree)).collect();
    // What only says where a file would stand is no finding about the file.
    let beside = [placement::HELD_TOGETHER, repository::NO_INBOX, repository::STRAY];
    shown.retain(|shown| !beside.contains(&shown.finding.code));
    for finding in &mut shown {
        if finding.finding.code == placement::FOREIGN {
            "not a Hedgehog object: nobody judged it".clone_into(&mut finding.finding.message);
            finding.finding.hint = None;
        }
        files.name(finding);
        if args.strict && codes::raised_by_strict(finding.finding.code) {
            finding.finding.severity = Severity::Error;
        }
    }
    shown.sort_by(|a, b| a.finding.cmp(&b.finding));
    let value = answer(&shown, plan.files, plan.documents)?;
    print(session, &value)?;
    let refused = shown.iter().any(|shown| shown.finding.severity == Severity::Error);
    Ok(if refused { Exit::Attention } else { Exit::Done })
}

fn answer(shown: &[ShownFinding], files: usize, documents: usize) -> Result<Value> {
    let count = |severity| shown.iter().filter(|shown| shown.finding.severity == severity).count();
    let counts = json!({
        "files": files,
        "documents": documents,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
    });
    Ok(json!({"findings": serde_json::to_value(shown).context("writing the findings")?, "counts": counts}))
}

fn print(session: &Session, value: &Value) -> Result<()> {
    match session.format {
        Format::Sarif => output::print(Format::Json, &output::sarif::render(value), |_| String::new()),
        Format::Junit => output::write(&output::junit::render(value)),
        Format::Github => output::write(&output::github::render(value)),
        _ => session.print(value, table),
    }
}

fn table(value: &Value, style: Style) -> String {
    let mut out = findings::render(value["findings"].as_array().map_or(&[], Vec::as_slice), style);
    let number = |key: &str| value["counts"][key].as_u64().unwrap_or(0);
    let looked = format!("{} in {}", several(number("documents"), "document"), several(number("files"), "file"));
    let verdict = if number("errors") > 0 { "refused" } else { "fine" };
    out.push_str(&format!("{looked}: {verdict}\n"));
    out
}

/// The files that are judged together, as if they lay in an inbox; and what they are called outside.
struct Files {
    tree: FabricTree,
    names: BTreeMap<TreePath, String>,
}

impl Files {
    /// Reads what the arguments name: files, directories (all YAML below), `-` for standard input.
    fn gather(named: &[String]) -> Result<Self> {
        let dir = FabricDir::parse(DIR)?;
        let mut files = Self { tree: FabricTree { dir, entries: BTreeMap::new() }, names: BTreeMap::new() };
        for name in named {
            let path = Path::new(name);
            if named.len() == 1 && (path.join("raw").is_dir() || path.join("managed").is_dir()) {
                files.add_fabric(path)?;
            } else if name == "-" {
                files.add(STDIN.to_owned(), read_stdin()?);
            } else {
                files.add_path(path)?;
            }
        }
        if files.names.is_empty() {
            bail!("no YAML there\nhint: name files that end in .yaml or .yml, or a directory that has some");
        }
        Ok(files)
    }

    /// A fabric's directory: its inbox over what is managed, judged as they would stand together.
    fn add_fabric(&mut self, dir: &Path) -> Result<()> {
        for zone in ["raw", "managed"] {
            for path in yaml_below(&dir.join(zone))? {
                let below = path.strip_prefix(dir).context("a path below the directory")?;
                let inside = self.tree.dir.path().join(below.as_os_str().as_encoded_bytes());
                self.insert(inside, path.display().to_string(), read(&path)?);
            }
        }
        for name in ["fabric.toml", "policy.toml"] {
            let path = dir.join(".hedgerow").join(name);
            if path.is_file() {
                self.insert(self.tree.dir.settings().join(name), path.display().to_string(), read(&path)?);
            }
        }
        Ok(())
    }

    fn add_path(&mut self, path: &Path) -> Result<()> {
        if !path.is_dir() {
            self.add(path.display().to_string(), read(path)?);
            return Ok(());
        }
        for path in yaml_below(path)? {
            self.add(path.display().to_string(), read(&path)?);
        }
        Ok(())
    }

    /// Numbered, so that names cannot clash and the order is that of the arguments.
    fn add(&mut self, name: String, bytes: Vec<u8>) {
        let path = self.tree.dir.raw().join(format!("{:08}.yaml", self.names.len()));
        self.insert(path, name, bytes);
    }

    fn insert(&mut self, path: TreePath, name: String, bytes: Vec<u8>) {
        let entry = Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(Arc::from(bytes)) };
        self.tree.entries.insert(path.clone(), entry);
        self.names.insert(path, name);
    }

    /// Gives a finding's places their names back.
    fn name(&self, shown: &mut ShownFinding) {
        let rename = |place: &mut Place| {
            if let Some(name) = self.names.get(&place.file) {
                place.file = TreePath::from(name.as_str());
            }
        };
        rename(&mut shown.finding.place);
        shown.finding.related.iter_mut().for_each(|related| rename(&mut related.place));
        for (path, name) in &self.names {
            shown.finding.message = shown.finding.message.replace(&path.to_string(), name);
        }
    }
}

/// The settings that were named, or those of the fabric's directory.
fn settings(file: Option<&Path>, tree: &FabricTree) -> Result<Settings> {
    let Some(file) = file else {
        let own = tree.get(&tree.dir.settings().join("fabric.toml")).and_then(Entry::bytes);
        return own.map_or(Ok(Settings::default()), |bytes| Settings::read(bytes).context(".hedgerow/fabric.toml"));
    };
    let bytes = std::fs::read(file).with_context(|| format!("--fabric-config: reading {}", file.display()))?;
    Settings::read(&bytes).with_context(|| format!("--fabric-config: {}", file.display()))
}

fn catalogue(dir: Option<&Path>) -> Result<Catalogue> {
    let builtin = Catalogue::builtin();
    let Some(dir) = dir else { return Ok(builtin) };
    let reading = || format!("--crds: reading {}", dir.display());
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(reading)? {
        paths.push(entry.with_context(reading)?.path());
    }
    paths.retain(|path| is_yaml(path.as_os_str().as_encoded_bytes()));
    paths.sort();
    let read =
        |path: PathBuf| Ok((TreePath::from(&*path.to_string_lossy()), std::fs::read(&path).with_context(reading)?));
    let files: Vec<(TreePath, Vec<u8>)> = paths.into_iter().map(read).collect::<Result<_>>()?;
    let borrowed: Vec<(TreePath, &[u8])> = files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    builtin.extend_with_crds(&borrowed).map_err(|findings| {
        let first = findings.first().map(|f| format!("{}: {}", f.place.file, f.message)).unwrap_or_default();
        anyhow::anyhow!("--crds: {first}")
    })
}
