#!/usr/bin/env bash
# Prints the domain type to use here: kvm where a guest really runs, else qemu (emulation, slower).
#
# /dev/kvm alone tells little: on some machines it opens, a guest starts, and then stops with an internal error. So one is
# started, without libvirt, image or network of its own: SeaBIOS, then the network card's boot ROM, which gets an address
# from QEMU itself and, finding nothing to boot, hands back. A guest that comes so far works. It takes some five seconds; one that
# has not come so far after twelve is taken for stuck.
set -euo pipefail

qemu=$(command -v qemu-system-x86_64 || command -v qemu-kvm || true)
if [ "$(uname -m)" != x86_64 ] || [ -z "$qemu" ] || [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
    echo qemu
    exit
fi

log=$(mktemp)
"$qemu" -accel kvm -machine q35 -m 128 -display none -nodefaults -no-user-config -serial none -monitor none \
    -chardev "file,id=log,path=$log" -device isa-debugcon,iobase=0x402,chardev=log \
    -netdev user,id=net -device virtio-net-pci,netdev=net </dev/null >"$log.out" 2>&1 &
guest=$!
trap 'kill -9 $guest 2>/dev/null || true; rm -f "$log" "$log.out"' EXIT

for _ in $(seq 60); do
    if grep -q 'No bootable device' "$log"; then
        echo kvm
        exit
    fi
    if ! kill -0 $guest 2>/dev/null || grep -q 'internal error' "$log.out"; then
        break
    fi
    sleep 0.2
done
echo qemu
