//! Words for what the remote and the store say.

use hedgerow_git::RemoteError;
use hedgerow_store::StoreError;

pub(super) fn store_hint(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unreachable { .. } => "check --store: the address, the file and who may write it",
        StoreError::Busy { .. } => "run it again",
        StoreError::Newer { .. } => "use the newer Hedgerow, or name another store with --store",
        StoreError::Fenced { .. } | StoreError::NotOpen { .. } => "another run took over; see: hedgerow get runs",
        StoreError::Conflict { .. } => "choose another name or directory",
        StoreError::InUse { .. } => "unlink what uses it first",
        StoreError::Absent { .. } => "see what there is",
        StoreError::Stale { .. } => "read it again",
        StoreError::ReadOnly { .. } => "change the configuration file",
        StoreError::Full { .. } => "make space on the store's disk",
        StoreError::Corrupt { .. } => "move the store away: the next run fills a new one from git",
        StoreError::Other { .. } => "check --store",
    }
}

pub(super) fn remote_code(error: &RemoteError) -> &'static str {
    match error {
        RemoteError::Disallowed { .. } => "disallowed",
        RemoteError::NotFound { .. } => "not_found",
        RemoteError::Unauthorized { .. } => "unauthorized",
        RemoteError::Forbidden { .. } => "forbidden",
        RemoteError::HostUnknown { .. } => "host_unknown",
        RemoteError::HostKey { .. } => "host_key",
        RemoteError::Tls { .. } => "tls",
        RemoteError::Unreachable { .. } => "unreachable",
        RemoteError::RateLimited { .. } => "rate_limited",
        RemoteError::Redirected { .. } => "redirected",
        RemoteError::Timeout { .. } => "timeout",
        RemoteError::Cancelled => "interrupted",
        RemoteError::NoBranch { .. } => "no_branch",
        RemoteError::DetachedHead { .. } => "detached_head",
        RemoteError::Server { .. } => "server",
        RemoteError::NotARepository { .. } => "not_a_repository",
        RemoteError::Broken { .. } => "broken",
        RemoteError::Local { .. } => "cache",
        RemoteError::Other { .. } => "remote",
    }
}
