#!/usr/bin/env bash
# `make demo` and `make demo-destroy`: applies this folder's configuration with the provider built from this
# repository, and removes it again. Both can be run as often as you like.
source "$(dirname "${BASH_SOURCE[0]}")/../../../tests/environment/common.sh"

here=$repository/docs/examples/quickstart
environment=$repository/tests/environment
settings=$here/demo.auto.tfvars.json
PATH=$PATH:/usr/sbin:/sbin

prepare() {
    terraform=$(find_terraform)
    "$environment/install.sh" demo
    say "Building the provider."
    cargo build --release --package terraform-provider-libvirt --manifest-path "$repository/Cargo.toml"
    "$environment/daemons.sh" start demo
    target=$(target_directory)
    write_cli_config "$target/demo.tfrc" "$target/release"
    export TF_CLI_CONFIG_FILE=$target/demo.tfrc TF_IN_AUTOMATION=1
}

# Runs terraform in this folder.
tf() { "$terraform" -chdir="$here" "$@"; }

# What the configuration's variables are on this machine. Kept while the demo is up, so that a rerun changes nothing.
choose() {
    [ ! -f "$settings" ] || return 0
    local uri type bridged directory
    uri=$("$environment/daemons.sh" uri)
    say "Trying whether a guest really runs with KVM."
    type=$("$environment/guest-type.sh")
    case $uri in
    qemu:///system) bridged=true directory=/var/lib/libvirt/quickstart ;;
    *) bridged=false directory=${XDG_DATA_HOME:-$HOME/.local/share}/libvirt/quickstart ;;
    esac
    say "Using $uri, guests of type $type."
    printf '{"uri": "%s", "type": "%s", "bridged": %s, "directory": "%s", "subnet": "%s"}\n' \
        "$uri" "$type" "$bridged" "$directory" "$(free_subnet)" >"$settings"
}

# A subnet that this machine has no route to yet.
free_subnet() {
    local third
    for third in 173 174 175 176 177 178; do
        if ! ip -4 route 2>/dev/null | grep "192\.168\.$third\." >/dev/null; then break; fi
    done
    echo "192.168.$third.0/24"
}

up() {
    prepare
    choose
    tf apply -input=false -auto-approve
    local plan=0
    tf plan -input=false -detailed-exitcode >"$target/demo-plan.txt" || plan=$?
    if [ $plan -ne 0 ]; then
        cat "$target/demo-plan.txt"
        fail "The second plan is not empty."
    fi
    say ""
    say "name:     $(tf output -raw name)"
    say "state:    $(tf output -raw state)"
    say "address:  $(tf output -raw address)"
    say "A second plan finds nothing to change. Remove it all with: make demo-destroy"
}

down() {
    if [ -f "$here/terraform.tfstate" ]; then
        prepare
        tf destroy -input=false -auto-approve
    else
        say "There is no demo to remove."
    fi
    rm -rf "$here"/terraform.tfstate "$here"/terraform.tfstate.* "$here"/.terraform "$here"/.terraform.lock.hcl "$settings"
    "$environment/daemons.sh" stop demo
}

case ${1:-} in
up | down) "$1" ;;
*) fail "usage: demo.sh up | down" ;;
esac
