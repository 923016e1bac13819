//! `hedgerow vet`: the judgement of a sync, offline, on files that need not be in any repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::codes;
use hedgerow_core::codes::placement;
use hedgerow_core::finding::{Place, Severity};
use hedgerow_core::path::{FabricDir, TreePath};
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
const DIR: &str = "~vet";

pub(crate) fn vet(session: &Session, args: &VetArgs) -> Result<Exit> {
    let files = Files::gather(&args.files)?;
    let settings = settings(args.fabric_config.as_deref(), &files.tree)?;
    let catalogue = catalogue(args.crds.as_deref(), &files.tree)?;
    let policy = policy::read(&files.tree)?;
    let context = Context { policy: &policy, settings: &settings, catalogue: &catalogue, adopt: false };
    let judgement = plan::judge(&files.tree, &context)?;
    // What only says where a file would stay is no finding about the file.
    let told = judgement.findings.into_iter().filter(|finding| finding.code != placement::HELD_TOGETHER);
    let mut shown: Vec<ShownFinding> = told.map(|finding| ShownFinding::of(finding, &files.tree)).collect();
    for finding in &mut shown {
        files.name(finding);
        if args.strict && codes::raised_by_strict(finding.finding.code) {
            finding.finding.severity = Severity::Error;
        }
    }
    shown.sort_by(|a, b| a.finding.cmp(&b.finding));
    let value = answer(&shown, judgement.files, judgement.documents)?;
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
    /// What a fabric's directory is called, where one was named.
    fabric: Option<String>,
}

impl Files {
    /// Reads what the arguments name: files, directories (all YAML below), `-` for standard input.
    fn gather(named: &[String]) -> Result<Self> {
        let dir = FabricDir::parse(DIR)?;
        let mut files =
            Self { tree: FabricTree { dir, entries: BTreeMap::new() }, names: BTreeMap::new(), fabric: None };
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
        self.fabric = Some(dir.display().to_string().trim_end_matches('/').to_owned());
        for zone in ["raw", "managed", ".hedgerow/crds"] {
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
        let finding = &mut shown.finding;
        for text in std::iter::once(&mut finding.message).chain(&mut finding.hint) {
            if text.contains(DIR) {
                *text = self.named(text);
            }
        }
    }
}

/// A path of a numbered file, as a message may have it.
const NUMBERED: usize = "/raw/00000000.yaml".len();

impl Files {
    /// The text of a message with the names that files have outside.
    fn named(&self, text: &str) -> String {
        if let Some(fabric) = &self.fabric {
            return text.replace(DIR, fabric);
        }
        let mut parts = text.split(DIR);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (path, rest) = part.split_at_checked(NUMBERED).unwrap_or((part, ""));
            let name = self.names.get(&TreePath::from(format!("{DIR}{path}").as_str()));
            out.push_str(name.map_or(path, String::as_str));
            out.push_str(rest);
        }
        out
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

/// The kinds that are known: ours, those of the fabric's directory, those of `--crds`.
fn catalogue(dir: Option<&Path>, tree: &FabricTree) -> Result<Catalogue> {
    let crds = tree.dir.settings().join("crds");
    let own = tree.entries.iter().filter(|(path, _)| path.below(&crds).is_some());
    let own: Vec<_> = own.filter_map(|(path, entry)| Some((path.clone(), entry.bytes()?))).collect();
    let catalogue = extended(Catalogue::builtin(), &own, ".hedgerow/crds")?;
    let Some(dir) = dir else { return Ok(catalogue) };
    let reading = || format!("--crds: reading {}", dir.display());
    std::fs::read_dir(dir).with_context(reading)?;
    let files = yaml_below(dir)?;
    let read =
        |path: &PathBuf| Ok((TreePath::from(&*path.to_string_lossy()), std::fs::read(path).with_context(reading)?));
    let files: Vec<(TreePath, Vec<u8>)> = files.iter().map(read).collect::<Result<_>>()?;
    let files: Vec<_> = files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    extended(catalogue, &files, "--crds")
}

fn extended(catalogue: Catalogue, files: &[(TreePath, &[u8])], what: &str) -> Result<Catalogue> {
    if files.is_empty() {
        return Ok(catalogue);
    }
    catalogue.extend_with_crds(files).map_err(|findings| {
        let first = findings.first().map(|f| format!("{}: {}", f.place.file, f.message)).unwrap_or_default();
        anyhow::anyhow!("{what}: {first}")
    })
}
