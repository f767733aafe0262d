//! When serving ends. Knows signals and who sends them; must not know what is served.

use std::future::pending;
use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// When serving ends. From the moment it exists on, no signal ends the process by itself, so that what must be removed
/// is removed.
#[derive(Debug)]
pub struct Until {
    /// Whether the host decides, or whoever presses Ctrl-C.
    pub(super) host: bool,
    terminate: Signal,
    interrupt: Signal,
}

impl Until {
    /// Until the host says so or is gone, or SIGTERM. SIGINT is ignored: who presses Ctrl-C for Terraform sends it to
    /// the whole process group, and Terraform then asks to stop in words.
    pub fn host_is_done() -> io::Result<Until> {
        Until::new(true)
    }

    /// Until SIGINT or SIGTERM; hosts come and go.
    pub fn interrupted() -> io::Result<Until> {
        Until::new(false)
    }

    fn new(host: bool) -> io::Result<Until> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Until { host, terminate, interrupt })
    }

    /// Returns when a signal says so.
    pub(super) async fn signalled(&mut self) {
        let ctrl_c = async {
            if self.host {
                pending::<()>().await;
            }
            self.interrupt.recv().await
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = ctrl_c => {}
        }
    }
}
