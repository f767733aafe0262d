//! libvirt as `virsh` shows it, names that no other run uses, and daemons of one's own.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::skip::{is_root, program};

/// libvirt's test driver inside the running daemon: all of a hypervisor's manners and no guests.
pub const TEST: &str = "test+unix:///default";

/// The system's libvirt.
pub const SYSTEM: &str = "qemu:///system";

/// Whether libvirt answers at this uri, asked once with a limit of some seconds.
pub fn answers(uri: &str) -> bool {
    let Ok(mut child) = virsh_command(uri).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(_) => return false,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

/// The domain type whose guests run here: what `LIBVIRT_GUEST_TYPE` says, else plain emulation.
pub fn guest_type() -> String {
    env::var("LIBVIRT_GUEST_TYPE").unwrap_or_else(|_| "qemu".to_string())
}

fn virsh_command(uri: &str) -> Command {
    let mut command = Command::new("virsh");
    command.args(["-q", "-c", uri]).stdin(Stdio::null()).env("LC_ALL", "C").env("LIBVIRT_AUTOSTART", "0");
    command
}

/// What a virsh command prints; an error is what it complains about.
pub fn try_virsh(uri: &str, arguments: &[&str]) -> Result<String, String> {
    let output = virsh_command(uri).args(arguments).output().map_err(|error| format!("virsh: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// What a virsh command prints. Panics where it fails.
pub fn virsh(uri: &str, arguments: &[&str]) -> String {
    try_virsh(uri, arguments).unwrap_or_else(|error| panic!("virsh {}: {error}", arguments.join(" ")))
}

/// The names that a virsh command lists, one a line.
pub fn names(uri: &str, arguments: &[&str]) -> Vec<String> {
    try_virsh(uri, arguments)
        .unwrap_or_default()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_string)
        .collect()
}

/// Keeps the test driver's world alive: it lasts as long as any client is connected.
pub struct Holder {
    virsh: Child,
    _out: BufReader<ChildStdout>,
}

impl Holder {
    /// Connects, and stays connected until it goes out of scope.
    pub fn new(uri: &str) -> Option<Holder> {
        let mut virsh = Command::new("virsh")
            .args(["-q", "-c", uri])
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        virsh.stdin.as_mut()?.write_all(b"uri\n").ok()?;
        let mut out = BufReader::new(virsh.stdout.take()?);
        // virsh echoes its prompt and the command; the uri itself comes once it is connected.
        loop {
            let mut line = String::new();
            if out.read_line(&mut line).ok()? == 0 {
                let _ = virsh.wait();
                return None;
            }
            if line.contains(":///") {
                return Some(Holder { virsh, _out: out });
            }
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.virsh.stdin.take());
        let _ = self.virsh.kill();
        let _ = self.virsh.wait();
    }
}

/// A prefix for the names of one test run, and the promise that nothing of that name stays behind.
pub struct Names {
    uri: String,
    prefix: String,
}

impl Names {
    /// A prefix that no other run uses.
    pub fn new(uri: &str, topic: &str) -> Names {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let prefix = format!("tfv-{topic}-{}-{:x}", std::process::id(), now & 0xff_ffff);
        Names { uri: uri.to_string(), prefix }
    }

    /// The prefix itself, a fine name for the only thing of its kind.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A folder for a pool, where QEMU may read.
    pub fn folder(&self) -> PathBuf {
        Path::new("/var/tmp").join(&self.prefix)
    }

    /// The first three numbers of a /24 network, hardly ever the same in two runs.
    pub fn subnet(&self) -> String {
        let seed = self.prefix.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        format!("10.{}.{}", 200 + seed % 50, seed / 50 % 250)
    }

    /// What libvirt still has under these names: `kind name`.
    pub fn left(&self) -> Vec<String> {
        let kinds: [(&str, &[&str]); 3] = [
            ("domain", &["list", "--all", "--name"]),
            ("network", &["net-list", "--all", "--name"]),
            ("pool", &["pool-list", "--all", "--name"]),
        ];
        let mut left = Vec::new();
        for (kind, list) in kinds {
            let ours = names(&self.uri, list).into_iter().filter(|name| name.starts_with(&self.prefix));
            left.extend(ours.map(|name| format!("{kind} {name}")));
        }
        // A secret has no name; what it is for stands behind its UUID.
        let secrets = names(&self.uri, &["-q", "secret-list"]).into_iter().filter(|line| line.contains(&self.prefix));
        left.extend(secrets.filter_map(|line| Some(format!("secret {}", line.split_whitespace().next()?))));
        if self.folder().exists() {
            left.push(format!("folder {}", self.folder().display()));
        }
        left
    }

    /// Panics unless everything of these names is gone.
    pub fn expect_nothing_left(&self) {
        assert_eq!(self.left(), Vec::<String>::new(), "left behind at {}", self.uri);
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        for left in self.left() {
            let Some((kind, name)) = left.split_once(' ') else { continue };
            let commands: &[&[&str]] = match kind {
                "domain" => &[&["destroy", name], &["undefine", "--nvram", "--managed-save", name]],
                "network" => &[&["net-destroy", name], &["net-undefine", name]],
                "pool" => &[&["pool-destroy", name], &["pool-undefine", name]],
                "secret" => &[&["secret-undefine", name]],
                _ => &[],
            };
            for command in commands {
                let _ = try_virsh(&self.uri, command);
            }
        }
        let _ = fs::remove_dir_all(self.folder());
    }
}

/// A libvirtd of the test's own, with its own folders, that can be killed without hurting anyone.
///
/// It runs as an ordinary user (`nobody` where the test is root), since a privileged one shares the machine's folders.
pub struct PrivateDaemon {
    folder: TempDir,
    process: Option<Child>,
}

impl PrivateDaemon {
    /// Starts one. `None` where libvirtd or the means to drop root's rights are not there, or it does not start.
    pub fn start() -> Option<PrivateDaemon> {
        program("libvirtd")?;
        if is_root() {
            program("setpriv")?;
        }
        // Short: a socket's path has at most 107 characters.
        let folder = tempfile::Builder::new().prefix("lv").tempdir_in("/tmp").ok()?;
        for name in ["run", "config", "cache", "state", "data"] {
            fs::create_dir_all(folder.path().join(name)).ok()?;
        }
        if is_root() {
            let owned = Command::new("chown").args(["-R", "65534:65534"]).arg(folder.path()).status().ok()?;
            owned.success().then_some(())?;
        }
        let mut daemon = PrivateDaemon { folder, process: None };
        daemon.run().then_some(daemon)
    }

    /// Starts it again after [`PrivateDaemon::kill`]. Whether it answers.
    pub fn run(&mut self) -> bool {
        let Some(libvirtd) = program("libvirtd") else { return false };
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(libvirtd);
            command
        } else {
            Command::new(libvirtd)
        };
        let log = fs::OpenOptions::new().append(true).create(true).open(self.folder.path().join("log"));
        let started = command
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_or_else(|_| Stdio::null(), Stdio::from))
            .spawn();
        self.process = started.ok();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if self.socket().exists() && answers(&self.uri()) {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// Kills it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("run/libvirt/libvirt-sock")
    }

    /// Where its QEMU driver keeps the definitions of domains, one file each.
    pub fn definitions(&self) -> PathBuf {
        self.folder.path().join("config/libvirt/qemu")
    }

    /// How to reach its QEMU driver.
    pub fn uri(&self) -> String {
        format!("qemu+unix:///session?socket={}", self.socket().display())
    }

    /// What it complained about.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for PrivateDaemon {
    fn drop(&mut self) {
        self.kill();
    }
}
