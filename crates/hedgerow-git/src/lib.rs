//! A repository and its remote: fetch, snapshot, commit, push, head, credentials.
