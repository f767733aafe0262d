//! A libvirt that is newer than the grammar: what it says beyond it keeps nobody from working with the rest.

use generated::shapes::DOMAIN;
use provider_core::convert::{from_newer_xml, from_xml};
use provider_core::value::Value;

const DOCUMENT: &str = "<domain type='qemu'><name>n</name><vcpu>2</vcpu><iothreads>auto</iothreads>\
                        <novelty level='9'/><devices><memballoon model='virtio' mood='good'/><serial type='pty'><target port='auto'/></serial>\
                        </devices></domain>";

#[test]
fn new_words_leave_their_attributes_null() {
    let (value, unread) = from_newer_xml(&DOMAIN, DOCUMENT).unwrap();
    assert_eq!(value.at("vcpu").as_integer(), Some(2));
    assert_eq!(*value.at("io_threads"), Value::Null);
    assert_eq!(value.at("devices.mem_balloon.model").as_str(), Some("virtio"));
    let serial = &value.at("devices.serials").items()[0];
    assert_eq!(serial.at("target_xml").as_str(), Some("<target port='auto'/>"), "there is place for it");
    let unread: Vec<String> = unread.iter().map(ToString::to_string).collect();
    assert_eq!(unread, ["io_threads: 'auto' is not a number"]);
}

#[test]
fn who_must_lose_nothing_hears_of_them() {
    let error = from_xml(&DOMAIN, DOCUMENT).unwrap_err().to_string();
    assert_eq!(error, "io_threads: 'auto' is not a number");
}
