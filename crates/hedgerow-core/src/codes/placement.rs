//! 5xxx: where a document goes.

super::codes! {}
