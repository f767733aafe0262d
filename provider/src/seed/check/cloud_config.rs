//! cloud-init's files. Knows what its user data may begin with and which keys its modules read (those of the schemas of
//! cloud-init 22.4 to 26.2, and older spellings); must not know what they mean.

use provider_core::nearest::nearest;

use super::Finding;
use super::yaml::{NoOutline, Outline, outline};

/// What user data begin with, in small letters.
const HEADERS: &[&str] = &[
    "#!",
    "#cloud-boothook",
    CLOUD_CONFIG,
    "#cloud-config-archive",
    "#cloud-config-jsonp",
    "#include",
    "#include-once",
    "#part-handler",
    "#upstart-job",
    "## template:",
    "content-type:",
    "mime-version:",
];

const CLOUD_CONFIG: &str = "#cloud-config";

/// The keys at the top of a `#cloud-config`.
const KEYS: &[&str] = &[
    "allow_public_ssh_keys",
    "ansible",
    "apk_repos",
    "apt",
    "apt_pipelining",
    "apt_preserve_sources_list",
    "apt_proxy",
    "apt_reboot_if_required",
    "apt_sources",
    "apt_update",
    "apt_upgrade",
    "authkey_hash",
    "autoinstall",
    "bootcmd",
    "byobu_by_default",
    "ca-certs",
    "ca_certs",
    "chef",
    "chpasswd",
    "cloud_config_modules",
    "cloud_final_modules",
    "cloud_init_modules",
    "create_hostname_file",
    "datasource",
    "datasource_list",
    "debug",
    "device_aliases",
    "disable_ec2_metadata",
    "disable_root",
    "disable_root_opts",
    "disk_setup",
    "drivers",
    "fan",
    "final_message",
    "fqdn",
    "fs_setup",
    "groups",
    "growpart",
    "grub-dpkg",
    "grub_dpkg",
    "hostname",
    "keyboard",
    "landscape",
    "launch-index",
    "locale",
    "locale_configfile",
    "lxd",
    "manage_etc_hosts",
    "manage_resolv_conf",
    "mcollective",
    "merge_how",
    "merge_type",
    "migrate",
    "mount_default_fields",
    "mounts",
    "network",
    "no_ssh_fingerprints",
    "ntp",
    "output",
    "package_reboot_if_required",
    "package_update",
    "package_upgrade",
    "packages",
    "password",
    "phone_home",
    "power_state",
    "prefer_fqdn_over_hostname",
    "preserve_hostname",
    "puppet",
    "random_seed",
    "reporting",
    "resize_rootfs",
    "resolv_conf",
    "rh_subscription",
    "rpi",
    "rsyslog",
    "runcmd",
    "salt_minion",
    "snap",
    "spacewalk",
    "ssh",
    "ssh_authorized_keys",
    "ssh_deletekeys",
    "ssh_fp_console_blacklist",
    "ssh_genkeytypes",
    "ssh_import_id",
    "ssh_key_console_blacklist",
    "ssh_keys",
    "ssh_publish_hostkeys",
    "ssh_pwauth",
    "ssh_quiet_keygen",
    "swap",
    "syslog_fix_perms",
    "system_info",
    "timezone",
    "ubuntu_advantage",
    "ubuntu_pro",
    "updates",
    "user",
    "users",
    "vendor_data",
    "version",
    "wireguard",
    "write_files",
    "yum_repo_dir",
    "yum_repos",
    "zypper",
];

/// What people call what is only there to be referred to by an alias.
const ASIDE: &[&str] = &["x-", "."];

pub(super) fn user_data(text: &str) -> Vec<Finding> {
    let start = text.trim_start().to_lowercase();
    if start.is_empty() {
        return Vec::new();
    }
    let Some(header) = HEADERS.iter().filter(|header| start.starts_with(**header)).max_by_key(|header| header.len())
    else {
        return vec![no_header(&start)];
    };
    if *header != CLOUD_CONFIG {
        return Vec::new();
    }
    match outline(text) {
        Ok(outline) => outline.entries.iter().filter_map(|entry| unknown_key(&entry.key, entry.line)).collect(),
        Err(error) => vec![Finding::error("The #cloud-config cannot be read", reads_nothing(&error))],
    }
}

fn no_header(start: &str) -> Finding {
    let first = start.lines().next().unwrap_or_default().trim();
    let squeezed: String = first.chars().filter(|character| !character.is_whitespace()).collect();
    let meant =
        nearest(&squeezed, [CLOUD_CONFIG]).or_else(|| outline(start).is_ok_and(has_known_key).then_some(CLOUD_CONFIG));
    let hint = match meant {
        Some(meant) => format!(" The first line must be {meant}, to the letter."),
        None => " A script begins with #!, YAML for cloud-init's modules with #cloud-config.".to_string(),
    };
    let detail = format!("cloud-init passes over user data that begin with none of the words it knows.{hint}");
    Finding::warning("User data that cloud-init does not know", detail)
}

fn has_known_key(outline: Outline) -> bool {
    outline.entries.iter().any(|entry| KEYS.contains(&entry.key.as_str()))
}

fn unknown_key(key: &str, line: usize) -> Option<Finding> {
    if KEYS.contains(&key) || ASIDE.iter().any(|prefix| key.starts_with(prefix)) {
        return None;
    }
    let meant = nearest(key, KEYS.iter().copied()).map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
    let detail = format!("Line {line} of the #cloud-config: {key}. No module of cloud-init reads that.{meant}");
    Some(Finding::warning("Unknown key for cloud-init", detail))
}

pub(super) fn meta_data(text: &str) -> Vec<Finding> {
    match outline(text) {
        Ok(outline) if outline.entries.iter().any(|entry| entry.key == "instance-id") => Vec::new(),
        Ok(_) => {
            let detail = "Without an instance-id, cloud-init calls every instance nocloud, and applies changed user data \
                          never again. Write one, or leave meta_data out: then there is one that changes with the content.";
            vec![Finding::warning("Meta data without an instance-id", detail)]
        }
        Err(error) => vec![Finding::error("The meta data cannot be read", reads_nothing(&error))],
    }
}

pub(super) fn network_config(text: &str) -> Vec<Finding> {
    match outline(text) {
        Ok(outline) if outline.entries.is_empty() => Vec::new(),
        Ok(outline) if outline.entries.iter().any(|entry| ["version", "network"].contains(&entry.key.as_str())) => {
            Vec::new()
        }
        Ok(_) => {
            let detail = "At its top there is neither version: 1 or 2 nor network:, so cloud-init passes it over.";
            vec![Finding::warning("A network configuration without a version", detail)]
        }
        Err(error) => vec![Finding::error("The network configuration cannot be read", reads_nothing(&error))],
    }
}

fn reads_nothing(error: &NoOutline) -> String {
    let what = match error {
        NoOutline::Syntax { .. } => format!("It is no YAML: {error}."),
        NoOutline::NoMapping(_) => format!("As YAML, {error}."),
    };
    format!("{what} cloud-init would read none of it.")
}
