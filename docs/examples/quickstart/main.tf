# A network with DHCP, a pool, a volume in it, and a virtual machine that uses them.
# The machine has nothing installed. Its network card boots from the network and so asks for an address.

terraform {
  required_providers {
    libvirt = {
      source = "terraform-provider-libvirt/libvirt"
    }
  }
}

provider "libvirt" {
  uri = var.uri
}

resource "libvirt_network" "quickstart" {
  # A user's own libvirt may not make bridges: then the machine gets QEMU's own user-mode network.
  count = var.bridged ? 1 : 0

  name = var.name

  forward = {
    mode = "nat"
  }

  ips = [{
    address = cidrhost(var.subnet, 1)
    prefix  = tonumber(split("/", var.subnet)[1])

    dhcp = {
      ranges = [{
        start = cidrhost(var.subnet, 10)
        end   = cidrhost(var.subnet, 99)
      }]
    }
  }]
}

resource "libvirt_pool" "quickstart" {
  name = var.name
  type = "dir"

  target = {
    path = var.directory
  }
}

resource "libvirt_volume" "disk" {
  name          = "${var.name}.qcow2"
  pool          = libvirt_pool.quickstart.name
  capacity      = 1
  capacity_unit = "GiB"

  target = {
    format = {
      type = "qcow2"
    }
  }
}

resource "libvirt_domain" "quickstart" {
  name        = var.name
  type        = var.type
  memory      = 256
  memory_unit = "MiB"
  vcpu        = 1
  running     = true

  os = {
    type         = "hvm"
    type_machine = "q35"
    boot_devices = [{ dev = "hd" }, { dev = "network" }]
  }

  features = {
    acpi = true
  }

  devices = {
    disks = [{
      driver = { name = "qemu", type = "qcow2" }
      source = { file = { file = libvirt_volume.disk.path } }
      target = { dev = "vda", bus = "virtio" }
    }]

    interfaces = [{
      model = { type = "virtio" }
      source = {
        network = var.bridged ? { network = libvirt_network.quickstart[0].name } : null
        user    = var.bridged ? null : {}
      }
      wait_for_ip = var.bridged ? { source = "lease", timeout = 120 } : null
    }]

    graphics = [{
      vnc = { auto_port = true }
    }]
  }
}

data "libvirt_domain_interface_addresses" "quickstart" {
  domain = libvirt_domain.quickstart.uuid
  source = "lease"
}
