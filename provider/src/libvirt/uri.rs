//! Connection uris: what the Go provider's users write, as libvirt reads it. Pure text work.

use crate::percent;

/// What takes the place of a configured uri.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The uri for libvirt.
    pub(super) uri: String,
    /// Options for ssh that no parameter of libvirt's stands for.
    pub(super) ssh: Vec<String>,
    /// The ssh program, where the uri names one.
    pub(super) command: Option<String>,
}

/// The uri that libvirt is given. `+sshcmd` means ssh through the ssh program, which is what libvirt's own `+ssh` does;
/// the parameters that only the Go provider knows become those of libvirt or options of ssh with the same effect. ssh is
/// kept from asking questions on the terminal, which would hang an apply without a word. `variable` looks up the
/// environment.
pub(super) fn for_libvirt(uri: &str, variable: impl Fn(&str) -> Option<String>) -> Given {
    let mut given = Given { uri: uri.to_string(), ssh: Vec::new(), command: None };
    let Some((scheme, rest)) = uri.split_once("://") else { return given };
    let (rest, fragment) = rest.find('#').map_or((rest, ""), |at| rest.split_at(at));
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parameters: Vec<(&str, String)> = Vec::new();
    let written = query.split('&').filter(|one| !one.is_empty());
    // libvirt wants a number for a switch; the Go provider takes its name for a yes.
    let written = written.map(|one| match one.split_once('=') {
        None | Some((_, "")) if SWITCHES.contains(&one.trim_end_matches('=')) => (one.trim_end_matches('='), "1"),
        None => (one, ""),
        Some(pair) => pair,
    });
    let Some((driver, "ssh" | "sshcmd")) = scheme.split_once('+') else {
        parameters.extend(written.map(|(name, value)| (name, value.to_string())));
        given.uri = joined(scheme, place, &parameters, fragment);
        return given;
    };
    for (name, value) in written {
        let path = || expanded(&percent::decoded(value), &variable);
        match (name, value) {
            ("keyfile", _) => parameters.push((name, percent::encoded(&path()))),
            ("command", _) => given.command = Some(path()),
            ("knownhosts" | "known_hosts", _) => given.ssh.push(format!("UserKnownHostsFile={}", quoted(&path()))),
            ("known_hosts_verify", "ignore") => parameters.push(("no_verify", "1".to_string())),
            ("known_hosts_verify", "auto") => given.ssh.push("StrictHostKeyChecking=accept-new".to_string()),
            // ssh checks as it is configured, and tries its agent and all its keys.
            ("known_hosts_verify" | "sshauth", _) => {
                tracing::debug!(parameter = name, "left out of the uri: ssh's own configuration decides");
            }
            _ => parameters.push((name, value.to_string())),
        }
    }
    if !parameters.iter().any(|(name, _)| *name == "no_tty") {
        parameters.push(("no_tty", "1".to_string()));
    }
    given.uri = joined(&format!("{driver}+ssh"), &without_password(place), &parameters, fragment);
    given
}

/// Parameters that say yes or no.
const SWITCHES: [&str; 3] = ["no_verify", "no_tty", "no_sanity"];

fn joined(scheme: &str, place: &str, parameters: &[(&str, String)], fragment: &str) -> String {
    let query: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{place}{mark}{}{fragment}", query.join("&"))
}

/// The uri with the program that is to be run for ssh.
pub(super) fn with_command(uri: String, command: Option<&str>) -> String {
    let Some(command) = command else { return uri };
    let (start, fragment) = uri.find('#').map_or((uri.as_str(), ""), |at| uri.split_at(at));
    let mark = if start.contains('?') { '&' } else { '?' };
    format!("{start}{mark}command={}{fragment}", percent::encoded(command))
}

/// User, host and path without a password: the ssh program takes none, and libvirt would make it part of the user's name.
fn without_password(place: &str) -> String {
    let (authority, path) = place.find('/').map_or((place, ""), |at| place.split_at(at));
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}{path}", user.split(':').next().unwrap_or_default()),
        None => place.to_string(),
    }
}

/// The path with what a shell would put for `~`, `$NAME` and `${NAME}`. A variable that is not set stays as written, so that
/// the error shows it.
fn expanded(path: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let (mut text, mut rest) = (String::new(), path);
    if let (Some(tail), Some(home)) =
        (path.strip_prefix('~').filter(|tail| tail.is_empty() || tail.starts_with('/')), variable("HOME"))
    {
        (text, rest) = (home, tail);
    }
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (name, tail) = braced.unwrap_or_else(|| {
            let end = after.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
            after.split_at(end.unwrap_or(after.len()))
        });
        match variable(name) {
            Some(value) => {
                text.push_str(&value);
                rest = tail;
            }
            None => {
                text.push('$');
                rest = after;
            }
        }
    }
    text + rest
}

