//! XML → Terraform value → XML over libvirt's own documents.
use provider_core::{convert, xml};

#[test]
fn count() {
    let Some(samples) = tests::corpus::samples() else { return };
    let (mut same, mut all) = (0, 0);
    let mut shown = std::collections::BTreeMap::<String, usize>::new();
    for sample in samples {
        let Some(root) = generated::shapes::ROOTS.iter().find(|root| root.kind == sample.kind) else { continue };
        all += 1;
        let value = match convert::from_xml(root, &sample.text) {
            Ok(value) => value,
            Err(error) => {
                println!("READ {} {error}", sample.file.display());
                continue;
            }
        };
        let back = match convert::to_xml(root, &value) {
            Ok(text) => text,
            Err(error) => {
                println!("WRITE {} {error}", sample.file.display());
                continue;
            }
        };
        let lost = lost(&sample.text, &back);
        if lost.is_empty() {
            same += 1;
        }
        for path in lost {
            let count = shown.entry(format!("{} {path}", sample.kind)).or_default();
            *count += 1;
            if *count == 1 {
                println!("LOST {path} {}", sample.file.display());
            }
        }
        let _ = xml::XmlError::Syntax;
    }
    for (path, count) in &shown {
        println!("TOTAL {count} {path}");
    }
    println!("{same} of {all}");
}

fn lost(before: &str, after: &str) -> Vec<String> {
    fn collect(node: roxmltree::Node, path: &str, out: &mut Vec<String>) {
        let path = format!("{path}/{}", node.tag_name().name());
        out.push(path.clone());
        for a in node.attributes() {
            out.push(format!("{path}@{}={}", a.name(), num(a.value())));
        }
        let text: String = node.children().filter(|c| c.is_text()).filter_map(|c| c.text()).collect();
        let leaf = !node.children().any(|c| c.is_element());
        if leaf && !text.trim().is_empty() {
            out.push(format!("{path}={}", num(&text)));
        }
        for c in node.children().filter(|c| c.is_element()) {
            collect(c, &path, out);
        }
    }
    fn num(text: &str) -> String {
        let t = text.trim();
        if let Some(h) = t.strip_prefix("0x").or(t.strip_prefix("0X")) {
            if let Ok(n) = u128::from_str_radix(h, 16) {
                return n.to_string();
            }
        }
        t.parse::<i128>().map(|n| n.to_string()).unwrap_or_else(|_| text.to_string())
    }
    let (a, b) = (roxmltree::Document::parse(before).unwrap(), roxmltree::Document::parse(after).unwrap());
    let (mut x, mut y) = (vec![], vec![]);
    collect(a.root_element(), "", &mut x);
    collect(b.root_element(), "", &mut y);
    let strip = |l: &String| l.split('=').next().unwrap_or("").to_string();
    let mut out = vec![];
    let mut rest = y.clone();
    for l in &x {
        if let Some(i) = rest.iter().position(|r| r == l) {
            rest.swap_remove(i);
        } else {
            out.push(format!("-{}", strip(l)));
        }
    }
    out.extend(rest.iter().map(|l| format!("+{}", strip(l))));
    out.sort();
    out.dedup();
    out
}
