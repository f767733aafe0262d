//! Three documents into one: what the user had written, what the user wants, and what the other side made of it.
//!
//! What the other side chose by itself stays as long as the user says nothing about it. Pure; which elements are told
//! apart by what, and which choices a change makes stale, comes in as [`Rules`].

use crate::tree::{Content, Element, Name};

/// What there is to know about the elements of a kind of document.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How repeated elements are told apart.
    pub keys: &'static [Keys],
    /// What is to be chosen anew.
    pub anew: &'static [Anew],
}

/// How the elements at a path are told apart.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// Local names from the root, joined by `/`: `domain/devices/disk`.
    pub element: &'static str,
    /// Ways to know an element again, best first; each is a set of [`Element::value`] paths inside it. The first way in
    /// which both sides have all values decides.
    pub ways: &'static [&'static [&'static str]],
}

/// A choice of the other side that a change of the user makes stale.
#[derive(Clone, Copy, Debug)]
pub struct Anew {
    /// What: the path of an element (`domain/devices/disk/address`) or an attribute (`domain/vcpu/@current`); `*` as the
    /// last name is all that its parent holds.
    pub what: &'static str,
    /// What must have changed: [`Element::value`] paths from the parent of `what`; the empty one is the parent's text.
    pub when: &'static [&'static str],
}

/// `mine`, and of `theirs` what stands neither in `base` nor in `mine`. All three have the same root.
pub fn merge(rules: &Rules, base: &Element, mine: &Element, theirs: &Element) -> Element {
    let path = mine.name.local.clone();
    Merge { rules }.element(&path, Some(base), mine, theirs)
}

struct Merge<'a> {
    rules: &'a Rules,
}

impl Merge<'_> {
    fn element(&self, path: &str, base: Option<&Element>, mine: &Element, theirs: &Element) -> Element {
        let mut merged = mine.clone();
        for (name, value) in &theirs.attributes {
            let known = |element: &Element| element.attributes.iter().any(|(other, _)| other == name);
            let stale = || self.stale(path, &format!("@{}", name.local), base, mine);
            if !known(mine) && !base.is_some_and(known) && !stale() {
                merged.attributes.push((name.clone(), value.clone()));
            }
        }
        let silent = |element: &Element| element.text().is_empty() && element.elements().next().is_none();
        if !theirs.text().is_empty() && silent(mine) && base.is_none_or(silent) && !self.stale(path, "", base, mine) {
            merged.content.clone_from(&theirs.content);
        }
        for name in names(theirs) {
            self.children(path, &name, base, &mut merged, mine, theirs);
        }
        merged
    }

    /// Merges the children called `name` into `merged`.
    fn children(
        &self,
        path: &str,
        name: &Name,
        base: Option<&Element>,
        merged: &mut Element,
        mine: &Element,
        theirs: &Element,
    ) {
        let path_below = format!("{path}/{}", name.local);
        let ours = called(mine, name);
        let olds = base.map(|base| called(base, name)).unwrap_or_default();
        let others = called(theirs, name);
        let ways = self.rules.keys.iter().find(|keys| keys.element == path_below).map(|keys| keys.ways);
        let stale = || self.stale(path, &name.local, base, mine);
        if ways.is_none() && (ours.len() > 1 || olds.len() > 1 || others.len() > 1) {
            // A list without keys is taken whole: theirs as long as the user changed nothing.
            let unchanged = ours.len() == olds.len() && ours.iter().zip(&olds).all(|(a, b)| a.same(b));
            if unchanged && !stale() {
                replace(merged, name, &others);
            }
            return;
        }
        let mut results: Vec<Element> = ours.iter().map(|element| (*element).clone()).collect();
        let from_mine = pairs(ways, &others, &ours);
        let from_base = pairs(ways, &others, &olds);
        let mine_to_base = pairs(ways, &ours, &olds);
        for (position, other) in others.iter().enumerate() {
            match (from_mine[position], from_base[position]) {
                (Some(at), old) => {
                    let old = mine_to_base[at].or(old).map(|old| olds[old]);
                    results[at] = self.element(&path_below, old, ours[at], other);
                }
                (None, Some(_)) => {}
                (None, None) if stale() => {}
                (None, None) => results.push((*other).clone()),
            }
        }
        replace(merged, name, &results.iter().collect::<Vec<_>>());
    }

    /// Whether what the other side chose for `what` inside the element at `path` is to be chosen anew.
    fn stale(&self, path: &str, what: &str, base: Option<&Element>, mine: &Element) -> bool {
        let applies = |rule: &&Anew| {
            rule.what.rsplit_once('/').is_some_and(|(parent, last)| parent == path && (last == "*" || last == what))
        };
        let changed = |at: &&str| base.and_then(|base| value(base, at)) != value(mine, at);
        self.rules.anew.iter().filter(applies).any(|rule| rule.when.iter().any(&changed))
    }
}

