//! The socket on which the plugin is reached, in a directory that only this user can enter. Knows files; must not know
//! what is sent over it.

use std::env;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::UnixListener;

use super::PluginError;

/// Where the host wants sockets; set by some hosts that run in containers.
const DIRECTORY: &str = "PLUGIN_UNIX_SOCKET_DIR";

/// A listening socket. Dropping it removes the file and its directory.
#[derive(Debug)]
pub struct Socket {
    pub(super) listener: UnixListener,
    path: PathBuf,
    pub(super) directory: TempDir,
}

impl Socket {
    /// Listens on a new socket. Must be called inside a runtime.
    pub fn new() -> Result<Socket, PluginError> {
        let parent = env::var_os(DIRECTORY).filter(|it| !it.is_empty()).map_or_else(env::temp_dir, PathBuf::from);
        Socket::open(&parent).map_err(|source| PluginError::Socket { directory: parent, source })
    }

    fn open(parent: &Path) -> std::io::Result<Socket> {
        let private = Permissions::from_mode(0o700);
        // Names are short, since a socket's path has 107 bytes.
        let directory = tempfile::Builder::new().prefix("tf-libvirt-").permissions(private).tempdir_in(parent)?;
        let path = directory.path().join("s");
        Ok(Socket { listener: UnixListener::bind(&path)?, path, directory })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_directory_is_private_and_goes_with_the_socket() {
        let parent = tempfile::tempdir().unwrap();
        let socket = Socket::open(parent.path()).unwrap();
        let directory = socket.path().parent().unwrap().to_path_buf();
        assert_eq!(directory.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        drop(socket);
        assert!(!directory.exists());
    }
}
