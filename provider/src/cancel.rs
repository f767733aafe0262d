//! How a long call learns that the user wants out. Knows nothing of what is being cancelled.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A switch that goes from off to on once; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<(Mutex<bool>, Condvar)>);

impl Cancel {
    /// A switch that is off.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Turns it on and wakes all who wait.
    pub fn cancel(&self) {
        let (on, changed) = &*self.0;
        *on.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Whether it is on. Long calls ask between their steps.
    pub fn is_cancelled(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for `time`, or until the switch is on; tells whether it is. What polls sleeps like this.
    pub fn wait(&self, time: Duration) -> bool {
        let (on, changed) = &*self.0;
        let guard = on.lock().unwrap_or_else(PoisonError::into_inner);
        match changed.wait_timeout_while(guard, time, |on| !*on) {
            Ok((on, _)) => *on,
            Err(poisoned) => *poisoned.into_inner().0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn waiting_ends_at_once_when_cancelled() {
        let cancel = Cancel::new();
        assert!(!cancel.wait(Duration::from_millis(1)));
        let other = cancel.clone();
        let started = Instant::now();
        let thread = std::thread::spawn(move || other.wait(Duration::from_secs(60)));
        cancel.cancel();
        assert!(thread.join().unwrap());
        assert!(cancel.is_cancelled());
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
