variable "uri" {
  description = "The libvirt to use."
  type        = string
  default     = "qemu:///system"
}

variable "type" {
  description = "kvm where the host can run guests in hardware, else qemu."
  type        = string
  default     = "kvm"
}

variable "name" {
  description = "What the network, the pool and the machine are called."
  type        = string
  default     = "quickstart"
}

variable "bridged" {
  description = "Whether to make a network: true on qemu:///system, false on qemu:///session."
  type        = bool
  default     = true
}

variable "subnet" {
  description = "The network's addresses."
  type        = string
  default     = "192.168.173.0/24"
}

variable "directory" {
  description = "Where the pool keeps its volumes. Made with the pool and removed with it."
  type        = string
  default     = "/var/lib/libvirt/quickstart"
}
