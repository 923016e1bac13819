//! 2xxx: what the API server would refuse.

super::codes! {}
