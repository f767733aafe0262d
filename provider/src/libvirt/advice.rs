//! What to do after a libvirt error. Knows libvirt's error numbers and the wording of its messages; pure.

use virt::sys;

/// What to do next, where that is known from the error's number and text.
pub(super) fn advice(code: u32, message: &str) -> Option<String> {
    by_text(message).or_else(|| by_code(code)).map(str::to_string)
}

/// The first row all of whose texts stand in the message. libvirt has one number for many causes, so the text
/// decides first; rows go from the particular to the general.
fn by_text(message: &str) -> Option<&'static str> {
    let message = message.to_ascii_lowercase();
    TEXTS.iter().find(|(texts, _)| texts.iter().all(|text| message.contains(text))).map(|(_, advice)| *advice)
}

const LIBRARY: &str = "The provider uses libvirt's client library on the machine where Terraform runs. Install it there: \
    package libvirt0 on Debian and Ubuntu, libvirt-libs on Fedora and its relatives, libvirt elsewhere.";
const LIBRARY_OLD: &str =
    "libvirt's client library on the machine where Terraform runs is older than 6.0: install a newer one.";
const NOT_RUNNING: &str = "The libvirt daemon is not listening there. Start it on that host (systemctl start libvirtd, or \
    virtqemud.socket, virtnetworkd.socket and virtstoraged.socket where it is split into modular daemons), or correct the \
    provider's uri.";
const SOCKET_DENIED: &str = "The user running Terraform may not use libvirt's socket. Add the user to the group libvirt and \
    log in again, or use qemu:///session for guests of that user's own.";
const POLKIT: &str = "libvirt asks polkit for permission, and polkit has nobody to ask here. Add the user to the group libvirt and log in \
    again, or add a polkit rule for org.libvirt.unix.manage.";
const URI: &str = "Write the uri as driver[+transport]://[user@][host][:port]/path, for example qemu:///system, \
    qemu:///session or qemu+ssh://root@host/system.";
const UNREACHABLE: &str = "Check the host's name and port in the provider's uri, that the host is up, that no \
    firewall blocks it, and that the service answers: virsh -c URI uri tries the same connection.";
const SSH_LOGIN: &str = "ssh cannot prompt here, and takes no password from the uri. Make sure that `ssh HOST true` works \
    without a prompt for the user running Terraform: a key in the agent or keyfile= in the uri, and the host's key in \
    known_hosts or in the file that knownhosts= names.";
const TLS: &str = "Put the certificate authority's certificate and the client's into /etc/pki/CA and /etc/pki/libvirt, or \
    name their directory with pkipath= in the uri. Both sides must trust the authority that signed the other's certificate, and the \
    host's name in the uri must be the one in its certificate.";
const KVM: &str = "Make sure that /dev/kvm exists on the host and that virtualisation is enabled in its firmware; type = \"qemu\" runs \
    the guest without KVM, slowly.";
const APPARMOR: &str = "AppArmor's profile for guests could not be made or loaded: see the host's log (journalctl -k -g \
    apparmor). Images outside the usual directories need a line in /etc/apparmor.d/local/abstractions/libvirt-qemu; a \
    disk given as source.file is covered automatically.";
const IMAGE_DENIED: &str = "QEMU's user may not open the file. That user (see user and group in /etc/libvirt/qemu.conf) must be \
    able to search every directory on the way (namei -l PATH shows which it cannot) and to read the file, and AppArmor or \
    SELinux must allow the directory, as they do /var/lib/libvirt/images.";
const NO_FILE: &str = "Create the file on the libvirt host first, or correct the path: it is the host's file system, not \
    the one where Terraform runs.";
const FIRMWARE: &str = "Install the firmware on the host (package ovmf or edk2-ovmf), or change os.firmware, os.loader and \
    os.firmware_info to what `virsh domcapabilities` lists.";
const MACHINE: &str = "`virsh capabilities` lists the machine types of the host for each architecture; os.type_machine and \
    os.type_arch must be one of these pairs.";
const TAKEN: &str = "Choose another name, or import the existing object: terraform import takes its name or UUID.";
const NOT_EMPTY: &str = "libvirt deletes empty directories only. Delete what is in it first, or keep it with destroy = { delete = \
    false }.";
const BUSY: &str = "Another operation on it is still in progress. Try again later.";
const DEAD: &str = "The connection to the libvirt daemon was lost. Make sure that the daemon is running, then apply again: \
    what was done is found, and the rest is created.";
const NETWORK: &str = "Define and start that network first, or let the domain depend on its libvirt_network resource.";
const VIRT_TYPE: &str =
    "`virsh capabilities` lists what the host can run; type = \"qemu\" works wherever QEMU is installed.";

