//! What a panic looks like from outside. Knows the prefix that Terraform looks for; must not know where panics come from.

use std::backtrace::{Backtrace, BacktraceStatus};

/// Prints panics so that Terraform shows them to the user: from a line that starts with `panic: ` on. A panic inside a
/// call is told as the call's error too, and does not end the process.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        let backtrace = Backtrace::capture();
        match backtrace.status() {
            BacktraceStatus::Captured => eprintln!("panic: {message}{place}\n{backtrace}"),
            _ => eprintln!("panic: {message}{place}"),
        }
    }));
}