fn value(element: &Element, path: &str) -> Option<String> {
    if path.is_empty() { Some(element.text().to_string()) } else { element.value(path) }
}

/// The names of an element's children, each once, in their order.
fn names(element: &Element) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for child in element.elements() {
        if !names.contains(&child.name) {
            names.push(child.name.clone());
        }
    }
    names
}

fn called<'a>(element: &'a Element, name: &Name) -> Vec<&'a Element> {
    element.elements().filter(|child| child.name == *name).collect()
}

/// Puts `elements` where the children called `name` stand, the surplus behind the last of them or at the end.
fn replace(parent: &mut Element, name: &Name, elements: &[&Element]) {
    let mut rest = elements.iter().map(|element| Content::Element((*element).clone()));
    let is_called = |content: &Content| matches!(content, Content::Element(element) if element.name == *name);
    let last = parent.content.iter().rposition(is_called);
    let mut content = Vec::with_capacity(parent.content.len() + elements.len());
    for (position, old) in std::mem::take(&mut parent.content).into_iter().enumerate() {
        if is_called(&old) {
            content.extend(rest.next());
        } else {
            content.push(old);
        }
        if last == Some(position) {
            content.extend(rest.by_ref());
        }
    }
    content.extend(rest);
    parent.content = content;
}

/// For each element of `left` the position of the one in `right` that is the same thing. What no way can compare is
/// paired by position among what is left over.
fn pairs(ways: Option<&[&[&str]]>, left: &[&Element], right: &[&Element]) -> Vec<Option<usize>> {
    let ways = ways.unwrap_or_default();
    let mut found = vec![None; left.len()];
    for wanted in [Some(true), None] {
        for (at, one) in left.iter().enumerate() {
            if found[at].is_none() {
                let free = |position: &usize| !found.contains(&Some(*position));
                found[at] =
                    (0..right.len()).filter(free).find(|position| known_again(ways, one, right[*position]) == wanted);
            }
        }
    }
    found
}

