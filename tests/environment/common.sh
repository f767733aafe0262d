# Shared by the scripts of this folder and by the demo. Source it; it sets -euo pipefail and goes nowhere.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What `su` or `sudo -u` leave of another user's session: libvirt would look for its daemon there, and may not.
if [ -n "${XDG_RUNTIME_DIR:-}" ] && [ ! -O "$XDG_RUNTIME_DIR" ]; then unset XDG_RUNTIME_DIR; fi

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "This needs root and there is no sudo: $*"
    fi
}

# Whether libvirt answers at this uri.
answers() { LIBVIRT_AUTOSTART=0 timeout 20 virsh -q -c "$1" version >/dev/null 2>&1; }

# The terraform or tofu to use, the first of both on PATH. TERRAFORM names another one.
find_terraform() {
    if [ -n "${TERRAFORM:-}" ]; then
        printf '%s\n' "$TERRAFORM"
    else
        command -v terraform || command -v tofu ||
            fail "Neither terraform nor tofu is on PATH: install one of them (https://opentofu.org/docs/intro/install/ or https://developer.hashicorp.com/terraform/install) and run this again."
    fi
}

# Where cargo puts what it builds.
target_directory() {
    cargo metadata --format-version 1 --no-deps --manifest-path "$repository/Cargo.toml" |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'
}

# Writes a Terraform CLI configuration to $1 that takes the provider's binary from folder $2. No `init` is needed then.
write_cli_config() {
    cat >"$1" <<CONFIG
provider_installation {
  dev_overrides {
    "terraform-provider-libvirt/libvirt" = "$2"
  }
  direct {}
}
CONFIG
}
