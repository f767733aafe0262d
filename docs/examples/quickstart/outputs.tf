output "name" {
  value = libvirt_domain.quickstart.name
}

output "state" {
  value = libvirt_domain.quickstart.running ? "running" : "off"
}

output "address" {
  value = try(
    data.libvirt_domain_interface_addresses.quickstart.interfaces[0].addrs[0].addr,
    "10.0.2.15 (user-mode network: seen by the machine only)",
  )
}
