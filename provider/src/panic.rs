//! What a panic looks like from outside. Knows the prefix that Terraform looks for; must not know where panics come from.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};

/// Prints panics so that Terraform shows them to the user: from a line that starts with `panic: ` on. A panic inside a
/// call is reported as the call's error too, and does not end the process.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        let message = message(panic.payload());
        let backtrace = Backtrace::capture();
        match backtrace.status() {
            BacktraceStatus::Captured => eprintln!("panic: {message}{place}\n{backtrace}"),
            _ => eprintln!("panic: {message}{place}"),
        }
    }));
}

/// The panic's message.
pub(crate) fn message(payload: &dyn Any) -> &str {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (_, Some(message)) => message,
        _ => "no message",
    }
}
