//! Simplification: alternatives that cannot be taken go, groups within groups are flattened, defines that nothing
//! reaches are dropped. What a grammar accepts stays the same.

use std::collections::BTreeSet;

use super::pattern::{Definitions, Grammar, Pattern};

/// The simplified grammar.
pub fn simplify(mut grammar: Grammar) -> Grammar {
    loop {
        let before = grammar.clone();
        let known = trivial(&grammar.defines);
        let step = |pattern: Pattern| reduce(pattern, &known);
        grammar.start = step(grammar.start);
        grammar.defines = grammar.defines.into_iter().map(|(name, pattern)| (name, step(pattern))).collect();
        if grammar == before {
            break;
        }
    }
    let reached = reachable(&grammar);
    grammar.defines.retain(|name, _| reached.contains(name));
    grammar
}

/// Defines that are nothing but `empty` or `notAllowed`: references to them are replaced.
fn trivial(defines: &Definitions) -> Definitions {
    let is_trivial = |pattern: &Pattern| matches!(pattern, Pattern::Empty | Pattern::NotAllowed);
    defines.iter().filter(|(_, pattern)| is_trivial(pattern)).map(|(n, p)| (n.clone(), p.clone())).collect()
}

fn reduce(pattern: Pattern, known: &Definitions) -> Pattern {
    match pattern.map(|inner| reduce(inner, known)) {
        Pattern::Ref(name) => known.get(&name).cloned().unwrap_or(Pattern::Ref(name)),
        Pattern::Element(_, inner) | Pattern::Attribute(_, inner) if *inner == Pattern::NotAllowed => {
            Pattern::NotAllowed
        }
        Pattern::Choice(items) => choice(items),
        Pattern::Group(items) => all(items, Pattern::Group, |item| match item {
            Pattern::Group(inner) => Ok(inner),
            other => Err(other),
        }),
        Pattern::Interleave(items) => all(items, Pattern::Interleave, |item| match item {
            Pattern::Interleave(inner) => Ok(inner),
            other => Err(other),
        }),
        Pattern::Optional(inner) => match *inner {
            Pattern::Empty | Pattern::NotAllowed => Pattern::Empty,
            Pattern::Optional(inner) => Pattern::Optional(inner),
            Pattern::ZeroOrMore(inner) | Pattern::OneOrMore(inner) => Pattern::ZeroOrMore(inner),
            other => Pattern::Optional(Box::new(other)),
        },
        Pattern::ZeroOrMore(inner) => match *inner {
            Pattern::Empty | Pattern::NotAllowed => Pattern::Empty,
            Pattern::Optional(inner) | Pattern::ZeroOrMore(inner) | Pattern::OneOrMore(inner) => {
                Pattern::ZeroOrMore(inner)
            }
            other => Pattern::ZeroOrMore(Box::new(other)),
        },
        Pattern::OneOrMore(inner) => match *inner {
            Pattern::Empty => Pattern::Empty,
            Pattern::NotAllowed => Pattern::NotAllowed,
            Pattern::Optional(inner) | Pattern::ZeroOrMore(inner) => Pattern::ZeroOrMore(inner),
            other => Pattern::OneOrMore(Box::new(other)),
        },
        other => other,
    }
}

fn choice(items: Vec<Pattern>) -> Pattern {
    let mut kept: Vec<Pattern> = Vec::new();
    let mut optional = false;
    for item in items {
        let inner = match item {
            Pattern::Choice(inner) => inner,
            Pattern::Optional(inner) => {
                optional = true;
                match *inner {
                    Pattern::Choice(inner) => inner,
                    other => vec![other],
                }
            }
            other => vec![other],
        };
        for alternative in inner {
            match alternative {
                Pattern::NotAllowed => {}
                Pattern::Empty => optional = true,
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
    }
    let one = match kept.len() {
        0 if optional => return Pattern::Empty,
        0 => return Pattern::NotAllowed,
        1 => kept.remove(0),
        _ => Pattern::Choice(kept),
    };
    if optional { Pattern::Optional(Box::new(one)) } else { one }
}

/// A group or an interleave without `empty`, flattened; nothing if one part cannot be had.
fn all(
    items: Vec<Pattern>,
    build: fn(Vec<Pattern>) -> Pattern,
    same: fn(Pattern) -> Result<Vec<Pattern>, Pattern>,
) -> Pattern {
    let mut kept = Vec::new();
    for item in items {
        match same(item) {
            Ok(inner) => kept.extend(inner),
            Err(Pattern::Empty) => {}
            Err(Pattern::NotAllowed) => return Pattern::NotAllowed,
            Err(other) => kept.push(other),
        }
    }
    match kept.len() {
        0 => Pattern::Empty,
        1 => kept.remove(0),
        _ => build(kept),
    }
}

fn reachable(grammar: &Grammar) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![&grammar.start];
    while let Some(pattern) = waiting.pop() {
        if let Pattern::Ref(name) = pattern
            && reached.insert(name.clone())
            && let Some(define) = grammar.defines.get(name)
        {
            waiting.push(define);
        }
        waiting.extend(pattern.children());
    }
    reached
}
