//! Where a conversion is: a path that costs nothing until an error tells it.

use std::fmt;

/// The path to an attribute, each part knowing the one before it. Shown as Terraform writes it: `devices.disks[0].target`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    /// The whole object.
    Whole,
    /// An attribute of an object.
    Attribute(&'a Path<'a>, &'static str),
    /// An element of a list.
    Element(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Whole => Ok(()),
            Path::Attribute(Path::Whole, name) => f.write_str(name),
            Path::Attribute(above, name) => write!(f, "{above}.{name}"),
            Path::Element(above, position) => write!(f, "{above}[{position}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn a_path_is_written_as_terraform_does() {
        let devices = Path::Attribute(&Path::Whole, "devices");
        let disks = Path::Attribute(&devices, "disks");
        let first = Path::Element(&disks, 0);
        assert_eq!(Path::Attribute(&first, "target").to_string(), "devices.disks[0].target");
    }
}
