#!/usr/bin/env bash
# What `make test` runs, in the order in which mistakes are cheapest to find.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$repository"

tests/environment/install.sh test
make --no-print-directory check

trap 'tests/environment/daemons.sh stop test' EXIT
tests/environment/daemons.sh start test

# Without them the tests that read them are skipped, and say so.
tests/environment/documents.sh || say "skipped: needs libvirt's own documents"

# The provider as the tests use it: a debug build, which `cargo test` has nearly finished anyway.
cargo build --package terraform-provider-libvirt
target=$(target_directory)
export LIBVIRT_PROVIDER_BINARY=$target/debug/terraform-provider-libvirt
export LIBVIRT_GUEST_TYPE=${LIBVIRT_GUEST_TYPE:-$(tests/environment/guest-type.sh)}
export SKIPPED_TESTS=$target/skipped-tests.txt
rm -f "$SKIPPED_TESTS"
say "Guests run as type $LIBVIRT_GUEST_TYPE."

if have cargo-nextest; then
    cargo test --workspace --doc --quiet
    cargo nextest run --workspace --no-fail-fast
else
    cargo test --workspace --no-fail-fast
fi

if [ -s "$SKIPPED_TESTS" ]; then
    say "Skipped:"
    sort -u "$SKIPPED_TESTS"
fi
