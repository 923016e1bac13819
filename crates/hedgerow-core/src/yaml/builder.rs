//! Events become a tree. No recursion: what is open stands in `frames`, what is finished but not yet placed in two stacks.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Tag};

use super::key::{Key, Placed, Plain};
use super::problem::{Problem, Problems};
use super::scalar::{Scalar, Spelling, resolve};
use super::{Field, Node, Value, mapping, tag};
use crate::finding::Span;
use crate::limits::{MAX_DEPTH, MAX_NODES_PER_DOCUMENT};

enum Shape<'a> {
    Sequence,
    Mapping { key: Option<Key<'a>>, merges: Vec<usize> },
}

/// A collection that is still open.
struct Frame<'a> {
    shape: Shape<'a>,
    span: Span,
    anchor: usize,
    /// Where its finished children begin in the stack of its kind.
    first: usize,
}

/// An anchored value, for its aliases.
struct Anchored<'a> {
    node: Node<'a>,
    nodes: usize,
    height: usize,
}

/// Why a document is given up: it is too large in some way.
pub(super) type Excess = Problem;

/// One document in the making.
#[derive(Default)]
pub(super) struct Builder<'a> {
    frames: Vec<Frame<'a>>,
    items: Vec<Node<'a>>,
    fields: Vec<Field<'a>>,
    anchors: HashMap<usize, Anchored<'a>>,
    nodes: usize,
    end: u32,
    pub(super) root: Option<Node<'a>>,
    pub(super) problems: Problems,
}

impl<'a> Builder<'a> {
    /// The value, what is odd about it, and one past the last byte of its last token. The builder is as new, but for its room.
    pub(super) fn finish(&mut self) -> (Option<Node<'a>>, Problems, u32) {
        self.frames.clear();
        self.items.clear();
        self.fields.clear();
        self.anchors.clear();
        self.nodes = 0;
        (self.root.take(), std::mem::take(&mut self.problems), std::mem::take(&mut self.end))
    }

    /// Takes in one event at `span`. `budget` is how many nodes anchors and aliases may still add to the file.
    pub(super) fn take(&mut self, event: Event<'a>, span: Span, budget: &mut usize) -> Result<(), Excess> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, span)?;
                let span = self.place_of_scalar(span);
                let placed = self.scalar(text, style, tag.as_deref(), span);
                self.anchor(anchor, &placed.node, budget)?;
                self.place(placed);
            }
            Event::SequenceStart(_, anchor, tag) => self.open(Shape::Sequence, anchor, tag.as_deref(), span)?,
            Event::MappingStart(_, anchor, tag) => {
                let shape = Shape::Mapping { key: None, merges: Vec::new() };
                self.open(shape, anchor, tag.as_deref(), span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span, budget)?,
            Event::Alias(id) => self.alias(id, span, budget)?,
            Event::UnresolvedAlias(name) => {
                self.problems.push(Problem::unknown_anchor(span, &name));
                self.place(Placed::value(Node { span, value: Value::Null }));
            }
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Excess> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES_PER_DOCUMENT { Err(Problem::too_many_nodes(span)) } else { Ok(()) }
    }

    /// A value that is not written has its place after its key, where a person would write it.
    fn place_of_scalar(&mut self, span: Span) -> Span {
        if span.start < span.end {
            self.end = self.end.max(span.end);
            return span;
        }
        match self.frames.last() {
            Some(Frame { shape: Shape::Mapping { key: Some(key), .. }, .. }) => key.span,
            _ => span,
        }
    }

