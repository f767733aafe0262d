#!/usr/bin/env bash
# Installs what building, testing and the demo need on Debian 12, Debian 13 and Ubuntu 24.04.
# Says first what is missing and why; does nothing when nothing is missing.
#
#   install.sh build    compiler, pkg-config, libvirt's headers
#   install.sh demo     that, and libvirt, QEMU, dnsmasq
#   install.sh test     that, and what the tests use besides
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

purpose=${1:-test}
libvirt_wanted=11.0.0   # of the daemon in the tests on Debian 12, which has 9.0.0

have apt-get || fail "This script knows apt only. Install a C compiler, pkg-config, libvirt with its headers, QEMU and dnsmasq yourself."
# shellcheck source=/dev/null
source /etc/os-release

missing=()
want() { # package, why
    if ! dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed'; then
        missing+=("$1")
        printf '  %-24s %s\n' "$1" "$2"
    fi
}

say "Missing packages, and what they are for:"
have cc || want gcc "links the provider"
have cc || want libc6-dev "the C library's headers"
have make || want make "runs the targets of the Makefile"
have git || want git "tells which version this is"
have pkg-config || want pkg-config "finds libvirt's headers"
want libvirt-dev "libvirt's headers and library, for building the provider"
if [ "$purpose" != build ]; then
    want libvirt-daemon-system "the libvirt daemon"
    want libvirt-clients "virsh, to see what there is"
    want qemu-system-x86 "runs the guests"
    want qemu-utils "makes disk images"
    want dnsmasq-base "DHCP and DNS of libvirt's networks"
    want iptables "libvirt's NAT"
fi
if [ "$purpose" = test ]; then
    want ovmf "UEFI firmware for guests"
    want swtpm "TPM for guests"
    want genisoimage "reads and writes the ISO images of the tests"
    want libxml2-utils "xmllint, to compare XML"
    want jing "validates XML against libvirt's own schemas"
    want openssh-server "connections over ssh"
    want netcat-openbsd "connections over ssh"
fi

suite=()
if [ "${VERSION_CODENAME:-}" = bookworm ] && [ "$purpose" != build ]; then
    installed=$(dpkg-query -W -f '${Version}' libvirt-daemon 2>/dev/null || true)
    if [ -z "$installed" ] || dpkg --compare-versions "$installed" lt "$libvirt_wanted"; then
        suite=(-t bookworm-backports)
        [ -z "$installed" ] || missing+=(libvirt-daemon-system libvirt-clients libvirt-dev)
        say "  Debian 12 has libvirt 9.0. It is taken from bookworm-backports, together with a QEMU that fits."
    fi
fi

if [ ${#missing[@]} -eq 0 ]; then
    say "  none."
else
    say "Installing them with apt."
    if [ ${#suite[@]} -gt 0 ] && ! apt-cache policy | grep -q 'bookworm-backports/main'; then
        # The mirror that this machine already uses for Debian itself.
        mirror=$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm' 'Created-By: Packages' 2>/dev/null | head -n 1)
        [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)
        [ -n "$mirror" ] || fail "Found no Debian mirror in the apt sources to take bookworm-backports from."
        say "Adding $mirror bookworm-backports to the apt sources."
        as_root tee /etc/apt/sources.list.d/bookworm-backports.list >/dev/null <<<"deb $mirror bookworm-backports main"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
        install --no-install-recommends "${suite[@]}" "${missing[@]}"
fi

# Rust.
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$repository/Cargo.toml")
old_rust() { ! have cargo || dpkg --compare-versions "$(cargo --version | cut -d ' ' -f 2)" lt "$wanted"; }
if old_rust; then
    say "Rust $wanted or newer is missing: it compiles the provider."
    if ! have rustup && apt-cache show rustup >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends rustup
    fi
    if have rustup; then
        rustup toolchain install stable --profile minimal --component clippy --component rustfmt
        rustup default stable
    fi
    if old_rust; then
        fail "Rust here is older than $wanted and apt has no newer one: install it from https://rustup.rs and run this again."
    fi
fi
if [ "$purpose" = test ] && { ! cargo fmt --version || ! cargo clippy --version; } >/dev/null 2>&1; then
    if have rustup; then
        rustup component add rustfmt clippy
    else
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install rustfmt rust-clippy
    fi
fi
