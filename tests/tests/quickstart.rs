//! The example that `make demo` shows, with names of its own.

use std::fs;

use tests::libvirt::{Names, SYSTEM, guest_type, virsh};
use tests::repository;
use tests::system;
use tests::terraform::{Workspace, quoted};

#[test]
fn the_quickstart_comes_up_and_goes_away() {
    system!();
    let names = Names::new(SYSTEM, "quickstart");
    let Some(terraform) = Workspace::new(SYSTEM, "") else { return };
    fs::remove_file(terraform.path().join("provider.tf")).expect("the example has its own");
    for file in repository::files("docs/examples/quickstart", "tf") {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        terraform.write(&name, &repository::read(&file));
    }
    terraform.write(
        "test.auto.tfvars",
        &format!(
            "name = {}\ntype = {}\nsubnet = \"{}.0/24\"\ndirectory = {}\n",
            quoted(names.prefix()),
            quoted(&guest_type()),
            names.subnet(),
            quoted(&names.folder().display().to_string())
        ),
    );

    terraform.apply();
    let output = |name: &str| terraform.run(&["output", "-raw", name]).out;
    assert_eq!(output("name"), names.prefix());
    assert_eq!(output("state"), "running");
    assert!(output("address").starts_with(&names.subnet()), "address: {}", output("address"));
    terraform.expect_empty_plan("of the quickstart");
    assert_eq!(virsh(SYSTEM, &["domstate", names.prefix()]), "running");

    terraform.destroy();
    names.expect_nothing_left();
}
