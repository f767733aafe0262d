#!/usr/bin/env bash
# What `make bench` prints: planning 200 domains from nothing, the provider's start, and the benchmarks of the crates.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$repository"

domains=${DOMAINS:-200}
starts=${STARTS:-30}

cargo build --release --package terraform-provider-libvirt
binary=$(target_directory)/release/terraform-provider-libvirt
terraform=$(find_terraform)
tests/environment/daemons.sh start bench
folder=$(mktemp -d)
trap 'rm -rf "$folder"; tests/environment/daemons.sh stop bench' EXIT

seconds() { awk '{ for (i = 1; i <= NF; i++) { split($i, t, /[ms]/); sum += t[1] * 60 + t[2] } } END { printf "%.2f", sum }'; }

# --- Planning. Terraform starts this instead of the provider; it notes the CPU time that the provider took.
mkdir "$folder/bin"
cat >"$folder/bin/terraform-provider-libvirt" <<WRAPPER
#!/usr/bin/env bash
"$binary" "\$@"
code=\$?
# Not through a pipe: a subshell has no children whose time it could tell.
times >"$folder/times.\$\$"
tail -n 1 "$folder/times.\$\$" >>"$folder/times"
exit \$code
WRAPPER
chmod +x "$folder/bin/terraform-provider-libvirt"
write_cli_config "$folder/cli.tfrc" "$folder/bin"
cat >"$folder/main.tf" <<'HCL'
terraform {
  required_providers {
    libvirt = { source = "terraform-provider-libvirt/libvirt" }
  }
}

provider "libvirt" {
  uri = "test+unix:///default"
}

variable "domains" { type = number }

resource "libvirt_domain" "many" {
  count       = var.domains
  name        = "many-${count.index}"
  type        = "test"
  memory      = 512
  memory_unit = "MiB"
  vcpu        = 2
  os          = { type = "hvm", type_machine = "q35" }

  devices = {
    disks = [
      {
        driver = { name = "qemu", type = "qcow2" }
        source = { file = { file = "/var/lib/libvirt/images/many-${count.index}.qcow2" } }
        target = { dev = "vda", bus = "virtio" }
      },
      {
        driver = { name = "qemu", type = "raw" }
        source = { file = { file = "/var/lib/libvirt/images/many-${count.index}-data.raw" } }
        target = { dev = "vdb", bus = "virtio" }
      },
    ]
    interfaces = [{
      model  = { type = "virtio" }
      source = { network = { network = "default" } }
    }]
    consoles = [{
      target = { type = "serial", port = 0 }
    }]
    graphics = [{
      vnc = { auto_port = true }
    }]
    rngs = [{
      model   = "virtio"
      backend = { random = "/dev/urandom" }
    }]
  }
}
HCL
export TF_CLI_CONFIG_FILE=$folder/cli.tfrc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_VAR_domains=$domains

plan() { # how many, name
    rm -f "$folder/times"
    TF_VAR_domains=$1
    TIMEFORMAT='%R'
    local wall
    wall=$({ time "$terraform" -chdir="$folder" plan -input=false -no-color >"$folder/plan.txt" 2>&1; } 2>&1) || {
        cat "$folder/plan.txt"
        fail "The plan failed."
    }
    printf '%-44s %8s s wall  %8s s CPU in the provider (%s starts)\n' \
        "plan of $1 domains from nothing" "$wall" "$(seconds <"$folder/times")" "$(wc -l <"$folder/times")"
}
plan 1
plan "$domains"

# --- Start: from exec to the handshake line.
if have openssl; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -nodes -sha512 -days 1 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
    PLUGIN_CLIENT_CERT=$(cat "$folder/certificate.pem")
    export PLUGIN_CLIENT_CERT
    how="with AutoMTLS"
else
    how="without TLS (no openssl here)"
fi
# Sockets that are left behind go with the folder.
export TMPDIR=$folder
export TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2
export PLUGIN_PROTOCOL_VERSIONS=5,6 PLUGIN_MIN_PORT=10000 PLUGIN_MAX_PORT=25000
for _ in $(seq "$starts"); do
    before=$EPOCHREALTIME
    exec {out}< <(exec "$binary" 2>/dev/null)
    provider=$!
    IFS= read -r -t 10 -u "$out" line || line=
    after=$EPOCHREALTIME
    kill -9 "$provider" 2>/dev/null || true
    exec {out}<&-
    [[ $line == 1\|6\|* ]] || fail "No handshake: $line"
    echo $((${after/./} - ${before/./}))
done | sort -n >"$folder/starts"
printf '%-44s %8s ms median  %5s ms fastest  %5s ms slowest of %s\n' "exec to handshake, $how" \
    "$(awk '{ t[NR] = $1 } END { printf "%.1f", t[int((NR + 1) / 2)] / 1000 }' "$folder/starts")" \
    "$(awk 'NR == 1 { printf "%.1f", $1 / 1000 }' "$folder/starts")" \
    "$(awk 'END { printf "%.1f", $1 / 1000 }' "$folder/starts")" "$starts"
unset PLUGIN_CLIENT_CERT TF_PLUGIN_MAGIC_COOKIE

# --- Conversion, in MB of XML a second.
cargo bench --quiet --package tests --bench convert