/// As ssh's configuration takes a name with spaces.
fn quoted(path: &str) -> String {
    format!("\"{path}\"")
}

/// The uri as it may be shown: a password in it is not.
pub(super) fn shown(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_string() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:***@{host}{path}"),
            None => uri.to_string(),
        },
        None => uri.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(uri: &str) -> Given {
        for_libvirt(uri, |name| (name == "HOME").then(|| "/home/me".to_string()))
    }

    #[test]
    fn the_ssh_program_is_libvirts_ssh() {
        let table = [
            ("qemu:///system", "qemu:///system"),
            ("not a uri", "not a uri"),
            ("qemu+tls://h/system?pkipath=/x", "qemu+tls://h/system?pkipath=/x"),
            ("qemu+tls://h/system?no_verify&pkipath=/x#f", "qemu+tls://h/system?no_verify=1&pkipath=/x#f"),
            ("qemu+ssh://u@h:2222/system", "qemu+ssh://u@h:2222/system?no_tty=1"),
            ("qemu+ssh://h/system?no_tty=0", "qemu+ssh://h/system?no_tty=0"),
            ("qemu+ssh://h/system?no_verify", "qemu+ssh://h/system?no_verify=1&no_tty=1"),
            ("qemu+ssh://h/system?no_verify=", "qemu+ssh://h/system?no_verify=1&no_tty=1"),
            (
                "qemu+sshcmd://h/system?keyfile=/k&sshauth=agent&known_hosts_verify=ignore&proxy=netcat",
                "qemu+ssh://h/system?keyfile=/k&no_verify=1&proxy=netcat&no_tty=1",
            ),
            ("qemu+ssh://h/system?keyfile=~/k", "qemu+ssh://h/system?keyfile=/home/me/k&no_tty=1"),
            ("qemu+ssh://h/system?keyfile=${HOME}/a%20b", "qemu+ssh://h/system?keyfile=/home/me/a%20b&no_tty=1"),
        ];
        for (written, uri) in table {
            assert_eq!(given(written), Given { uri: uri.to_string(), ssh: vec![], command: None }, "{written}");
        }
    }

    #[test]
    fn what_libvirt_has_no_word_for_goes_to_ssh() {
        let table: [(&str, &[&str]); 4] = [
            ("knownhosts=$HOME/kh", &["UserKnownHostsFile=\"/home/me/kh\""]),
            ("known_hosts=/a%20b", &["UserKnownHostsFile=\"/a b\""]),
            ("known_hosts_verify=auto", &["StrictHostKeyChecking=accept-new"]),
            ("known_hosts_verify=normal&sshauth=privkey", &[]),
        ];
        for (query, options) in table {
            let given = given(&format!("qemu+ssh://h/system?{query}"));
            assert_eq!(
                (given.uri.as_str(), given.ssh),
                ("qemu+ssh://h/system?no_tty=1", options.iter().map(ToString::to_string).collect())
            );
        }
        assert_eq!(given("qemu+ssh://h/system?command=~/bin/ssh").command.as_deref(), Some("/home/me/bin/ssh"));
        assert_eq!(with_command("q://h/s?a=1".into(), Some("/a b")), "q://h/s?a=1&command=/a%20b");
    }

    #[test]
    fn variables_in_paths() {
        let table = [
            ("~", "/home/me"),
            ("~you/k", "~you/k"),
            ("/a/~", "/a/~"),
            ("$NO/k", "$NO/k"),
            ("${NO}$HOME$", "${NO}/home/me$"),
            ("${HOME", "${HOME"),
        ];
        for (written, path) in table {
            assert_eq!(expanded(written, |name| (name == "HOME").then(|| "/home/me".to_string())), path);
        }
    }

    #[test]
    fn a_password_is_not_given_to_ssh() {
        assert_eq!(given("qemu+ssh://u:sec:r@et@h:22/system").uri, "qemu+ssh://u@h:22/system?no_tty=1");
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("qemu+libssh2://u:secret@h/system"), "qemu+libssh2://u:***@h/system");
        assert_eq!(shown("qemu+ssh://u@h/system"), "qemu+ssh://u@h/system");
        assert_eq!(shown("qemu:///system"), "qemu:///system");
    }
}
