# Two commands matter: `make demo` shows the provider at work, `make test` tests everything.
# Each installs what it needs (tests/environment/install.sh says what and why first).

ENVIRONMENT := tests/environment
QUICKSTART  := docs/examples/quickstart

.PHONY: help demo demo-destroy test check install bench

help:
	@echo "make demo          a virtual machine with an address, made by Terraform or OpenTofu"
	@echo "make demo-destroy  removes it again"
	@echo "make test          format, lints, documentation, generated code, all tests against real libvirt"
	@echo "make check         the part of it that needs no libvirt daemon, and no tests"
	@echo "make install       puts the provider where Terraform and OpenTofu look for it, and on PATH"
	@echo "make bench         measures planning, start-up and conversion"

demo:
	@$(QUICKSTART)/demo.sh up

demo-destroy:
	@$(QUICKSTART)/demo.sh down

test:
	@$(ENVIRONMENT)/test.sh

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	cargo codegen check

install:
	@$(ENVIRONMENT)/install.sh build
	cargo build --release --package terraform-provider-libvirt
	@$(ENVIRONMENT)/install-provider.sh

bench:
	@$(ENVIRONMENT)/install.sh test
	@$(ENVIRONMENT)/bench.sh
