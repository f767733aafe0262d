#!/usr/bin/env bash
# The libvirt to talk to.
#
#   daemons.sh start WHO    starts virtlogd and libvirtd when nothing answers on qemu:///system, and waits until it answers
#   daemons.sh stop WHO     stops what `start` started for the same WHO (demo, test, bench), nothing else
#   daemons.sh uri          prints qemu:///system, or qemu:///session for a user who may not use the system's daemon
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PATH=$PATH:/usr/sbin:/sbin

started=${XDG_RUNTIME_DIR:-/tmp}/terraform-provider-libvirt-${2:-me}.$(id -u)

systemd() { [ -d /run/systemd/system ]; }

wait_for() { # seconds, command...
    local left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.2
    done
}

start() {
    if answers qemu:///system; then
        say "libvirt answers on qemu:///system."
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        answers_or_spawns && say "libvirt answers on qemu:///session (qemu:///system is not for this user)." && return
        fail "libvirt answers neither on qemu:///system nor on qemu:///session. Is libvirtd installed?"
    fi
    have libvirtd || fail "libvirtd is not installed: run tests/environment/install.sh demo"
    say "Starting libvirt: nothing answers on qemu:///system."
    : >"$started"
    if systemd; then
        for unit in virtlogd.socket libvirtd.socket libvirtd.service; do
            systemctl is-active --quiet $unit || { systemctl start $unit && echo "unit $unit" >>"$started"; }
        done
    else
        # Each refuses to start where one already runs, and that is fine.
        mkdir -p /run/libvirt
        for daemon in virtlogd libvirtd; do
            "$daemon" -d -p "/run/$daemon.pid" 2>/dev/null && echo "pid /run/$daemon.pid" >>"$started"
        done || true
    fi
    wait_for 30 answers qemu:///system || fail "libvirtd was started and does not answer on qemu:///system: $(virsh -c qemu:///system version 2>&1 | tail -n 1)"
    say "libvirt answers on qemu:///system."
}

# An ordinary user's daemon starts by itself when it is first talked to.
answers_or_spawns() { timeout 30 virsh -q -c qemu:///session version >/dev/null 2>&1; }

stop() {
    [ -f "$started" ] || return 0
    # Last started, first stopped.
    tac "$started" | while read -r kind what; do
        case $kind in
        unit) systemctl stop "$what" ;;
        pid) [ ! -f "$what" ] || kill "$(cat "$what")" 2>/dev/null || true ;;
        esac
    done
    rm -f "$started"
    say "Stopped what was started."
}

uri() {
    if answers qemu:///system; then echo qemu:///system; else echo qemu:///session; fi
}

case ${1:-start} in
start | stop | uri) "$1" ;;
*) fail "usage: daemons.sh start WHO | stop WHO | uri" ;;
esac
