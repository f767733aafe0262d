//! What the provider reports to the user: one message, where it belongs and what to do. Knows nothing of the wire.

use std::fmt;

/// The place of a value: attribute names, list positions and map keys from the resource's root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributePath(pub Vec<PathStep>);

/// One step of an [`AttributePath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathStep {
    /// An attribute of an object.
    Attribute(&'static str),
    /// An element of a list, from 0.
    Element(usize),
}

impl AttributePath {
    /// The path of one attribute of the root.
    pub fn root(name: &'static str) -> AttributePath {
        AttributePath(vec![PathStep::Attribute(name)])
    }

    /// This path and one attribute more.
    pub fn attribute(&self, name: &'static str) -> AttributePath {
        self.with(PathStep::Attribute(name))
    }

    /// This path and one list position more.
    pub fn element(&self, index: usize) -> AttributePath {
        self.with(PathStep::Element(index))
    }

    fn with(&self, step: PathStep) -> AttributePath {
        let mut steps = self.0.clone();
        steps.push(step);
        AttributePath(steps)
    }
}

impl fmt::Display for AttributePath {
    /// As Terraform writes it: `devices.disks[0].target.dev`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Attribute(name) if position == 0 => f.write_str(name)?,
                PathStep::Attribute(name) => write!(f, ".{name}")?,
                PathStep::Element(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The operation failed, or would.
    Error,
    /// Worth knowing; the operation goes on.
    Warning,
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One line: what is wrong.
    pub summary: String,
    /// Sentences: the value, what is allowed, libvirt's message, what to do next. May be empty.
    pub detail: String,
    /// The attribute it is about, where there is one.
    pub path: AttributePath,
}

/// Messages in the order they arose.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// An error about the whole resource.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path: AttributePath::default(),
        }
    }

    /// A warning about the whole resource.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(summary, detail) }
    }

    /// The same message, as one that stops nothing.
    pub fn as_warning(self) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self }
    }

    /// The same message, about the attribute at `path`.
    pub fn at(self, path: AttributePath) -> Diagnostic {
        Diagnostic { path, ..self }
    }
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// What a value that the grammar does not have is taken for. A libvirt newer than the schemas may know more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// An error.
    #[default]
    Error,
    /// A warning.
    Warn,
    /// No matter.
    Off,
}

impl Level {
    /// The finding as it is to be reported: as the error it is, as a warning, or not at all.
    pub(crate) fn apply(self, found: Diagnostic) -> Option<Diagnostic> {
        match self {
            Level::Error => Some(found),
            Level::Warn => Some(Diagnostic { severity: Severity::Warning, ..found }),
            Level::Off => None,
        }
    }
}
