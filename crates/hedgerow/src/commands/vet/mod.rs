//! `hedgerow vet`: the judgement of a sync, offline, on files that need not be in any repository.

mod files;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Context;
use hedgerow_core::policy::{self, Settings};
use hedgerow_core::tree::{Entry, FabricTree};
use hedgerow_sync::Vetted;
use serde_json::Value;

use super::Exit;
use crate::args::{Format, VetArgs};
use crate::files::yaml_below;
use crate::output::{self, Style, findings, several};
use crate::session::Session;

use files::Files;

pub(crate) fn vet(session: &Session, args: &VetArgs) -> Result<Exit> {
    let mut all = Vetted::default();
    for files in files::gather(&args.files)? {
        all.add(judged(&files, args)?);
    }
    all.findings.sort_by(|a, b| a.finding.cmp(&b.finding));
    print(session, &serde_json::to_value(&all).context("writing the findings")?)?;
    Ok(if all.is_refused() { Exit::Attention } else { Exit::Done })
}

/// Judges the files of one set.
fn judged(files: &Files, args: &VetArgs) -> Result<Vetted> {
    let settings = settings(args.fabric_config.as_deref(), &files.tree)?;
    let catalogue = catalogue(args.crds.as_deref(), &files.tree)?;
    let policy = policy::read(&files.tree)?;
    let context = Context { policy: &policy, settings: &settings, catalogue: &catalogue, adopt: false };
    let mut vetted = hedgerow_sync::vet(&files.tree, &context, args.strict)?;
    vetted.findings.iter_mut().for_each(|shown| files.name(shown));
    Ok(vetted)
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
