//! The path from trigger to verified commit, and verification.
