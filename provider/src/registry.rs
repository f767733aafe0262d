//! All resources and data sources, each with its root of the generated crate.

use generated::shapes::{CLOUDINIT_DISK, COMBUSTION, DOMAIN, IGNITION, NETWORK, SECRET, STORAGEPOOL, STORAGEVOL};

use crate::data_source::{DomainInterfaceAddresses, NodeDeviceInfo, NodeDevices, NodeInfo};
use crate::resource::defined::Defined;
use crate::resource::domain::Domain;
use crate::resource::network::Network;
use crate::resource::pool::Pool;
use crate::resource::secret::Secret;
use crate::resource::seed::{Reader, SeedFile};
use crate::resource::volume::Volume;
use crate::server::Registry;

/// Everything the provider serves.
pub fn registry() -> Registry {
    Registry::new(
        vec![
            Box::new(Defined::<Domain>::new(&DOMAIN)),
            Box::new(Defined::<Network>::new(&NETWORK)),
            Box::new(Defined::<Pool>::new(&STORAGEPOOL)),
            Box::new(Defined::<Secret>::new(&SECRET)),
            Box::new(Volume { root: &STORAGEVOL }),
            Box::new(SeedFile { bare: &CLOUDINIT_DISK, reader: Reader::CloudInit, volumes: &STORAGEVOL }),
            Box::new(SeedFile { bare: &IGNITION, reader: Reader::Ignition, volumes: &STORAGEVOL }),
            Box::new(SeedFile { bare: &COMBUSTION, reader: Reader::Combustion, volumes: &STORAGEVOL }),
        ],
        vec![Box::new(DomainInterfaceAddresses), Box::new(NodeDeviceInfo), Box::new(NodeDevices), Box::new(NodeInfo)],
    )
}
