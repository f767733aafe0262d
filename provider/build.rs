//! Compiles the wire protocols under `proto/` to Rust, without a protoc on the machine.

use std::error::Error;

const PROTOCOLS: [&str; 5] =
    ["tfplugin6.proto", "grpc_controller.proto", "grpc_broker.proto", "grpc_stdio.proto", "health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let descriptors = protox::compile(PROTOCOLS, ["proto"])?;
    // Clients are for the tests; without a transport of their own they need no further features of tonic.
    tonic_prost_build::configure().build_transport(false).compile_fds(descriptors)?;
    Ok(())
}
