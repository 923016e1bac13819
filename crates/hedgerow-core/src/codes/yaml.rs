//! 1xxx: YAML.

super::codes! {}
