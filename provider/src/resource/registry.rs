//! All resources and data sources, each with its root of the generated crate.

use generated::shapes::{DOMAIN, NETWORK, STORAGEPOOL, STORAGEVOL};

use super::domain::Domain;
use super::network::Network;
use super::pool::Pool;
use super::volume::Volume;
use crate::server::Registry;

/// Everything the provider serves.
pub fn registry() -> Registry {
    Registry::new(
        vec![
            Box::new(Domain { root: &DOMAIN }),
            Box::new(Network { root: &NETWORK }),
            Box::new(Pool { root: &STORAGEPOOL }),
            Box::new(Volume { root: &STORAGEVOL }),
        ],
        vec![],
    )
}
