//! An object from one apply to the next: what the private state knows of it, and what becomes of that. Knows baselines and
//! private states; must not know any resource or protocol messages.

use provider_core::baseline;
use provider_core::compare::equal;
use provider_core::convert::Root;
use provider_core::json::encode;
use provider_core::reconcile::{Observed, after_read};
use provider_core::shape::Shape;
use provider_core::value::Value;

use super::private::Private;

/// What is known of an object from earlier.
#[derive(Debug)]
pub(super) struct History {
    root: Option<&'static Root>,
    shape: &'static Shape,
    pub(super) private: Private,
    baseline: Option<Value>,
    pub(super) set: Value,
}

impl History {
    pub(super) fn new(root: Option<&'static Root>, shape: &'static Shape, private: &[u8]) -> History {
        let private = Private::parse(private);
        let restored = root.zip(private.baseline.as_deref()).and_then(|(root, document)| {
            baseline::restore(root, document)
                .inspect_err(|error| tracing::warn!(%error, kind = root.kind, "the private state has no baseline that can be read"))
                .ok()
        });
        let set = baseline::marks_from_json(shape, &private.set);
        History { root, shape, private, baseline: restored, set }
    }

    /// What libvirt reported after the last apply.
    pub(super) fn baseline(&self) -> Option<&Value> {
        self.baseline.as_ref()
    }

    /// The state after a read, and the private state that goes with it. What libvirt does by itself, after an upgrade of the
    /// host for instance, is taken into the baseline; what somebody did is not.
    /// `named_as` gives what is there the names that the state has.
    pub(super) fn read(
        mut self,
        prior: &Value,
        actual: &Value,
        lean: &Value,
        named_as: impl FnOnce(Value) -> Value,
    ) -> (Value, Private) {
        let named = named_as(actual.clone());
        let observed = Observed {
            actual: &named,
            lean,
            baseline: self.baseline(),
            undrifted: !self.private.drifted,
            set: &self.set,
        };
        let state = after_read(self.shape, prior, &observed);
        let drifts = self.baseline.is_some() && !equal(self.shape, prior, &state);
        if drifts {
            self.private.drifted = true;
            let baseline = self.baseline.as_ref().unwrap_or(&Value::Null);
            self.private.set = encode(&baseline::with_changed(self.shape, &self.set, baseline, actual));
        } else if self.baseline.as_ref().is_none_or(|baseline| !equal(self.shape, baseline, actual)) {
            self.keep(actual);
        }
        (state, self.private)
    }

    /// The private state after an apply that left `actual`.
    pub(super) fn applied(mut self, config: &Value, actual: &Value) -> Private {
        self.private.set = encode(&baseline::set_by(self.shape, config));
        (self.private.imported, self.private.left_alone, self.private.drifted) = (false, false, false);
        self.keep(actual);
        self.private
    }

    /// Keeps what libvirt reports as the baseline.
    pub(super) fn keep(&mut self, actual: &Value) {
        let Some(root) = self.root else { return };
        if self.private.salt.is_empty() {
            self.private.salt = uuid::Uuid::new_v4().simple().to_string();
        }
        match baseline::document(root, actual, &self.private.salt) {
            Ok(document) => self.private.baseline = Some(document),
            Err(error) => tracing::warn!(%error, kind = root.kind, "the object cannot be kept as a baseline"),
        }
    }
}