/// Whether two elements are the same thing; `None` where no way can tell. Letters count in either case, as in MAC
/// addresses.
fn known_again(ways: &[&[&str]], one: &Element, other: &Element) -> Option<bool> {
    ways.iter().find_map(|way| {
        way.iter().try_fold(true, |same, path| {
            let (one, other) = (one.value(path)?, other.value(path)?);
            Some(same && one.eq_ignore_ascii_case(&other))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        keys: &[
            Keys { element: "d/nic", ways: &[&["alias@name"], &["mac@a"]] },
            Keys { element: "d/c", ways: &[&["@t", "@i"], &["@t"]] },
        ],
        anew: &[
            Anew { what: "d/current", when: &["memory"] },
            Anew { what: "d/nic/address", when: &["model@t"] },
            Anew { what: "d/cpu/*", when: &["@mode"] },
            Anew { what: "d/vcpu/@current", when: &[""] },
        ],
    };

    #[test]
    fn theirs_stays_where_the_user_says_nothing() {
        // what it shows, base, mine, theirs, result
        let table = [
            ("unsaid stays", "<d/>", "<d/>", "<d><uuid>1</uuid></d>", "<d><uuid>1</uuid></d>"),
            ("attributes too", "<d/>", "<d/>", "<d id='1'/>", "<d id='1'/>"),
            ("mine wins", "<d><a>1</a></d>", "<d><a>2</a></d>", "<d><a>1</a></d>", "<d><a>2</a></d>"),
            ("mine wins over drift", "<d><a>1</a></d>", "<d><a>1</a></d>", "<d><a>9</a></d>", "<d><a>1</a></d>"),
            ("what I took out is out", "<d><a>1</a></d>", "<d/>", "<d><a>1</a></d>", "<d/>"),
            ("its extras too", "<d><a>1</a></d>", "<d/>", "<d><a x='1'>1</a></d>", "<d/>"),
            ("attribute out", "<d x='1'/>", "<d/>", "<d x='1' y='2'/>", "<d y='2'/>"),
            (
                "extras inside mine",
                "<d><a>1</a></d>",
                "<d><a>2</a></d>",
                "<d><a u='K'>1</a></d>",
                "<d><a u='K'>2</a></d>",
            ),
            (
                "stale",
                "<d><memory>1</memory></d>",
                "<d><memory>2</memory></d>",
                "<d><memory>1</memory><current>1</current></d>",
                "<d><memory>2</memory></d>",
            ),
            (
                "not stale",
                "<d><memory>1</memory><t>1</t></d>",
                "<d><memory>1</memory></d>",
                "<d><memory>1</memory><current>1</current><t>1</t></d>",
                "<d><memory>1</memory><current>1</current></d>",
            ),
            (
                "all stale",
                "<d/>",
                "<d><cpu mode='h'/></d>",
                "<d><cpu mode='c' match='e'><model>m</model></cpu></d>",
                "<d><cpu mode='h'/></d>",
            ),
            (
                "text stale",
                "<d><vcpu>1</vcpu></d>",
                "<d><vcpu>2</vcpu></d>",
                "<d><vcpu current='1' p='s'>1</vcpu></d>",
                "<d><vcpu p='s'>2</vcpu></d>",
            ),
        ];
        check(&table);
    }

    #[test]
    fn repeated_elements_are_known_by_their_keys() {
        let table = [
            (
                "by key, in mine's order",
                "<d><nic><mac a='A1'/></nic><nic><mac a='b2'/></nic></d>",
                "<d><nic><mac a='b2'/></nic><nic><mac a='a1'/></nic></d>",
                "<d><nic><mac a='a1'/><address s='1'/></nic><nic><mac a='b2'/><address s='2'/></nic></d>",
                "<d><nic><mac a='b2'/><address s='2'/></nic><nic><mac a='a1'/><address s='1'/></nic></d>",
            ),
            (
                "one out, one in, one of theirs",
                "<d><nic><mac a='1'/></nic></d>",
                "<d><nic><mac a='2'/></nic><z/></d>",
                "<d><nic><mac a='1'/><address s='1'/></nic><nic><mac a='3'/></nic></d>",
                "<d><nic><mac a='2'/></nic><nic><mac a='3'/></nic><z/></d>",
            ),
            (
                "by position where no key is set",
                "<d><nic><m/></nic></d>",
                "<d><nic><m/><new/></nic></d>",
                "<d><nic><mac a='1'/><m/></nic></d>",
                "<d><nic><m/><new/><mac a='1'/></nic></d>",
            ),
            (
                "stale inside an element",
                "<d><nic><mac a='1'/><model t='e'/></nic></d>",
                "<d><nic><mac a='1'/><model t='v'/></nic></d>",
                "<d><nic><mac a='1'/><model t='e'/><address s='1'/><x/></nic></d>",
                "<d><nic><mac a='1'/><model t='v'/><x/></nic></d>",
            ),
            (
                "second way",
                "<d/>",
                "<d><c t='scsi' m='v'/></d>",
                "<d><c t='usb' i='0'/><c t='scsi' i='0'/></d>",
                "<d><c t='scsi' m='v' i='0'/><c t='usb' i='0'/></d>",
            ),
            (
                "no keys, unchanged",
                "<d><b v='1'/></d>",
                "<d><b v='1'/></d>",
                "<d><b v='1'/><b v='2'/></d>",
                "<d><b v='1'/><b v='2'/></d>",
            ),
            (
                "no keys, changed",
                "<d><b v='1'/></d>",
                "<d><b v='3'/></d>",
                "<d><b v='1'/><b v='2'/></d>",
                "<d><b v='3'/></d>",
            ),
        ];
        check(&table);
    }

    #[test]
    fn namespaces_tell_elements_apart() {
        check(&[(
            "same local name",
            "<d/>",
            "<d><a>1</a></d>",
            "<d xmlns:q='urn:q'><a>0</a><q:a><q:b/></q:a></d>",
            "<d xmlns:q='urn:q'><a>1</a><q:a><q:b/></q:a></d>",
        )]);
    }

    fn check(table: &[(&str, &str, &str, &str, &str)]) {
        for (what, base, mine, theirs, expected) in table {
            let [base, mine, theirs, expected] =
                [base, mine, theirs, expected].map(|text| Element::parse(text).unwrap());
            let merged = merge(&RULES, &base, &mine, &theirs);
            assert!(merged.same(&expected), "{what}: {merged}");
        }
    }
}
