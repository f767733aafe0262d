//! The wrappers against libvirt's own test driver, which needs no daemon and no rights.

use terraform_provider_libvirt::libvirt::{Connection, Domain, Host, StartFlags, State};

const WORLD: &str = "test:///default";

fn connect() -> Connection {
    Host::new(WORLD).connect().unwrap()
}

fn document(name: &str) -> String {
    format!("<domain type='test'><name>{name}</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>")
}

fn define(connection: &Connection, name: &str) -> Domain {
    connection.define_domain(&document(name), false).unwrap()
}

#[test]
fn a_host_connects_once_and_shares_the_connection_among_threads() {
    let host = Host::new(WORLD);
    let versions = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| host.connect().unwrap().libvirt_version().unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(versions.iter().all(|version| *version == versions[0] && *version > 6_000_000));
}

#[test]
fn a_host_that_cannot_be_reached_says_what_and_what_to_do() {
    let table = [
        ("foo bar", "Unable to parse URI", "Write the uri as"),
        ("qemu+tcp://127.0.0.1:1/system", "unable to connect to server", "Check the host's name"),
        ("qemu+unix:///system?socket=/nonexistent/sock", "Failed to connect socket", "is not listening there"),
        ("qemu:///sys\0tem", "NUL", ""),
    ];
    for (uri, expected, advice) in table {
        let diagnostic = Host::new(uri).connection().unwrap_err();
        assert!(diagnostic.summary.contains("Cannot connect to libvirt"), "{diagnostic:?}");
        assert!(diagnostic.detail.contains(expected) && diagnostic.detail.contains(advice), "{diagnostic:?}");
        assert!(diagnostic.detail.contains("virConnectOpen"), "{diagnostic:?}");
    }
}

#[test]
fn a_driver_that_does_not_exist_is_recognised() {
    let diagnostic = Host::new("nope:///system").connection().unwrap_err();
    // Where libvirt is split into a daemon for each driver, the client looks for that of this one.
    let known =
        ["no connection driver available", "virtnoped-sock"].iter().any(|text| diagnostic.detail.contains(text));
    assert!(known && diagnostic.detail.contains("uri"), "{diagnostic:?}");
}

#[test]
fn a_password_in_the_uri_is_not_shown() {
    let diagnostic = Host::new("qemu+nope://me:hunter2@host/system").connection().unwrap_err();
    assert!(!format!("{diagnostic:?}").contains("hunter2"), "{diagnostic:?}");
}

#[test]
fn a_domain_lives() {
    let connection = connect();
    let domain = define(&connection, "lives");
    assert_eq!(domain.name().unwrap(), "lives");
    assert_eq!(domain.state().unwrap(), State::Off);
    assert!(domain.is_persistent().unwrap());
    domain.start(StartFlags::default()).unwrap();
    assert_eq!(domain.state().unwrap(), State::Running);
    assert!(domain.id().is_some());
    assert!(connection.active_domains().unwrap().iter().any(|one| one.name().unwrap() == "lives"));
    domain.set_autostart(true).unwrap();
    assert!(domain.autostart().unwrap());
    assert!(domain.definition().unwrap().contains("<name>lives</name>"));
    domain.turn_off(false).unwrap();
    domain.turn_off(false).unwrap();
    domain.shut_down().unwrap();
    let uuid = domain.uuid().unwrap();
    domain.undefine().unwrap();
    domain.undefine().unwrap();
    assert!(connection.domain_by_uuid(&uuid).unwrap().is_none());
    assert!(connection.domain_by_name("lives").unwrap().is_none());
}

#[test]
fn errors_tell_the_call_and_the_advice() {
    let connection = connect();
    let domain = define(&connection, "taken");
    let error = connection
        .define_domain(
            &document("taken").replace("<name>", "<uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid><name>"),
            false,
        )
        .unwrap_err();
    assert_eq!(error.call(), "virDomainDefineXMLFlags");
    assert!(error.advice().unwrap().contains("terraform import"), "{error:?}");
    let diagnostic = error.diagnostic("Cannot define the domain taken");
    assert!(diagnostic.detail.contains("virDomainDefineXMLFlags"), "{diagnostic:?}");
    let rejected = connection.define_domain("<domain type='test'><name>x</name>", false).unwrap_err();
    assert!(!rejected.is_not_found());
    assert!(connection.define_domain("a\0b", false).is_err());
    domain.undefine().unwrap();
}

#[test]
fn a_network_lives() {
    let connection = connect();
    let network = connection
        .define_network(
            "<network><name>lives</name><forward mode='nat'/><ip address='10.9.8.1' prefix='24'/></network>",
        )
        .unwrap();
    assert!(!network.is_active().unwrap() && network.is_persistent().unwrap());
    network.start().unwrap();
    network.set_autostart(true).unwrap();
    assert!(network.is_active().unwrap() && network.autostart().unwrap());
    assert!(network.definition().unwrap().contains("10.9.8.1"));
    let uuid = network.uuid().unwrap();
    network.stop().unwrap();
    network.stop().unwrap();
    network.undefine().unwrap();
    assert!(connection.network_by_uuid(&uuid).unwrap().is_none());
    assert!(connection.network_by_name("lives").unwrap().is_none());
}

#[test]
fn a_pool_and_its_volume_live() {
    let connection = connect();
    let pool = connection
        .define_pool("<pool type='dir'><name>lives</name><target><path>/lives</path></target></pool>")
        .unwrap();
    pool.build().unwrap();
    pool.start().unwrap();
    pool.set_autostart(true).unwrap();
    assert!(pool.is_active().unwrap() && pool.autostart().unwrap() && pool.is_persistent().unwrap());
    let volume = pool
        .create_volume("<volume><name>v</name><capacity unit='MiB'>1</capacity><allocation>0</allocation></volume>")
        .unwrap();
    assert_eq!(volume.capacity().unwrap(), 1 << 20);
    assert_eq!(volume.pool().unwrap(), "lives");
    assert!(connection.volume_by_key(&volume.key().unwrap()).unwrap().is_some());
    assert!(connection.volume_by_path(&volume.path().unwrap()).unwrap().is_some());
    assert!(volume.document().unwrap().contains("<name>v</name>"));
    assert!(pool.state().unwrap().capacity > 0);
    pool.refresh().unwrap();
    assert!(pool.volume("v").unwrap().is_some());
    volume.delete().unwrap();
    volume.delete().unwrap();
    assert!(pool.volume("v").unwrap().is_none());
    let uuid = pool.uuid().unwrap();
    pool.stop().unwrap();
    pool.delete().unwrap();
    pool.undefine().unwrap();
    assert!(connection.pool_by_uuid(&uuid).unwrap().is_none());
    assert!(connection.pool_by_name("lives").unwrap().is_none());
}
