//! What is logged goes to standard error: standard output is the answer.

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// For a command: warnings, unless `RUST_LOG` (given) says otherwise; no times, people see when it is.
pub(crate) fn of_a_command(filter: Option<&str>) {
    let filter = EnvFilter::new(filter.unwrap_or("warn"));
    // A second subscriber can only be a test's: the first stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().try_init();
}

/// For the service: a line an event, with its time.
pub(crate) fn of_the_service(filter: &str, format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    };
    std::panic::set_hook(Box::new(tell_panic));
}

/// A panic is a line of the log as any other.
fn tell_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("without a name");
    tracing::error!(place, thread, "panic: {}", panic.payload_as_str().unwrap_or("it says nothing"));
}
