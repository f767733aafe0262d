//! An order of children that the grammar allows, for documents made from what holds no order. Knows no element by name.

use std::collections::{BTreeMap, HashSet};

use roxmltree::{Document, Node};

use super::derivative::{Event, EventId, Id, NOT_ALLOWED, Patterns};
use super::matcher::{Body, Matcher};
use super::{ElementId, Grammar, PatternId};

/// The text with its elements' children in an order that the start pattern allows. Children of the same name keep
/// theirs, and so do all of an element whose order is right or cannot be made so.
pub fn arrange(grammar: &'static Grammar, start: PatternId, document: &Document) -> String {
    let matcher = Matcher::new(grammar);
    let mut roots = Vec::new();
    matcher.elements_in(Id::from(start), &mut roots);
    let root = document.root_element();
    let arranged = Arranger { matcher }.element(root, &roots);
    let text = document.input_text();
    let mut out = text[..root.range().start].to_string();
    arranged.write(text, &mut out);
    out.push_str(&text[root.range().end..]);
    out
}

/// An element, its children in their new order.
struct Arranged<'a, 'input> {
    node: Node<'a, 'input>,
    matching: Vec<ElementId>,
    children: Vec<Arranged<'a, 'input>>,
}

impl Arranged<'_, '_> {
    /// What stands between the children stays where it is.
    fn write(&self, text: &str, out: &mut String) {
        let mut end = self.node.range().start;
        for (before, child) in self.node.children().filter(Node::is_element).zip(&self.children) {
            out.push_str(&text[end..before.range().start]);
            child.write(text, out);
            end = before.range().end;
        }
        out.push_str(&text[end..self.node.range().end]);
    }
}

struct Arranger {
    matcher: Matcher,
}

impl Arranger {
    fn element<'a, 'input>(&mut self, node: Node<'a, 'input>, candidates: &[ElementId]) -> Arranged<'a, 'input> {
        let named = self.matcher.named(node, candidates);
        let below = self.matcher.below_any(&named);
        let elements = node.children().filter(Node::is_element);
        let children: Vec<Arranged> = elements.map(|child| self.element(child, &below)).collect();
        let content = self.matcher.content(node, &named);
        let mixed = matches!(&content.body, Body::Children(seen) if seen.len() != children.len());
        if children.is_empty() || mixed {
            let matching = named.into_iter().filter(|id| self.matcher.accepts(*id, &content)).collect();
            return Arranged { node, matching, children };
        }
        let events: Vec<EventId> = children.iter().map(|child| self.event(child)).collect();
        let queues = queues(&children);
        let mut orders = BTreeMap::new();
        for id in named {
            let open = self.matcher.open(id, &content);
            if let Some(order) = self.order(open, &events, &queues) {
                orders.insert(id, order);
            }
        }
        // Where one pattern takes the children as they stand, they stay.
        let order = orders.values().min().cloned().unwrap_or_else(|| (0..children.len()).collect());
        let matching = orders.into_iter().filter(|(_, one)| *one == order).map(|(id, _)| id).collect();
        Arranged { node, matching, children: permuted(children, &order) }
    }

    fn event(&mut self, child: &Arranged) -> EventId {
        self.matcher.patterns.event(Event::Element(child.matching.clone()))
    }

    /// An order in which a pattern takes all children: the first one, where they are tried as they stand. Each queue
    /// holds the children of one name.
    fn order(&mut self, open: Id, events: &[EventId], queues: &[Vec<usize>]) -> Option<Vec<usize>> {
        let taken = vec![0; queues.len()];
        let mut search = Search { patterns: &mut self.matcher.patterns, events, queues, taken, failed: HashSet::new() };
        let mut order = Vec::new();
        search.rest(open, &mut order).then_some(order)
    }
}

/// The positions of the children by their names.
fn queues(children: &[Arranged]) -> Vec<Vec<usize>> {
    let mut queues: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, child) in children.iter().enumerate() {
        let name = child.node.tag_name();
        queues.entry((name.namespace(), name.name())).or_default().push(position);
    }
    queues.into_values().collect()
}

/// A search for an order, depth first; what failed once is not tried again.
struct Search<'s> {
    patterns: &'s mut Patterns,
    events: &'s [EventId],
    queues: &'s [Vec<usize>],
    /// How many of each queue stand in the order.
    taken: Vec<usize>,
    failed: HashSet<(Id, Vec<usize>)>,
}

impl Search<'_> {
    /// Whether the pattern takes the children that are left, which are put behind the order.
    fn rest(&mut self, pattern: Id, order: &mut Vec<usize>) -> bool {
        if order.len() == self.events.len() {
            return self.patterns.nullable(pattern);
        }
        if pattern == NOT_ALLOWED || self.failed.contains(&(pattern, self.taken.clone())) {
            return false;
        }
        for (next, queue) in self.first_ones() {
            let behind = self.patterns.derive(pattern, self.events[next]);
            self.taken[queue] += 1;
            order.push(next);
            if self.rest(behind, order) {
                return true;
            }
            order.pop();
            self.taken[queue] -= 1;
        }
        self.failed.insert((pattern, self.taken.clone()));
        false
    }

    /// The first child that is left of each name, with its queue, as they stand in the document.
    fn first_ones(&self) -> BTreeMap<usize, usize> {
        let first = |queue: usize| Some((*self.queues[queue].get(self.taken[queue])?, queue));
        (0..self.queues.len()).filter_map(first).collect()
    }
}

fn permuted<T>(items: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.iter().filter_map(|from| slots[*from].take()).collect()
}
