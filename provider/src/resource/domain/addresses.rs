//! Which addresses of an imported domain libvirt would give again, so that the configuration need not name them. libvirt
//! itself is asked, in a way that changes nothing on the host. Knows devices; must not know how state is made.

use provider_core::convert::Root;
use provider_core::select::compact;
use provider_core::value::{Object, Value};

use crate::libvirt::{Connection, Host};
use crate::resource::document;

/// The driver that answers.
const DRIVER: &str = "QEMU";

/// What may be taken out of a list of controllers.
type Droppable = fn(&Value) -> bool;

/// From the most that may go to the least: controllers that say nothing but that they are there, those of PCI buses, none.
const STEPS: [Droppable; 3] = [is_plain, |controller| is_pci(controller) && is_plain(controller), |_| false];

/// The order in which libvirt adds the controllers that a machine and its devices need, by type.
const ADDED: [&str; 8] = ["usb", "sata", "pci", "scsi", "fdc", "ide", "virtio-serial", "ccid"];

/// What an import takes of `lean`: without addresses, and without controllers that only hold them, where the hypervisor would
/// be started in the same way and the definition have the same order. Where libvirt cannot be asked, all addresses stay, also
/// those of devices that it would add by itself.
pub(super) fn imported(root: &Root, host: Option<&Host>, actual: &Value, lean: Value) -> Value {
    let stays = || with_addresses(&lean, actual);
    let Some((host, connection)) = host.and_then(|host| Some((host, host.connect().ok()?))) else { return stays() };
    if host.driver().as_deref() != Some(DRIVER) || hands_out_host_devices(&connection, actual) {
        return stays();
    }
    let native = |object: &Value| {
        let document = document::write(root, object).ok()?;
        connection.domain_to_native(&document.to_string()).ok().map(|command| without_descriptors(&command))
    };
    let Some(wanted) = native(actual) else { return stays() };
    let shorter = STEPS.into_iter().filter(|droppable| comes_back_in_order(actual, *droppable));
    let mut shorter = shorter.map(|droppable| without(&lean, actual, droppable));
    shorter.find(|object| native(&compact(object)).as_ref() == Some(&wanted)).unwrap_or_else(stays)
}

/// A command line without the numbers of open files, which are others each time.
fn without_descriptors(command: &str) -> String {
    const MARKS: [&str; 4] = ["fd\":\"", "fds\":\"", "fd=", "fds="];
    let (mut kept, mut rest) = (String::new(), command);
    while let Some(at) = MARKS.iter().filter_map(|mark| Some(rest.find(mark)? + mark.len())).min() {
        let (before, behind) = rest.split_at(at);
        kept.push_str(before);
        rest = behind.trim_start_matches(|character: char| character.is_ascii_digit() || character == ':');
    }
    kept + rest
}

/// Devices that libvirt would add, but at another address, stay.
fn with_addresses(lean: &Value, actual: &Value) -> Value {
    let Value::Object(devices) = actual.get("devices") else { return lean.clone() };
    let mut kept = lean.get("devices").as_object().cloned().unwrap_or_default();
    for (name, there) in devices {
        match (there, kept.get_mut(name)) {
            (Value::List(items), Some(Value::List(lean))) => {
                for (item, lean) in items.iter().zip(lean) {
                    if lean.is_null() && !item.get("address").is_null() {
                        *lean = item.clone();
                    }
                }
            }
            (Value::List(items), None) if items.iter().any(|item| !item.get("address").is_null()) => {
                let has_address = |item: &Value| if item.get("address").is_null() { Value::Null } else { item.clone() };
                kept.insert(name, Value::List(items.iter().map(has_address).collect()));
            }
            (Value::Object(_), None) if !there.get("address").is_null() => {
                kept.insert(name, there.clone());
            }
            _ => {}
        }
    }
    let mut object = lean.clone();
    object.set("devices", Value::Object(kept));
    object
}

/// Whether libvirt would put the controllers that are left out where they are now: behind those of their type, or at the end.
fn comes_back_in_order(actual: &Value, droppable: Droppable) -> bool {
    let all: Vec<&Value> = actual.at("devices.controllers").items().iter().collect();
    let kind = |controller: &Value| controller.get("type").as_str().map(str::to_string);
    let (dropped, mut placed): (Vec<&Value>, Vec<&Value>) =
        all.iter().copied().partition(|controller| droppable(controller));
    for added in ADDED {
        for controller in dropped.iter().filter(|controller| kind(controller).as_deref() == Some(added)) {
            let index = controller.get("index").as_integer();
            let before =
                |other: &&Value| kind(other).as_deref() == Some(added) && other.get("index").as_integer() <= index;
            let at = placed.iter().rposition(before).map_or(placed.len(), |at| at + 1);
            placed.insert(at, controller);
        }
    }
    placed == all
}

/// Whether a host device is or may be handed to the guest. libvirt 11.3 crashes when it is asked for the command line of an
/// interface that is one.
fn hands_out_host_devices(connection: &Connection, actual: &Value) -> bool {
    let devices = actual.get("devices");
    let interface = |interface: &Value| {
        let source = interface.get("source");
        let network = source.at("network.network").as_str();
        let is_sure = ["bridge", "ethernet", "user", "network"].iter().any(|kind| !source.get(kind).is_null());
        !is_sure || network.is_some_and(|name| !is_known_to_be_harmless(connection, name))
    };
    !devices.get("hostdevs").items().is_empty() || devices.get("interfaces").items().iter().any(interface)
}

