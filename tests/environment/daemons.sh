#!/usr/bin/env bash
# The libvirt to talk to.
#
#   daemons.sh start WHO    starts libvirt's daemons when nothing answers on qemu:///system, and waits until it answers
#   daemons.sh stop WHO     stops what `start` started for the same WHO (demo, test, bench), nothing else
#   daemons.sh uri          prints qemu:///system, or qemu:///session for a user who may not use the system's daemon
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PATH=$PATH:/usr/sbin:/sbin

# Where root alone can write: what stands in it is stopped.
started=/run/terraform-provider-libvirt-${2:-me}

systemd() { [ -d /run/systemd/system ]; }

# What makes up libvirt here: the one daemon, or one for each driver. virtproxyd speaks for libvirtd where that is split.
daemons() {
    local daemon
    if have libvirtd; then
        echo virtlogd libvirtd
        return
    fi
    for daemon in virtlogd virtnetworkd virtnwfilterd virtstoraged virtsecretd virtnodedevd virtqemud virtproxyd; do
        if have "$daemon"; then echo "$daemon"; fi
    done
}

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
    have libvirtd || have virtqemud || fail "Neither libvirtd nor virtqemud is installed: run tests/environment/install.sh demo"
    say "Starting libvirt: nothing answers on qemu:///system."
    : >"$started"
    local daemon
    for daemon in $(daemons); do
        if systemd; then start_units "$daemon"; else start_by_hand "$daemon"; fi
    done
    wait_for 30 answers qemu:///system || fail "libvirt was started and does not answer on qemu:///system: $(virsh -c qemu:///system version 2>&1 | tail -n 1)"
    say "libvirt answers on qemu:///system."
}

start_units() { # daemon
    local unit
    for unit in "$1.socket" "$1.service"; do
        systemctl is-active --quiet "$unit" || { systemctl start "$unit" && echo "unit $unit" >>"$started"; }
    done
}

# One that already runs makes the new one refuse to start, and that is fine. Ubuntu leaves it to the socket's unit who may
# connect; without one everybody could, so the daemon is configured to let in root alone. virtlogd does so anyhow.
start_by_hand() { # daemon
    local options=(-d -p "/run/$1.pid")
    mkdir -p /run/libvirt
    if [ "$1" != virtlogd ]; then
        { cat "/etc/libvirt/$1.conf" 2>/dev/null || true; echo 'unix_sock_rw_perms = "0700"'; } >"/run/$1.conf"
        options+=(-f "/run/$1.conf")
    fi
    "$1" "${options[@]}" 2>/dev/null && echo "pid /run/$1.pid" >>"$started" || true
}

# An ordinary user's daemon starts by itself when it is first talked to.
answers_or_spawns() { timeout 30 virsh -q -c qemu:///session version >/dev/null 2>&1; }

stop() {
    if [ "$(id -u)" -ne 0 ] || [ ! -f "$started" ]; then return 0; fi
    # Last started, first stopped.
    tac "$started" | while read -r kind what; do
        case $kind in
        unit) systemctl stop "$what" ;;
        pid)
            [ ! -f "$what" ] || kill "$(cat "$what")" 2>/dev/null || true
            rm -f "${what%.pid}.conf"
            ;;
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
