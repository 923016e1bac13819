//! What a plan would change, file by file, as lines: so many as people can look through.

use hedgerow_sync::{Fate, FileDifference};
use serde::Serialize;

use crate::limits::{MAX_COMPARED_BYTES, MAX_DIFFERENCE_LINES, MAX_DIFFERENCES, MAX_PLAN_LINES};
use crate::pages::text;

/// A file that would change.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    path: String,
    fate: &'static str,
    from: Option<String>,
    lines: Vec<String>,
}

/// The differences that are shown, and how many are not.
pub(super) fn shown(differences: &[FileDifference]) -> (Vec<Shown>, usize) {
    let mut room = MAX_PLAN_LINES;
    let mut all = Vec::new();
    for difference in differences.iter().take(MAX_DIFFERENCES) {
        let one = one(difference, room.min(MAX_DIFFERENCE_LINES));
        room -= one.lines.len().min(room);
        all.push(one);
    }
    let left_out = differences.len() - all.len();
    (all, left_out)
}

fn one(difference: &FileDifference, room: usize) -> Shown {
    let (fate, from) = match &difference.fate {
        Fate::Moved(from) => ("moved", Some(from.to_string())),
        Fate::Added => ("added", None),
        Fate::Changed => ("changed", None),
        Fate::Removed => ("removed", None),
    };
    let lines = if from.is_some() { Vec::new() } else { lines(difference, room) };
    Shown { path: difference.path.to_string(), fate, from, lines }
}

fn lines(difference: &FileDifference, room: usize) -> Vec<String> {
    let bytes = |text: &Option<std::sync::Arc<[u8]>>| text.clone().unwrap_or_else(|| std::sync::Arc::from([]));
    let (before, after) = (bytes(&difference.before), bytes(&difference.after));
    if before.len() + after.len() > MAX_COMPARED_BYTES {
        return vec![format!("… {} bytes before, {} after: too many to compare", before.len(), after.len())];
    }
    let mut lines: Vec<String> = text::lines(&before, &after).into_iter().map(|(_, line)| line).collect();
    if lines.len() > room {
        let left_out = lines.len() - room;
        lines.truncate(room);
        lines.push(format!("… and {left_out} more lines"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow_core::path::TreePath;

    fn added(n: usize, lines: usize) -> FileDifference {
        let text: String = (0..lines).map(|line| format!("line {line}\n")).collect();
        let path = TreePath::from(format!("f/managed/vpcs/v{n}.yaml").as_str());
        FileDifference { path, fate: Fate::Added, before: None, after: Some(text.into_bytes().into()) }
    }

    #[test]
    fn a_large_plan_is_shown_in_part_and_says_so() {
        let all: Vec<FileDifference> = (0..300).map(|n| added(n, 1_000)).collect();
        let (shown, left_out) = shown(&all);
        assert_eq!((shown.len(), left_out), (MAX_DIFFERENCES, 300 - MAX_DIFFERENCES));
        assert_eq!(shown[0].lines.last().unwrap(), "… and 800 more lines");
        let lines: usize = shown.iter().map(|one| one.lines.len()).sum();
        assert!(lines <= MAX_PLAN_LINES + MAX_DIFFERENCES, "{lines}");
    }

    #[test]
    fn a_file_that_moves_whole_has_no_lines() {
        let path = TreePath::from("f/managed/vpcs/v.yaml");
        let fate = Fate::Moved(TreePath::from("f/raw/v.yaml"));
        let (shown, _) = shown(&[FileDifference { path, fate, before: None, after: Some(Vec::from("a: b\n").into()) }]);
        assert_eq!((shown[0].fate, shown[0].from.as_deref(), shown[0].lines.len()), ("moved", Some("f/raw/v.yaml"), 0));
    }
}
