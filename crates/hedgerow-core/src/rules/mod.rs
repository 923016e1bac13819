//! What the fabric's own controller checks: rules about one object and about the whole set that would result.
//! One small function a rule, its upstream source in its doc comment; one file a kind, more where a kind has many.
//!
//! Rules see the set through `fabric::Fabric`, read objects through `cursor::Cursor` (null, absent and empty are one,
//! as they are to the controller), work on the values that the webhook's defaults would give, and say what they find to
//! a `report::Report`. No rule stops another, and none changes anything. What the schema says of a single value, its type
//! above all, is not said again here.
//!
//! "Source: fabric f.go:12 @ 78827deb" is a file and line of githedgehog/fabric at that commit (v0.126.0+15), "fabricator"
//! one of githedgehog/fabricator @ fee55670 (v0.48.0+49).

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::codes;
use crate::finding::{Finding, Severity};
use crate::object::Identity;
use crate::path::TreePath;
use crate::settings::Settings;
use crate::yaml::Node;

mod claims;
mod connection;
mod cursor;
mod external;
mod external_acl;
mod external_attachment;
mod external_peering;
mod fabric;
mod gateway;
mod gateway_peering;
mod ipv4_namespace;
mod mac;
mod missing;
mod object;
mod overlap;
mod report;
mod switch;
mod switch_profile;
mod vlan_namespace;
mod vpc;
mod vpc_attachment;
mod vpc_peering;

/// One object of the set that would result.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Who it is.
    pub identity: &'a Identity,
    /// The version of its API, such as `v1beta1`.
    pub version: &'a str,
    /// Its value.
    pub node: &'a Node<'a>,
    /// The file that holds it.
    pub file: &'a TreePath,
    /// That file's bytes.
    pub bytes: &'a [u8],
    /// Its document's index there.
    pub document: usize,
    /// The managed object of the same identity that it would replace: for rules about changes.
    pub before: Option<&'a Node<'a>>,
}

/// What a rule found, and whose fault it may be.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The finding; its severity is the rule's.
    pub finding: Finding,
    /// The subjects (indices into the set) that take part: each inbox file that holds one is held when this is an error.
    pub participants: Vec<usize>,
    /// Where in each of them, perhaps several times, what was found is so.
    pub(crate) spots: Vec<report::Spot>,
}

/// Judges the whole set. The order of subjects changes nothing: verdicts are sorted by their findings.
///
/// `open` are the kinds (group, kind) of which nobody has an object here: a missing reference to one is a warning.
/// A missing object is one finding, however many refer to it; they are its `related` places (some of them, when there
/// are many) and, all of them, its participants.
pub fn judge(
    set: &[Subject<'_>],
    open: &BTreeSet<(String, String)>,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Vec<Verdict> {
    judge_beside(set, &BTreeSet::new(), open, settings, catalogue)
}

/// The same where `unread` objects (kind, name) are there as well, and nobody can read or rely on them: no rule says that one of
/// them is missing, and none says anything else of them.
pub fn judge_beside(
    set: &[Subject<'_>],
    unread: &BTreeSet<(String, String)>,
    open: &BTreeSet<(String, String)>,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Vec<Verdict> {
    let fabric = fabric::Fabric::new(set, unread, open, settings, catalogue);
    let mut report = report::Report::new(set);
    object::judge(&fabric, &mut report);
    switch::judge(&fabric, &mut report);
    switch_profile::judge(&fabric, &mut report);
    connection::judge(&fabric, &mut report);
    vlan_namespace::judge(&fabric, &mut report);
    ipv4_namespace::judge(&fabric, &mut report);
    vpc::judge(&fabric, &mut report);
    vpc_attachment::judge(&fabric, &mut report);
    vpc_peering::judge(&fabric, &mut report);
    external::judge(&fabric, &mut report);
    external_attachment::judge(&fabric, &mut report);
    external_peering::judge(&fabric, &mut report);
    gateway::judge(&fabric, &mut report);
    gateway_peering::judge(&fabric, &mut report);
    missing::tell(&fabric, &mut report);
    report.into_verdicts()
}

impl Verdict {
    /// Whether the fabric would refuse what takes part.
    pub fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }

    /// The verdict under `--strict`: what the controller is known to let pass is an error then.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        if codes::raised_by_strict(self.finding.code) {
            self.finding.severity = Severity::Error;
        }
        self
    }
}
