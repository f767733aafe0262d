use codegen::{emit, grammar::*, rng, types};
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let kinds = [
        "domain",
        "domainsnapshot",
        "domaincheckpoint",
        "domainbackup",
        "network",
        "networkport",
        "storagepool",
        "storagevol",
        "nodedev",
        "interface",
        "secret",
        "nwfilter",
        "nwfilterbinding",
        "capability",
        "domaincaps",
        "storagepoolcaps",
        "cpu",
    ];
    let gs: Vec<_> = kinds.iter().map(|k| (*k, rng::load::load(dir.as_ref(), &format!("{k}.rng")).unwrap())).collect();
    let mut all = Grammars::new(gs.iter().map(|(k, g)| (*k, g)));
    let types = types::types(&mut all, &kinds);
    println!("{} structs", types.structs.len());
    let mut a = emit::structs::structs(&types).unwrap();
    a.push(emit::structs::lib(&["structs"]).unwrap());
    a.push(emit::structs::manifest());
    std::fs::create_dir_all("generated/src/structs").unwrap();
    for a in a {
        println!("{:6} {}", a.text.lines().count(), a.path);
        std::fs::write(a.path, a.text).unwrap();
    }
}
