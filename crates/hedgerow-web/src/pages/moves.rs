//! Before and after of a run: what was in the directory, what is there now, and what moved where. Places in px, as values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// More ledger lines than this are drawn by file and directory, not one by one.
const ONE_BY_ONE: usize = 40;
/// More rows than this on a side are left out; their number is told.
const MAX_ROWS: usize = 80;
/// More lines between the sides than this are left out, those that stand for the fewest ledger lines first.
const MAX_PATHS: usize = 400;

const ROW: i32 = 24;
const HEAD: i32 = 52;
const ZONE: i32 = 26;
const COLUMN: i32 = 430;
const BETWEEN: i32 = 200;

/// A line of the ledger, as the API gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Hash of the text.
    pub sha256: String,
    /// What became of it.
    pub outcome: String,
    /// Where it was.
    pub from: From,
    /// Where it is.
    pub to: String,
}

/// Where it was.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct From {
    /// The file.
    pub file: String,
    /// The document.
    pub index: Option<usize>,
}

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
    /// What was there.
    pub before: Side,
    /// What is there.
    pub after: Side,
    /// What moved.
    pub paths: Vec<Path>,
}

impl Moves {
    /// Both columns.
    pub fn sides(&self) -> [&Side; 2] {
        [&self.before, &self.after]
    }
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Its left edge.
    pub x: i32,
    /// Its width.
    pub width: i32,
    /// Names of the directories, with their places.
    pub zones: Vec<(i32, String)>,
    /// Files or directories.
    pub rows: Vec<Row>,
    /// How many are left out.
    pub left_out: usize,
}

/// A file or directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The middle of its text.
    pub y: i32,
    /// What is written.
    pub label: String,
    /// All of it.
    pub title: String,
    /// `gone` on the left side: it is not there any more; `hold`: it is held.
    pub class: &'static str,
}

/// What moved from a row to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// In SVG's words.
    pub path: String,
    /// The outcome.
    pub outcome: String,
    /// How many ledger lines it stands for.
    pub lines: usize,
}

/// The picture of these ledger lines of the fabric in `directory`.
pub fn moves(entries: &[Entry], directory: &str) -> Moves {
    let by_directory = entries.len() > ONE_BY_ONE;
    let target = |entry: &Entry| if by_directory { parent(&entry.to).to_owned() } else { entry.to.clone() };
    let mut joined: BTreeMap<(&str, String, &str), usize> = BTreeMap::new();
    for entry in entries {
        *joined.entry((&entry.from.file, target(entry), &entry.outcome)).or_default() += 1;
    }
    let held: BTreeSet<&str> =
        entries.iter().filter(|entry| entry.outcome == "held").map(|entry| entry.from.file.as_str()).collect();
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let mut right: BTreeMap<String, usize> = BTreeMap::new();
    for ((file, to, _), lines) in &joined {
        *left.entry(file).or_default() += lines;
        *right.entry(to.clone()).or_default() += lines;
    }
    let class = |file: &str| if held.contains(file) { "hold" } else { "gone" };
    let left = left.iter().map(|(file, lines)| (*file, count(*lines, "document"), class(file)));
    let (before, starts) = side(0, directory, left);
    let right = right.iter().map(|(to, lines)| {
        let note = if by_directory { count(*lines, "file") } else { String::new() };
        (to.as_str(), note, if held.contains(to.as_str()) { "hold" } else { "" })
    });
    let (after, ends) = side(COLUMN + BETWEEN, directory, right);
    let paths = joined.iter().filter_map(|((file, to, outcome), lines)| {
        let (from, to) = (starts.get(*file)?, ends.get(to.as_str())?);
        let (x1, x2) = (COLUMN, COLUMN + BETWEEN);
        let path = format!("M{x1} {from}C{} {from} {} {to} {x2} {to}", x1 + BETWEEN / 2, x2 - BETWEEN / 2);
        Some(Path { path, outcome: (*outcome).to_owned(), lines: *lines })
    });
    let mut paths: Vec<Path> = paths.collect();
    if paths.len() > MAX_PATHS {
        paths.sort_by_key(|path| std::cmp::Reverse(path.lines));
        paths.truncate(MAX_PATHS);
    }
    let lowest = before.rows.iter().chain(&after.rows).map(|row| row.y).max().unwrap_or(HEAD);
    let more = if before.left_out + after.left_out > 0 { ROW } else { 0 };
    Moves { width: 2 * COLUMN + BETWEEN, height: lowest + ROW + more, before, after, paths }
}

