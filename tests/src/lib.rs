//! What the tests share: finding documents, drawing, mutating and comparing them, an independent judge of them; running
//! Terraform with the provider that was built here; asking libvirt through `virsh`, daemons of one's own included; and
//! reading the project's own sources.

pub mod canonical;
pub mod configuration;
pub mod conversion;
pub mod corpus;
pub mod definitions;
pub mod drawn;
pub mod examples;
pub mod jing;
pub mod learn;
pub mod libvirt;
pub mod life;
pub mod meant;
pub mod mutant;
pub mod places;
pub mod random;
pub mod refused;
pub mod repository;
pub mod same;
pub mod seeds;
pub mod skip;
pub mod source_tree;
pub mod sources;
pub mod tally;
pub mod terraform;
pub mod text;
pub mod written;
