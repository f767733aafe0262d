#!/usr/bin/env bash
# Puts the release build where `terraform init` and `tofu init` look for providers that are installed by hand, and on PATH
# for its commands: in /usr/local/bin for root, else in ~/.local/bin. BIN_DIR names another folder.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

binary=$(target_directory)/release/terraform-provider-libvirt
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$repository/Cargo.toml")
case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) os=$(uname -s | tr '[:upper:]' '[:lower:]') ;; esac
case $(uname -m) in x86_64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) arch=$(uname -m) ;; esac

for registry in registry.terraform.io registry.opentofu.org; do
    folder=$HOME/.terraform.d/plugins/$registry/terraform-provider-libvirt/libvirt/$version/${os}_$arch
    mkdir -p "$folder"
    install -m 755 "$binary" "$folder/terraform-provider-libvirt_v$version"
    say "$folder/terraform-provider-libvirt_v$version"
done

if [ -z "${BIN_DIR:-}" ]; then
    if [ "$(id -u)" -eq 0 ]; then BIN_DIR=/usr/local/bin; else BIN_DIR=$HOME/.local/bin; fi
fi
mkdir -p "$BIN_DIR"
install -m 755 "$binary" "$BIN_DIR/terraform-provider-libvirt"
say "$BIN_DIR/terraform-provider-libvirt"
case ":$PATH:" in
*":$BIN_DIR:"*) ;;
*) say "$BIN_DIR is not on PATH. Add it for the commands lint, convert and tidy:  export PATH=\"$BIN_DIR:\$PATH\"" ;;
esac
say "Use it with:  source = \"terraform-provider-libvirt/libvirt\"  version = \"$version\""