    fn scalar(&mut self, text: Cow<'a, str>, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Placed<'a> {
        if let Some(tag) = tag {
            let merges = text == "<<" && tag.suffix_in_namespace("tag:yaml.org,2002:").is_some_and(|s| s == "merge");
            let (value, problem) = tag::tagged(tag, text, span);
            problem.filter(|_| !merges).into_iter().for_each(|problem| self.problems.push(problem));
            return Placed { merges, ..Placed::value(Node { span, value }) };
        }
        if style != ScalarStyle::Plain {
            return Placed::value(Node { span, value: Value::String(text) });
        }
        let (scalar, spelling) = resolve(&text);
        let Some(value) = scalar.json() else {
            return self.text_or_not_finite(scalar, text, span);
        };
        if spelling == Spelling::Disputed && !self.is_at_key() {
            self.problems.push(match &value {
                Value::Bool(value) => Problem::disputed_bool(span, &text, *value),
                number => Problem::disputed_number(
                    span,
                    &text,
                    &crate::digest::canonical_json(&Node { span, value: number.clone() }),
                ),
            });
        }
        Placed { plain: Some(Plain { text, scalar }), ..Placed::value(Node { span, value }) }
    }

    fn text_or_not_finite(&mut self, scalar: Scalar, text: Cow<'a, str>, span: Span) -> Placed<'a> {
        if scalar == Scalar::NotFinite {
            self.problems.push(Problem::not_finite(span, &text));
        }
        let merges = text == "<<";
        Placed { merges, ..Placed::value(Node { span, value: Value::String(text) }) }
    }

    /// Whether the next value is a key.
    fn is_at_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { shape: Shape::Mapping { key: None, .. }, .. }))
    }

    fn open(&mut self, shape: Shape<'a>, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Excess> {
        self.count(1, span)?;
        if self.frames.len() >= MAX_DEPTH {
            return Err(Problem::too_deep(span));
        }
        let (own, first) = match shape {
            Shape::Sequence => ("seq", self.items.len()),
            Shape::Mapping { .. } => ("map", self.fields.len()),
        };
        tag.and_then(|tag| tag::on_collection(tag, own, span)).into_iter().for_each(|p| self.problems.push(p));
        self.end = self.end.max(span.end);
        self.frames.push(Frame { shape, span, anchor, first });
        Ok(())
    }

    fn close(&mut self, span: Span, budget: &mut usize) -> Result<(), Excess> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        // A block collection ends where its last child does; its event stands at the next token.
        if span.end > span.start {
            self.end = self.end.max(span.end);
        }
        let value = match frame.shape {
            Shape::Sequence => Value::Sequence(self.items.drain(frame.first..).collect()),
            Shape::Mapping { merges, .. } => {
                let fields: Vec<_> = self.fields.drain(frame.first..).collect();
                Value::Mapping(self.unique(fields, &merges).into())
            }
        };
        let span = Span { start: frame.span.start, end: self.end.max(frame.span.start) };
        let node = Node { span, value };
        self.anchor(frame.anchor, &node, budget)?;
        self.place(Placed::value(node));
        Ok(())
    }

    fn unique(&mut self, fields: Vec<Field<'a>>, merges: &[usize]) -> Vec<Field<'a>> {
        if merges.is_empty() {
            mapping::check_unique(&fields, &mut self.problems);
            return fields;
        }
        mapping::merge(fields, merges, &mut self.problems)
    }

    /// Keeps a copy of an anchored value; copies count, lest anchors within anchors multiply.
    fn anchor(&mut self, id: usize, node: &Node<'a>, budget: &mut usize) -> Result<(), Excess> {
        if id == 0 {
            return Ok(());
        }
        let (nodes, height) = node.size();
        *budget = budget.checked_sub(nodes).ok_or_else(|| Problem::too_many_aliases(node.span))?;
        self.anchors.insert(id, Anchored { node: node.clone(), nodes, height });
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span, budget: &mut usize) -> Result<(), Excess> {
        self.end = self.end.max(span.end);
        let Some(anchored) = self.anchors.get(&id) else {
            self.problems.push(Problem::alias_cycle(span));
            self.place(Placed::value(Node { span, value: Value::Null }));
            return Ok(());
        };
        *budget = budget.checked_sub(anchored.nodes).ok_or_else(|| Problem::too_many_aliases(span))?;
        if self.frames.len() + anchored.height > MAX_DEPTH {
            return Err(Problem::too_deep(span));
        }
        let (node, nodes) = (anchored.node.clone(), anchored.nodes);
        self.count(nodes, span)?;
        self.place(Placed::value(node));
        Ok(())
    }

    /// Puts a finished value where it belongs: into a list, as a key, as a key's value, or as the document.
    fn place(&mut self, placed: Placed<'a>) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(placed.node);
            return;
        };
        match &mut frame.shape {
            Shape::Sequence => self.items.push(placed.node),
            Shape::Mapping { key, merges } => match key.take() {
                Some(taken) => {
                    if taken.merges {
                        merges.push(self.fields.len() - frame.first);
                    }
                    self.fields.push(Field { key: taken.text, key_span: taken.span, value: placed.node });
                }
                None => *key = Some(Key::new(placed, &mut self.problems)),
            },
        }
    }
}

impl Node<'_> {
    /// How many values it holds, itself included, and how many collections are open at its deepest.
    fn size(&self) -> (usize, usize) {
        let below = |sizes: &mut dyn Iterator<Item = (usize, usize)>| {
            let (nodes, height) = sizes.fold((1, 0), |(n, h), (nodes, height)| (n + nodes, h.max(height)));
            (nodes, height + 1)
        };
        match &self.value {
            Value::Sequence(items) => below(&mut items.iter().map(Node::size)),
            Value::Mapping(fields) => below(&mut fields.iter().map(|field| field.value.size())),
            _ => (1, 0),
        }
    }
}
