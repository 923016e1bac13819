//! 4xxx: the fabric's own rules.

super::codes! {}
