//! Connection uris: what the Go provider's users write, as libvirt reads it. Pure text work.

/// The uri that libvirt is given. `+sshcmd` means ssh through the ssh program, which is what libvirt's own `+ssh` does;
/// the parameters that only the Go provider knows become those of libvirt with the same effect. ssh is kept from asking
/// questions on the terminal, which would hang an apply without a word.
pub(super) fn for_libvirt(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_string() };
    let Some((driver, transport)) = scheme.split_once('+') else { return uri.to_string() };
    if !matches!(transport, "ssh" | "sshcmd") {
        return uri.to_string();
    }
    let (rest, fragment) = match rest.split_once('#') {
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (rest, String::new()),
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parameters: Vec<String> = query.split('&').filter(|one| !one.is_empty()).filter_map(parameter).collect();
    if !parameters.iter().any(|one| one.starts_with("no_tty=")) {
        parameters.push("no_tty=1".to_string());
    }
    format!("{driver}+ssh://{place}?{}{fragment}", parameters.join("&"))
}

/// One query parameter in libvirt's words; `None` where libvirt's ssh has nothing of the kind and does well without:
/// ssh itself reads its configuration, agent and known_hosts.
fn parameter(written: &str) -> Option<String> {
    let (name, value) = written.split_once('=').unwrap_or((written, ""));
    match name {
        "known_hosts_verify" if matches!(value, "ignore") => Some("no_verify=1".to_string()),
        "known_hosts_verify" | "knownhosts" | "sshauth" => {
            tracing::warn!(parameter = name, "left out of the uri: ssh's own configuration decides");
            None
        }
        _ => Some(written.to_string()),
    }
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

    #[test]
    fn the_ssh_program_is_libvirts_ssh() {
        let table = [
            ("qemu:///system", "qemu:///system"),
            ("not a uri", "not a uri"),
            ("qemu+tls://h/system?pkipath=/x", "qemu+tls://h/system?pkipath=/x"),
            ("qemu+ssh://u@h:2222/system", "qemu+ssh://u@h:2222/system?no_tty=1"),
            ("qemu+ssh://h/system?no_tty=0", "qemu+ssh://h/system?no_tty=0"),
            (
                "qemu+sshcmd://h/system?keyfile=/k&sshauth=agent&known_hosts_verify=ignore&proxy=netcat",
                "qemu+ssh://h/system?keyfile=/k&no_verify=1&proxy=netcat&no_tty=1",
            ),
        ];
        for (written, given) in table {
            assert_eq!(for_libvirt(written), given);
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("qemu+libssh2://u:secret@h/system"), "qemu+libssh2://u:***@h/system");
        assert_eq!(shown("qemu+ssh://u@h/system"), "qemu+ssh://u@h/system");
        assert_eq!(shown("qemu:///system"), "qemu:///system");
    }
}
