//! What this process holds in memory does not reach a disk when it dies: no core file, and no dump to a collector.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on, and for whatever this process starts. It also keeps other processes of the same user from reading its
/// memory and its environment, as the system allows.
pub(crate) fn leave_no_core() {
    // Neither can fail for a process about itself; if it did, there would be nothing better to do than to go on.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A collector that the kernel pipes cores into does not ask for the limit.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