/// Texts in lower case that must all stand in the message, and what to do then.
const TEXTS: &[(&[&str], &str)] = &[
    (&["cannot open shared object file"], LIBRARY),
    (&["undefined symbol"], LIBRARY_OLD),
    (&["failed to connect socket", "permission denied"], SOCKET_DENIED),
    (&["failed to connect socket"], NOT_RUNNING),
    (&["polkit"], POLKIT),
    (&["unable to get system bus connection"], POLKIT),
    (&["unable to parse uri"], URI),
    (&["no connection driver available"], URI),
    (&["transport in url not recognised"], URI),
    (&["host key verification failed"], SSH_LOGIN),
    (&["permission denied (publickey"], SSH_LOGIN),
    (&["cannot recv data", "permission denied"], SSH_LOGIN),
    (&["unable to connect to server"], UNREACHABLE),
    (&["could not resolve hostname"], UNREACHABLE),
    (&["unable to resolve address"], UNREACHABLE),
    (&["ssh: connect to host"], UNREACHABLE),
    (&["connection timed out"], UNREACHABLE),
    (&["no route to host"], UNREACHABLE),
    (&["ca certificate"], TLS),
    (&["client certificate"], TLS),
    (&["peer's certificate"], TLS),
    (&["certificate", "does not match the hostname"], TLS),
    (&["certificate failed validation"], TLS),
    (&["tls confirmation"], TLS),
    (&["end of file while reading data"], DEAD),
    (&["cannot recv data: connection reset by peer"], DEAD),
    (&["client socket is closed"], DEAD),
    (&["cannot write data", "broken pipe"], DEAD),
    (&["apparmor"], APPARMOR),
    (&["does not support virt type 'kvm'"], KVM),
    (&["could not access kvm"], KVM),
    (&["failed to initialize kvm"], KVM),
    (&["/dev/kvm"], KVM),
    (&["does not support virt type"], VIRT_TYPE),
    (&["unable to find any firmware"], FIRMWARE),
    (&["unable to find", "firmware"], FIRMWARE),
    (&["ovmf", "no such file"], FIRMWARE),
    (&["edk2", "no such file"], FIRMWARE),
    (&["machine type"], MACHINE),
    (&["unsupported machine"], MACHINE),
    (&["could not open", "permission denied"], IMAGE_DENIED),
    (&["cannot access storage file", "permission denied"], IMAGE_DENIED),
    (&["cannot access storage file"], NO_FILE),
    (&["could not open", "no such file"], NO_FILE),
    (&["already exists with uuid"], TAKEN),
    (&["already defined with uuid"], TAKEN),
    (&["already defined for use with"], TAKEN),
    (&["storage volume", "exists already"], TAKEN),
    (&["network not found"], NETWORK),
    (&["directory not empty"], NOT_EMPTY),
    (&["asynchronous jobs running"], BUSY),
];

fn by_code(code: u32) -> Option<&'static str> {
    match code {
        sys::VIR_ERR_DOM_EXIST | sys::VIR_ERR_NETWORK_EXIST | sys::VIR_ERR_STORAGE_VOL_EXIST => Some(TAKEN),
        sys::VIR_ERR_OPERATION_TIMEOUT | sys::VIR_ERR_RESOURCE_BUSY => Some(BUSY),
        sys::VIR_ERR_AUTH_UNAVAILABLE => Some(POLKIT),
        sys::VIR_ERR_OPERATION_DENIED | sys::VIR_ERR_ACCESS_DENIED | sys::VIR_ERR_AUTH_FAILED => Some(
            "The user of this connection may not do that. Connect with more privileges (a uri without readonly, another user) \
             or extend libvirt's access rules.",
        ),
        sys::VIR_ERR_NO_SUPPORT => Some("This libvirt driver does not support that; another driver in the uri may."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_messages_get_their_advice() {
        let table = [
            ("Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory", NOT_RUNNING),
            ("Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied", SOCKET_DENIED),
            ("authentication unavailable: no polkit agent available to authenticate", POLKIT),
            (
                "internal error: Unable to get system bus connection: Could not connect: No such file or directory",
                POLKIT,
            ),
            ("internal error: Unable to parse URI foo bar", URI),
            ("no connection driver available for nope:///system", URI),
            ("unable to connect to server at '127.0.0.1:1': Connection refused", UNREACHABLE),
            (
                "Cannot recv data: ssh: Could not resolve hostname h: Name or service not known: Connection reset",
                UNREACHABLE,
            ),
            ("Cannot recv data: Host key verification failed.: Connection reset by peer", SSH_LOGIN),
            ("Unable to read TLS confirmation: Input/output error", TLS),
            ("authentication failed: Failed to verify peer's certificate", TLS),
            ("QEMU unexpectedly closed the monitor: Could not open '/root/x': Permission denied", IMAGE_DENIED),
            ("Cannot access storage file '/nonexistent/x': No such file or directory", NO_FILE),
            ("Unable to find any firmware to satisfy 'efi'", FIRMWARE),
            ("Emulator '/usr/bin/q' does not support machine type 'foo'", MACHINE),
            ("operation failed: domain 'a' already exists with uuid b", TAKEN),
            ("Cannot recv data: End of file while reading data: Input/output error", DEAD),
        ];
        for (message, expected) in table {
            assert_eq!(advice(1, message).as_deref(), Some(expected), "{message}");
        }
        assert_eq!(advice(1, "something else"), None);
        assert_eq!(advice(sys::VIR_ERR_DOM_EXIST, "x").as_deref(), Some(TAKEN));
        assert_eq!(advice(sys::VIR_ERR_OPERATION_TIMEOUT, "x").as_deref(), Some(BUSY));
    }
}
