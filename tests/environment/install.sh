#!/usr/bin/env bash
# Installs what building, testing and the demo need on Debian 12, Debian 13 and Ubuntu 24.04.
# Says first what is missing and why; does nothing when nothing is missing.
#
#   install.sh build    compiler and pkg-config
#   install.sh demo     that, and libvirt, QEMU, dnsmasq
#   install.sh test     that, and what the tests use besides
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

purpose=${1:-test}

have apt-get || fail "This script knows apt only. Install a C compiler, pkg-config, libvirt, QEMU and dnsmasq yourself."
# shellcheck source=/dev/null
source /etc/os-release

missing=()
want() { # package, why
    if ! dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep '^install ok installed' >/dev/null; then
        missing+=("$1")
        printf '  %-24s %s\n' "$1" "$2"
    fi
}

say "Missing packages, and what they are for:"
have cc || want gcc "links the provider"
have cc || want libc6-dev "the C library's headers"
have make || want make "runs the targets of the Makefile"
have git || want git "tells which version this is"
want ca-certificates "lets cargo check whom it talks to"
have pkg-config || want pkg-config "the crate that binds libvirt asks it for libvirt"
if [ "$purpose" != build ]; then
    want libvirt-daemon-system "the libvirt daemon"
    want libvirt-clients "virsh, to see what there is"
    want qemu-system-x86 "runs the guests"
    want qemu-utils "makes disk images"
    want dnsmasq-base "DHCP and DNS of libvirt's networks"
    want iptables "libvirt's NAT"
fi
if [ "$purpose" = test ]; then
    want libxml2-utils "xmllint, to compare XML"
    want jing "validates XML against libvirt's own schemas"
    want xz-utils "unpacks libvirt's source package, whose documents the tests read"
    have openssl || want openssl "makes the kind of certificate that Terraform makes"
    want genisoimage "isoinfo, which reads ISO images"
    want mtools "reads vfat images"
    want dosfstools "checks vfat images"
    for library in configobj jinja2 jsonpatch jsonschema netifaces oauthlib requests serial yaml; do
        want "python3-$library" "what cloud-init's own reader of seeds is written with"
    done
    # Elsewhere a package that opens port 22 is not ours to install: those tests are skipped then.
    [ -z "${CI:-}" ] || want openssh-server "an sshd, for libvirt over ssh"
fi

# Debian 12 has libvirt 9.0; its backports have what Debian 13 has. What is there already is never replaced: whoever
# runs the older libvirt keeps it, and what is missing then comes from the same suite.
from_backports() { # package
    local installed
    [ "${VERSION_CODENAME:-}" = bookworm ] || return 1
    case $1 in
    libvirt*) installed=$(version_of libvirt0) ;;
    qemu*) installed=$(version_of qemu-utils) ;;
    *) return 1 ;;
    esac
    case $installed in '' | *~bpo12*) return 0 ;; *) return 1 ;; esac
}
version_of() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"; }

stock=()
backports=()
for package in "${missing[@]}"; do
    if from_backports "$package"; then backports+=("$package"); else stock+=("$package"); fi
done

if [ ${#missing[@]} -eq 0 ]; then
    say "  none."
else
    say "Installing them with apt."
    apt update
    if [ ${#backports[@]} -gt 0 ] && ! apt-cache policy | grep 'bookworm-backports/main' >/dev/null; then
        # From the mirror that this machine uses for Debian itself.
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' | awk 'NR == 1')
        [ -n "$mirror" ] || fail "Found no Debian mirror in the apt sources to take bookworm-backports from."
        say "Debian 12's own libvirt is old: adding $mirror bookworm-backports to the apt sources and taking it from there."
        as_root tee /etc/apt/sources.list.d/bookworm-backports.list >/dev/null <<<"deb $mirror bookworm-backports main"
        apt update
    fi
    [ ${#backports[@]} -eq 0 ] || apt install --no-install-recommends -t bookworm-backports "${backports[@]}"
    [ ${#stock[@]} -eq 0 ] || apt install --no-install-recommends "${stock[@]}"
fi

# What sshd, run as root, wants to be there, and what its service would have made.
if [ "$purpose" = test ] && [ -n "${CI:-}" ] && [ ! -d /run/sshd ]; then
    as_root mkdir -m 0755 /run/sshd
fi

# Rust.
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$repository/Cargo.toml")
old_rust() { ! have cargo || dpkg --compare-versions "$(cargo --version | cut -d ' ' -f 2)" lt "$wanted"; }
if old_rust; then
    say "Rust $wanted or newer is missing: it compiles the provider."
    if ! have cargo && ! have rustup && apt-cache policy rustup | grep 'Candidate: [0-9]' >/dev/null; then
        apt install --no-install-recommends rustup
    fi
    if have rustup; then
        rustup toolchain install stable --profile minimal --component clippy --component rustfmt &&
            rustup default stable || true
    fi
    if old_rust; then
        fail "There is no Rust $wanted or newer, and apt has none: install it from https://rustup.rs and run this again."
    fi
fi
if [ "$purpose" = test ] && { ! cargo fmt --version || ! cargo clippy --version; } >/dev/null 2>&1; then
    if have rustup; then
        rustup component add rustfmt clippy
    else
        apt install rustfmt rust-clippy
    fi
fi

# cloud-init's own reader of seeds. The package itself would take this machine for a new guest at its next boot, so its code
# is only unpacked. Without it the tests that need it are skipped.
if [ "$purpose" = test ] && [ ! -d /usr/lib/python3/dist-packages/cloudinit ]; then
    code=$(target_directory)/cloud-init
    if [ ! -d "$code" ]; then
        say "Unpacking cloud-init's code into $code: its reader checks the seeds."
        folder=$(mktemp -d)
        if (cd "$folder" && { apt-get -q download cloud-init || { apt update && apt-get -q download cloud-init; }; }); then
            mkdir -p "$code" && dpkg -x "$folder"/cloud-init_*.deb "$code"
        fi
        rm -rf "$folder"
    fi
fi