/// Lays rows of one side out by the zone that they are in.
fn side<'e>(
    x: i32,
    directory: &str,
    rows: impl Iterator<Item = (&'e str, String, &'static str)>,
) -> (Side, BTreeMap<String, i32>) {
    let mut side = Side { x, width: COLUMN, ..Side::default() };
    let mut places = BTreeMap::new();
    let mut y = HEAD;
    let mut zone = None;
    for (path, note, class) in rows {
        if side.rows.len() == MAX_ROWS {
            side.left_out += 1;
            continue;
        }
        let below = path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
        let (in_zone, label) = below.split_once('/').unwrap_or((".", below));
        if zone.as_deref() != Some(in_zone) {
            zone = Some(in_zone.to_owned());
            side.zones.push((y + ZONE / 2, format!("{in_zone}/")));
            y += ZONE;
        }
        let label = if note.is_empty() { label.to_owned() } else { format!("{label} · {note}") };
        places.insert(path.to_owned(), y + ROW / 2);
        side.rows.push(Row { y: y + ROW / 2, label: fitting(&label), title: path.to_owned(), class });
        y += ROW;
    }
    (side, places)
}

/// The end of a name says more than its beginning.
fn fitting(label: &str) -> String {
    const ROOM: usize = 52;
    let length = label.chars().count();
    if length <= ROOM {
        label.to_owned()
    } else {
        format!("…{}", label.chars().skip(length - ROOM + 1).collect::<String>())
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(dir, _)| dir)
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(file: &str, index: Option<usize>, outcome: &str, to: &str) -> Entry {
        let from = From { file: file.to_owned(), index };
        Entry { sha256: String::new(), outcome: outcome.to_owned(), from, to: to.to_owned() }
    }

    #[test]
    fn every_ledger_line_is_drawn_from_its_file_to_its_place() {
        let entries = [
            entry("f/raw/a.yaml", Some(0), "created", "f/managed/vpcs/web.yaml"),
            entry("f/raw/a.yaml", Some(1), "created", "f/managed/servers/s1.yaml"),
            entry("f/raw/bad.yaml", None, "held", "f/raw/bad.yaml"),
        ];
        let moves = moves(&entries, "f");
        assert_eq!(moves.paths.iter().map(|path| path.lines).sum::<usize>(), 3);
        let labels = |side: &Side| side.rows.iter().map(|row| (row.label.clone(), row.class)).collect::<Vec<_>>();
        assert_eq!(
            labels(&moves.before),
            [("a.yaml · 2 documents".into(), "gone"), ("bad.yaml · 1 document".into(), "hold")]
        );
        assert_eq!(labels(&moves.after)[2], ("bad.yaml".into(), "hold"));
        assert_eq!(moves.after.zones.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["managed/", "raw/"]);
        let mut ys: Vec<i32> = moves.after.rows.iter().map(|row| row.y).collect();
        ys.extend(moves.after.zones.iter().map(|(y, _)| *y));
        ys.sort_unstable();
        assert!(ys.windows(2).all(|pair| pair[1] - pair[0] >= 20), "{ys:?}");
    }

    #[test]
    fn thousands_of_lines_are_drawn_by_directory_and_none_is_lost() {
        let entries: Vec<Entry> = (0..5_000)
            .map(|n| entry("f/raw/all.yaml", Some(n), "created", &format!("f/managed/vpcs/v{n}.yaml")))
            .collect();
        let moves = moves(&entries, "f");
        assert_eq!((moves.after.rows.len(), moves.paths[0].lines), (1, 5_000));
        assert_eq!(moves.after.rows[0].label, "vpcs · 5000 files");
    }

    #[test]
    fn no_more_is_drawn_between_the_sides_than_can_be_seen() {
        let entry = |n: usize| {
            let (file, kind) = (format!("f/raw/{}.yaml", n % 80), n / 80);
            entry(&file, Some(n), "created", &format!("f/managed/kind-{kind:02}/v{n}.yaml"))
        };
        let entries: Vec<Entry> = (0..80 * 60).map(entry).collect();
        let moves = moves(&entries, "f");
        assert_eq!((moves.before.rows.len(), moves.after.rows.len(), moves.paths.len()), (80, 60, MAX_PATHS));
    }

    #[test]
    fn too_many_files_are_counted_and_the_picture_stays_short() {
        let entries: Vec<Entry> =
            (0..300).map(|n| entry(&format!("f/raw/{n}.yaml"), Some(0), "created", "f/managed/vpcs/v.yaml")).collect();
        let moves = moves(&entries, "f");
        assert_eq!((moves.before.rows.len(), moves.before.left_out), (MAX_ROWS, 300 - MAX_ROWS));
        assert!(moves.height < 2_200);
    }
}
