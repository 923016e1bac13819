//! 6xxx: the repository and its tree.

super::codes! {}
