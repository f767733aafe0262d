//! Which elements of two lists are the same thing. Knows keys; must not know what is done with the pairs.

use crate::compare::Compare;
use crate::shape::{Kind, List, Shape};
use crate::value::Value;

/// For each element of `left` the position of its partner in `right`; nobody has two partners.
///
/// Keys decide wherever both elements have one. What is left open (no key, or one that libvirt has yet to choose) is
/// paired by content: the element at the same position that says all that the left one says, then
/// any such element; and last in order, as long as no part of a key speaks against it.
pub(crate) fn pair(
    shape: &Shape,
    list: &List,
    left: &[Value],
    right: &[Value],
    compare: &Compare<'_>,
) -> Vec<Option<usize>> {
    let keyed = |a: &Value, b: &Value| same_key(shape, list, a, b, compare);
    let open = |a: &Value, b: &Value| keyed(a, b).is_none() && !contradict(shape, list, a, b, compare);
    let passes: [&dyn Fn(usize, usize) -> bool; 4] = [
        &|i, j| keyed(&left[i], &right[j]) == Some(true),
        &|i, j| i == j && open(&left[i], &right[j]) && compare.covers(shape, &right[j], &left[i]),
        &|i, j| open(&left[i], &right[j]) && compare.covers(shape, &right[j], &left[i]),
        &|i, j| open(&left[i], &right[j]),
    ];
    let mut partners = vec![None; left.len()];
    let mut taken = vec![false; right.len()];
    for matches in passes {
        for (i, partner) in partners.iter_mut().enumerate().filter(|(_, partner)| partner.is_none()) {
            *partner = (0..right.len()).find(|j| !taken[*j] && matches(i, *j));
            if let Some(j) = *partner {
                taken[j] = true;
            }
        }
    }
    partners
}

/// The paths of the key that decides whether two elements are the same: the first that both have in full.
pub(crate) fn common_key(list: &List, a: &Value, b: &Value) -> Option<&'static [&'static str]> {
    let complete = |paths: &&&[&str]| paths.iter().all(|path| is_set(a.at(path)) && is_set(b.at(path)));
    list.keys.iter().find(complete).copied()
}

/// Whether two elements have the same key; `None` where they have none in common.
pub(crate) fn same_key(shape: &Shape, list: &List, a: &Value, b: &Value, compare: &Compare<'_>) -> Option<bool> {
    common_key(list, a, b).map(|paths| paths.iter().all(|path| same_part(shape, path, a, b, compare)))
}

/// Whether some part of a key is set in both elements and differs.
fn contradict(shape: &Shape, list: &List, a: &Value, b: &Value, compare: &Compare<'_>) -> bool {
    let mut parts = list.keys.iter().flat_map(|paths| paths.iter());
    parts.any(|path| is_set(a.at(path)) && is_set(b.at(path)) && !same_part(shape, path, a, b, compare))
}

fn same_part(shape: &Shape, path: &str, a: &Value, b: &Value, compare: &Compare<'_>) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (shape.attribute(name), rest) {
        (Some(attribute), None) => compare.same(attribute, a, b),
        (Some(attribute), Some(rest)) => match attribute.kind {
            Kind::Object(inner) => same_part(inner, rest, a.get(name), b.get(name), compare),
            _ => false,
        },
        (None, _) => false,
    }
}

fn is_set(value: &Value) -> bool {
    !value.is_null() && !value.is_unknown()
}
