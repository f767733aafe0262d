//! libvirt's C library, loaded when the provider first connects. Knows the dynamic loader and which functions of libvirt
//! are called; must not know what they do.
//!
//! Linked in the usual way, libvirt and the more than fifty libraries behind it would be loaded at every start of the provider,
//! and Terraform starts it several times for one plan, mostly to ask for schemas. It could also not start, nor say what is
//! missing, where libvirt is not installed.
//!
//! `virt` calls C functions by name. For each of them there is a function of that name here which jumps to wherever its
//! slot points: at first to [`not_loaded`], after [`load`] into the library. The linker finds a function that is
//! missing in the list.

#![allow(non_snake_case, non_upper_case_globals, missing_docs)]

use std::error::Error as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering};

use libloading::Library;
use virt::sys;

use super::{Error, Result};

// The jumps below are written for these two, and the dynamic loader for Linux.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
compile_error!("the provider runs on Linux on x86-64 and aarch64 only");

/// The library's name since libvirt 0.1; the interface behind it only grows.
const NAME: &str = "libvirt.so.0";

/// Loads the library, once. Must come before any call into `virt`, which is why only [`super::Host`] opens connections.
pub(super) fn load() -> Result<()> {
    static LOADED: OnceLock<Result<()>> = OnceLock::new();
    LOADED.get_or_init(|| bind(NAME)).clone()
}

/// Loads the library of this name and points every slot into it. It stays loaded until the process ends: libvirt has
/// threads of its own.
fn bind(name: &str) -> Result<()> {
    // SAFETY: libvirt's initialisers have no requirements of their caller.
    let library = Box::leak(Box::new(unsafe { Library::new(name) }.map_err(failed)?));
    for (function, slot) in FUNCTIONS {
        // SAFETY: the slot is only ever called with the C signature that `virt-sys` declares for this name.
        let address = unsafe { library.get::<*mut ()>(function.as_bytes()) }.map_err(failed)?;
        slot.store(*address, Ordering::Release);
    }
    Ok(())
}

/// The loader's message, which `libloading` keeps behind its own text.
fn failed(error: libloading::Error) -> Error {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    Error::new("dlopen", sys::VIR_ERR_SYSTEM_ERROR, text)
}

/// Where a slot points before [`load`]. A panic cannot leave a C function, so this ends the process with its message.
extern "C" fn not_loaded() {
    panic!("libvirt was called before it was loaded");
}

/// A slot, a row of [`FUNCTIONS`] and a C function that jumps to where the slot points, for each name.
macro_rules! late {
    ($($function:ident)*) => {
        mod slot {
            use super::{AtomicPtr, not_loaded};
            $(pub(super) static $function: AtomicPtr<()> = AtomicPtr::new(not_loaded as extern "C" fn() as *mut ());)*
        }

        const FUNCTIONS: &[(&str, &AtomicPtr<()>)] = &[$((stringify!($function), &slot::$function)),*];

        $(
            /// Passes every argument on as it came.
            #[unsafe(no_mangle)]
            #[unsafe(naked)]
            unsafe extern "C" fn $function() {
                #[cfg(target_arch = "x86_64")]
                std::arch::naked_asm!("jmp qword ptr [rip + {slot}]", slot = sym slot::$function);
                #[cfg(target_arch = "aarch64")]
                std::arch::naked_asm!(
                    "adrp x16, {slot}",
                    "ldr x16, [x16, :lo12:{slot}]",
                    "br x16",
                    slot = sym slot::$function
                );
            }
        )*
    };
}

late! {
    virConnectClose
    virConnectDomainXMLToNative
    virConnectGetCapabilities
    virConnectGetLibVersion
    virConnectGetType
    virConnectGetVersion
    virConnectIsAlive
    virConnectListAllDomains
    virConnectListAllNodeDevices
    virConnectOpen
    virConnectRef
    virDomainCreateWithFlags
    virDomainDefineXMLFlags
    virDomainDestroyFlags
    virDomainFree
    virDomainGetAutostart
    virDomainGetID
    virDomainGetName
    virDomainGetState
    virDomainGetUUIDString
    virDomainGetXMLDesc
    virDomainInterfaceAddresses
    virDomainIsActive
    virDomainIsPersistent
    virDomainLookupByName
    virDomainLookupByUUIDString
    virDomainSetAutostart
    virDomainShutdown
    virDomainUndefineFlags
    virGetLastError
    virNetworkCreate
    virNetworkDefineXML
    virNetworkDestroy
    virNetworkFree
    virNetworkGetAutostart
    virNetworkGetUUIDString
    virNetworkGetXMLDesc
    virNetworkIsActive
    virNetworkIsPersistent
    virNetworkLookupByName
    virNetworkLookupByUUIDString
    virNetworkSetAutostart
    virNetworkUndefine
    virNetworkUpdate
    virNodeDeviceFree
    virNodeDeviceGetName
    virNodeDeviceGetXMLDesc
    virNodeDeviceLookupByName
    virNodeGetInfo
    virSecretDefineXML
    virSecretFree
    virSecretGetUUIDString
    virSecretGetXMLDesc
    virSecretLookupByUUIDString
    virSecretLookupByUsage
    virSecretSetValue
    virSecretUndefine
    virSetErrorFunc
    virStoragePoolBuild
    virStoragePoolCreate
    virStoragePoolDefineXML
    virStoragePoolDelete
    virStoragePoolDestroy
    virStoragePoolFree
    virStoragePoolGetAutostart
    virStoragePoolGetInfo
    virStoragePoolGetName
    virStoragePoolGetUUIDString
    virStoragePoolGetXMLDesc
    virStoragePoolIsActive
    virStoragePoolIsPersistent
    virStoragePoolLookupByName
    virStoragePoolLookupByUUIDString
    virStoragePoolLookupByVolume
    virStoragePoolRefresh
    virStoragePoolSetAutostart
    virStoragePoolUndefine
    virStorageVolCreateXML
    virStorageVolDelete
    virStorageVolFree
    virStorageVolGetInfo
    virStorageVolGetKey
    virStorageVolGetName
    virStorageVolGetPath
    virStorageVolGetXMLDesc
    virStorageVolLookupByKey
    virStorageVolLookupByName
    virStorageVolLookupByPath
    virStorageVolResize
    virStorageVolUpload
    virStreamAbort
    virStreamEventRemoveCallback
    virStreamFinish
    virStreamFree
    virStreamNew
    virStreamSend
    virStreamSendHole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_missing_is_an_error_with_advice() {
        let error = bind("libnothing-of-the-sort.so.0").unwrap_err();
        assert!(error.message().contains("libnothing-of-the-sort.so.0"), "{error}");
        assert!(error.advice().is_some_and(|advice| advice.contains("libvirt0")), "{error}");
    }

    #[test]
    fn a_library_that_lacks_a_function_is_an_error_that_names_it() {
        let error = bind("libc.so.6").unwrap_err();
        assert!(error.message().contains(FUNCTIONS[0].0), "{error}");
    }
}
