//! The schema check against another validator.
//!
//! The oracle is the `jsonschema` crate on upstream's CRDs, told to refuse unknown fields. On every document of the corpus
//! and on thousands of generated and broken ones, both must find fault at the same places, but for the classes of
//! [`difference`], each with its reason; and each class must occur, so that the table does not outlive its cause.

// The table of differences is for people who run this with `--nocapture`.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_core::catalogue::Catalogue;

use crate::crds::Crd;
use crate::difference::Class;
use crate::judged::Judged;

mod corpus;
mod crds;
mod data;
mod difference;
mod fixtures;
mod generate;
mod judged;
mod mutate;

/// How many documents are made of each kind; each is judged whole and broken.
const DOCUMENTS_PER_KIND: u64 = 500;

/// What came of judging many documents twice.
#[derive(Default)]
struct Tally {
    documents: usize,
    refused: usize,
    classes: BTreeMap<Class, usize>,
    unexplained: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, judged: &Judged) {
        self.documents += 1;
        self.refused += usize::from(!judged.oracle.is_empty());
        let differences = difference::between(judged);
        let classes: BTreeSet<_> = differences.explained.into_iter().collect();
        for class in classes {
            *self.classes.entry(class).or_default() += 1;
        }
        if !differences.unexplained.is_empty() {
            self.unexplained.push(format!("{name}: {:?}\n  in {}", differences.unexplained, judged.document));
        }
    }

    /// Prints the table, and fails on what it does not explain.
    fn settle(&self) {
        println!("{} documents, {} refused by the oracle", self.documents, self.refused);
        for (class, count) in &self.classes {
            println!("{count:6} differ: {class:?}: {}", class.reason());
        }
        let shown: Vec<_> = self.unexplained.iter().take(10).cloned().collect();
        assert!(shown.is_empty(), "{} differences have no reason:\n{}", self.unexplained.len(), shown.join("\n"));
    }
}

#[test]
fn both_find_fault_at_the_same_places_of_generated_and_broken_documents() {
    let Some(crds) = crds::all() else { return };
    let catalogue = Catalogue::builtin();
    let mut tally = Tally::default();
    for crd in &crds {
        for seed in 0..DOCUMENTS_PER_KIND {
            let mut chance = generate::Chance::new(seed);
            let whole = generate::document(crd, &mut chance);
            let broken = mutate::break_once(&whole, &mut chance);
            for document in [whole, broken] {
                tally.add(&crd.name(), &Judged::json(&catalogue, crd, document));
            }
        }
    }
    tally.settle();
    assert!(tally.refused * 5 > tally.documents, "many mutations break a document");
    let seen: Vec<_> = tally.classes.keys().copied().collect();
    assert_eq!(seen, Class::ALL, "a class that never occurs has lost its reason");
}

#[test]
fn both_find_fault_at_the_same_places_of_real_documents() {
    let Some((crds, files)) = crds::all().zip(corpus::files()) else { return };
    let catalogue = Catalogue::builtin();
    let mut tally = Tally::default();
    for file in &files {
        corpus::each_document(file, &crds, |crd, value, document| {
            let judged = Judged::document(&catalogue, crd, file, value, document);
            tally.add(&file.name, &judged);
        });
    }
    tally.settle();
    assert!(tally.documents > 500, "the corpus has {} documents of today's API", tally.documents);
}

#[test]
fn the_second_opinion_of_the_fixtures_agrees() {
    let Some((crds, files)) = crds::all().zip(corpus::files()) else { return };
    let Some(opinions) = corpus::opinions() else { return };
    let catalogue = Catalogue::builtin();
    let mut compared = 0;
    for file in &files {
        corpus::each_document(file, &crds, |crd, value, document| {
            let Some(opinion) = opinions.get(&(file.name.clone(), document.index)) else { return };
            let judged = Judged::document(&catalogue, crd, file, value, document);
            let differences = difference::between(&judged);
            let agree = judged.ours.is_empty() == *opinion;
            assert!(agree || !differences.explained.is_empty(), "{} #{}: {:?}", file.name, document.index, judged.ours);
            compared += 1;
        });
    }
    assert!(compared > 500, "{compared} documents have a second opinion");
}

#[test]
fn upstreams_own_crds_change_no_judgement() {
    let Some((crds, files)) = crds::all().zip(corpus::files()) else { return };
    let builtin = Catalogue::builtin();
    let owned = crds::files().expect("the CRDs were read already");
    let borrowed: Vec<_> = owned.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    let extended = builtin.extend_with_crds(&borrowed).expect("upstream's CRDs can be read");
    let mut compared = 0;
    for file in &files {
        corpus::each_document(file, &crds, |crd, _, document| {
            let judge = |catalogue| judged::findings(catalogue, crd, file, document);
            assert_eq!(judge(&builtin), judge(&extended), "{} #{}", file.name, document.index);
            compared += 1;
        });
    }
    for (crd, seed) in crds.iter().flat_map(|crd| (0..DOCUMENTS_PER_KIND).map(move |seed| (crd, seed))) {
        let mut chance = generate::Chance::new(seed);
        let broken = mutate::break_once(&generate::document(crd, &mut chance), &mut chance);
        let judge = |catalogue| Judged::json(catalogue, crd, broken.clone()).ours;
        assert_eq!(judge(&builtin), judge(&extended), "{} in {broken}", crd.name());
        compared += 1;
    }
    assert!(compared > 5_000, "{compared} documents were compared");
}

#[test]
fn the_data_files_say_what_the_crds_say() {
    let Some(crds) = crds::all() else { return };
    data::compare(&crds);
}

impl Crd {
    fn name(&self) -> String {
        format!("{}/{} {}", self.group, self.version, self.kind)
    }
}
