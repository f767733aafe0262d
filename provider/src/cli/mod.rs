//! What a person who starts the program by hand sees. Knows the command line; must not know the protocol.

mod convert;
mod document;
mod encoding;
mod hcl;
mod json_place;
mod lint;
mod tidy;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::plugin;
use crate::server::Server;

/// The provider's address in configurations.
const ADDRESS: &str = "registry.terraform.io/terraform-provider-libvirt/libvirt";

const WHAT_THIS_IS: &str = "\
This program is a plugin of Terraform and OpenTofu: they start it to manage libvirt's objects.
The commands convert, lint and tidy are for people and need neither Terraform nor libvirt.

To use the plugin, name it in a configuration and run `terraform init`, which installs it:

    terraform {
      required_providers {
        libvirt = {
          source = \"terraform-provider-libvirt/libvirt\"
        }
      }
    }

To use this very file instead, name its directory in ~/.terraformrc:

    provider_installation {
      dev_overrides {
        \"terraform-provider-libvirt/libvirt\" = \"/the/directory/of/this/file\"
      }
      direct {}
    }
";

/// A Terraform and OpenTofu provider for libvirt.
#[derive(Debug, Parser)]
#[command(name = "terraform-provider-libvirt", version, about, after_help = WHAT_THIS_IS, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Serve without Terraform having started this: prints the variable by which Terraform finds it, and stays until
    /// interrupted. The value is the provider's address in configurations.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = ADDRESS)]
    debug: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Convert(convert::Arguments),
    Lint(lint::Arguments),
    Tidy(tidy::Arguments),
}

/// Does what the command line says.
pub fn run(server: Server) -> ExitCode {
    let arguments = Arguments::parse();
    match (arguments.command, arguments.debug) {
        (Some(Command::Convert(arguments)), _) => convert::run(&arguments, &server),
        (Some(Command::Lint(arguments)), _) => lint::run(&arguments, &server),
        (Some(Command::Tidy(arguments)), _) => tidy::run(&arguments),
        (None, Some(address)) => plugin::debug(server, &address),
        (None, None) => {
            eprint!("{WHAT_THIS_IS}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line. Whoever reads may have enough and be gone.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
