//! A host that takes connections and never answers.

use std::io::Read;
use std::os::unix::net::UnixListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use provider_core::value::Value;
use terraform_provider_libvirt::registry;
use terraform_provider_libvirt::server::{Plan, Server};

const NETWORK: &str = "libvirt_network";

fn network() -> Value {
    Value::from([("name", "n".into())])
}

#[test]
fn a_plan_does_not_wait_for_a_connection_that_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let listener = UnixListener::bind(&socket).unwrap();
    let server = Server::new(registry());
    let uri = format!("qemu+unix:///system?socket={}", socket.display());
    assert!(server.configure(&Value::from([("uri", uri.into())])).is_empty());

    thread::scope(|scope| {
        let refresh = scope.spawn(|| server.read_resource(NETWORK, network(), Vec::new()));
        // libvirt's client has spoken, so the refresh is inside virConnectOpen and waits for the answer.
        let (mut client, _) = listener.accept().unwrap();
        assert!(client.read(&mut [0; 64]).unwrap() > 0);

        let (planned, plan) = mpsc::channel();
        scope.spawn({
            let server = &server;
            move || {
                let asked = Plan { config: network(), prior: Value::Null, proposed: network(), private: Vec::new() };
                planned.send(server.plan_resource(NETWORK, asked))
            }
        });
        let plan = plan.recv_timeout(Duration::from_secs(20));
        let waited = !refresh.is_finished();
        drop(client);
        drop(listener);
        let refreshed = refresh.join().unwrap().unwrap();
        assert!(waited, "the connection did not hang: {refreshed:?}");
        assert!(refreshed.diagnostics[0].summary.contains("Cannot connect to libvirt"), "{refreshed:?}");
        let plan = plan.expect("the plan waited for the connection").unwrap();
        assert_eq!(plan.value.get("name").as_str(), Some("n"));
        assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
    });
}
