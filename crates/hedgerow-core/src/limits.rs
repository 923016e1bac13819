//! Every limit of the core has its name here (invariant 9).

/// The largest file that is read, in bytes. A larger one in the inbox is held.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
/// The most documents that one file may have.
pub const MAX_DOCUMENTS_PER_FILE: usize = 50_000;
/// The deepest nesting of collections in one document.
pub const MAX_DEPTH: usize = 100;
/// The most nodes that one document may have, after its aliases are expanded.
pub const MAX_NODES_PER_DOCUMENT: usize = 1_000_000;
/// The most nodes that aliases may add to one file ("billion laughs").
pub const MAX_ALIAS_NODES_PER_FILE: usize = 100_000;
/// The longest name of an object, in bytes, so that `<name>.yaml` fits into 255.
pub const MAX_NAME_BYTES: usize = 250;
/// The most problems of one document that are told one by one; its first error is always among them.
pub const MAX_PROBLEMS_PER_DOCUMENT: usize = 100;
/// The most findings of one file that are told one by one; beyond, only the first error of each document is.
pub const MAX_FINDINGS_PER_FILE: usize = 1_000;
/// The most rounds in which the resulting set is judged; with more the whole inbox is held. Real references are five deep.
pub const MAX_JUDGING_ROUNDS: usize = 64;