fn is_known_to_be_harmless(connection: &Connection, network: &str) -> bool {
    let Ok(Some(network)) = connection.network_by_name(network) else { return false };
    let forward = |document: String| {
        let document = provider_core::tree::Element::parse(&document).ok()?;
        Some(document.value("forward@mode").is_none_or(|mode| mode != "hostdev"))
    };
    network.definition().ok().and_then(forward).unwrap_or(false)
}

/// The object without the addresses of its devices and without the controllers that may go; list elements stay in place.
/// `actual` decides which these are: `object` may hold less of them.
fn without(object: &Value, actual: &Value, droppable: Droppable) -> Value {
    let Value::Object(devices) = object.get("devices") else { return object.clone() };
    let stripped: Object = devices
        .iter()
        .map(|(name, value)| {
            let there = actual.get("devices").get(name);
            let value = match value {
                Value::List(items) => {
                    let item = |(at, item): (usize, &Value)| match *name == "controllers"
                        && there.items().get(at).is_some_and(droppable)
                    {
                        true => Value::Null,
                        false => without_address(item),
                    };
                    Value::List(items.iter().enumerate().map(item).collect())
                }
                value => without_address(value),
            };
            (*name, value)
        })
        .collect();
    let mut object = object.clone();
    object.set("devices", Value::Object(stripped));
    object
}

fn without_address(device: &Value) -> Value {
    let mut device = device.clone();
    device.set("address", Value::Null);
    device
}

fn is_pci(controller: &Value) -> bool {
    controller.get("type").as_str() == Some("pci")
}

/// Whether a controller has nothing that libvirt does not choose by itself.
fn is_plain(controller: &Value) -> bool {
    let is_chosen = |name: &&str| match *name {
        "type" | "index" | "model" | "address" => true,
        "pci" => controller.at("pci.hole64").is_null(),
        _ => false,
    };
    controller.as_object().is_some_and(|members| members.keys().all(is_chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_are_no_difference() {
        let command = |number: u32| {
            format!(
                r#"-netdev '{{"type":"tap","fd":"{number}","vhostfd":"{number}"}}' -netdev tap,fds={number}:{number},id=n -m 7"#
            )
        };
        assert_eq!(without_descriptors(&command(7)), without_descriptors(&command(28)));
        assert!(without_descriptors(&command(7)).ends_with(",id=n -m 7"));
        assert_eq!(without_descriptors("-m 7 -smp 2"), "-m 7 -smp 2");
    }

    #[test]
    fn what_is_left_out_must_come_back_where_it_was() {
        let controllers = |kinds: &[&str]| {
            let one = |kind: &&str| Value::from([("type", (*kind).into()), ("index", 0_i64.into())]);
            let list = Value::List(kinds.iter().map(one).collect());
            Value::from([("devices", Value::from([("controllers", list)]))])
        };
        assert!(comes_back_in_order(&controllers(&["usb", "pci", "ide"]), STEPS[0]));
        assert!(!comes_back_in_order(&controllers(&["ide", "usb", "pci"]), STEPS[0]));
        assert!(comes_back_in_order(&controllers(&["ide", "usb", "pci"]), STEPS[2]));
        assert!(!comes_back_in_order(&controllers(&["pci", "usb"]), STEPS[1]));
    }

    #[test]
    fn an_added_device_stays_with_its_address() {
        let at = |slot: i64| Value::from([("address", Value::from([("slot", slot.into())]))]);
        let devices = Value::from([("balloon", at(5)), ("inputs", Value::List(vec![at(6)]))]);
        let actual = Value::from([("devices", devices)]);
        assert_eq!(with_addresses(&Value::from([]), &actual), actual);
        let without = Value::from([("devices", Value::from([("balloon", Value::from([]))]))]);
        assert_eq!(with_addresses(&Value::from([]), &without), Value::from([("devices", Value::from([]))]));
    }

    #[test]
    fn only_what_libvirt_chooses_may_go() {
        let plain = Value::from([("type", "pci".into()), ("index", 1_i64.into()), ("address", Value::from([]))]);
        assert!(is_plain(&plain) && is_pci(&plain));
        let mut driven = plain.clone();
        driven.set("driver", Value::from([]));
        assert!(!is_plain(&driven));
        let disk = Value::from([("address", Value::from([])), ("device", "disk".into())]);
        let devices =
            Value::from([("controllers", Value::List(vec![plain, driven])), ("disks", Value::List(vec![disk]))]);
        let object = Value::from([("devices", devices)]);
        let stripped = without(&object, &object, STEPS[0]);
        let controllers = stripped.at("devices.controllers").items();
        assert!(controllers[0].is_null() && controllers[1].get("address").is_null());
        assert_eq!(stripped.at("devices.disks").items()[0], Value::from([("device", "disk".into())]));
        assert_eq!(compact(&stripped).at("devices.controllers").items().len(), 1);
    }
}
