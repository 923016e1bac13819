//! 3xxx: references between objects.

super::codes! {}
