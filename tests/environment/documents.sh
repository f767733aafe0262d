#!/usr/bin/env bash
# Fetches libvirt's own test documents for the tests: the distribution's source package of libvirt, unpacked and sorted
# below cargo's target directory. Nothing of it belongs to the repository, and nothing in /etc/apt changes.
#
# Takes the version that schemas/VERSION names where the machine's apt suites have it, else the closest: the newest of
# the older ones, else the oldest of the newer ones. What is there already is not fetched again until schemas/VERSION
# changes. LIBVIRT_SRC names an unpacked source tree to sort instead.
#
# Exits with 1 and says why where there is no way to get them.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

folder=$(target_directory)/libvirt-documents
wanted=$(sed -n 's/^libvirt //p' "$repository/schemas/VERSION")

# What the sorted documents hang on. Written last, so that an interrupted run starts over.
state() { printf '%s\n' "${LIBVIRT_SRC:-package}" && cat "$repository/schemas/VERSION"; }
if [ -f "$folder/STATE" ] && state | cmp --silent - "$folder/STATE"; then
    exit 0
fi

# An apt of our own: the machine's sources with deb-src for deb, other folders for all that it writes.
apt_folder=$folder/apt
private() { # command...
    local program=$1
    shift
    "$program" -q -o "Dir::Etc::sourcelist=$apt_folder/sources.list" -o "Dir::Etc::sourceparts=$apt_folder/sources.list.d" \
        -o "Dir::State::lists=$apt_folder/lists" -o "Dir::Cache=$apt_folder/cache" \
        -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@"
}

# Disabled stanzas stay disabled; a CD-ROM has no sources.
write_sources() {
    local file
    mkdir -p "$apt_folder"/{sources.list.d,lists/partial,cache/archives/partial}
    : >"$apt_folder/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -r "$file" ] || sed -n '/cdrom:/d; s/^[[:space:]]*deb[[:space:]]/deb-src /p' "$file" >>"$apt_folder/sources.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -r "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"$apt_folder/sources.list.d/${file##*/}"
    done
}

# The package's version, of those on standard input, that is closest to the wanted version of libvirt.
closest() {
    local version upstream older='' newer=''
    while read -r version; do
        upstream=${version#*:}
        upstream=${upstream%-*}
        if dpkg --compare-versions "$upstream" le "$wanted"; then
            if [ -z "$older" ] || dpkg --compare-versions "$version" gt "$older"; then older=$version; fi
        elif [ -z "$newer" ] || dpkg --compare-versions "$version" lt "$newer"; then
            newer=$version
        fi
    done
    printf '%s\n' "${older:-$newer}"
}

fetch() {
    local version upstream
    have apt-get && have xz || fail "No libvirt documents: apt-get and xz are needed to fetch libvirt's source package."
    say "Fetching libvirt's source package, whose test documents the tests read (wanted: $wanted)."
    write_sources
    # One unreachable repository of many is no reason to stop: what counts is whether libvirt is found.
    private apt-get update >"$apt_folder/update.log" 2>&1 || true
    version=$(private apt-cache madison libvirt | awk -F '[| ]+' '$1 == "" && $2 == "libvirt" && $NF == "Sources" { print $3 }' | closest)
    if [ -z "$version" ]; then
        tail -n 5 "$apt_folder/update.log" >&2
        fail "No libvirt documents: none of this machine's apt sources has libvirt's source package."
    fi
    upstream=${version#*:}
    upstream=${upstream%-*}
    if [ "$upstream" != "$wanted" ]; then say "The closest version that apt has here is $version."; fi
    (cd "$apt_folder" && private apt-get source --only-source --download-only --tar-only "libvirt=$version" >fetch.log 2>&1) || {
        tail -n 5 "$apt_folder/fetch.log" >&2
        fail "No libvirt documents: the source package $version could not be fetched."
    }
    mkdir "$folder/source"
    tar -x -f "$apt_folder"/libvirt_*.orig.tar.* -C "$folder/source" --strip-components 1 --wildcards '*.xml' '*.rng' '*/meson.build'
    rm -rf "$apt_folder"
    source_tree=$folder/source
}

rm -rf "$folder"
mkdir -p "$folder"
source_tree=${LIBVIRT_SRC:-}
[ -n "$source_tree" ] || fetch
cargo run --quiet --manifest-path "$repository/Cargo.toml" --package tests --bin sort-documents -- "$source_tree" "$folder"
rm -rf "$folder/source"
state >"$folder/STATE"
