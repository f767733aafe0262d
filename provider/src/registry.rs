//! All resources and data sources, each with its root of the generated crate.

use generated::shapes::{CLOUDINIT_DISK, COMBUSTION, DOMAIN, IGNITION, NETWORK, STORAGEPOOL, STORAGEVOL};

use crate::data_source::{DomainInterfaceAddresses, NodeDeviceInfo, NodeDevices, NodeInfo};
use crate::resource::domain::Domain;
use crate::resource::network::Network;
use crate::resource::pool::Pool;
use crate::resource::seed::{Reader, SeedFile};
use crate::resource::volume::Volume;
use crate::server::Registry;

/// Everything the provider serves.
pub fn registry() -> Registry {
    Registry::new(
        vec![
            Box::new(Domain { root: &DOMAIN }),
            Box::new(Network { root: &NETWORK }),
            Box::new(Pool { root: &STORAGEPOOL }),
            Box::new(Volume { root: &STORAGEVOL }),
            Box::new(SeedFile { bare: &CLOUDINIT_DISK, reader: Reader::CloudInit, volumes: &STORAGEVOL }),
            Box::new(SeedFile { bare: &IGNITION, reader: Reader::Ignition, volumes: &STORAGEVOL }),
            Box::new(SeedFile { bare: &COMBUSTION, reader: Reader::Combustion, volumes: &STORAGEVOL }),
        ],
        vec![Box::new(DomainInterfaceAddresses), Box::new(NodeDeviceInfo), Box::new(NodeDevices), Box::new(NodeInfo)],
    )
}
