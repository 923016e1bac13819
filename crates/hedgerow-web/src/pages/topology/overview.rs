//! A large fabric by its blocks: a band of spines above, a card for each block, and links counted, so that a hundred
//! switches and thousands of servers can be read. Each card leads to the block in detail.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{Block, blocks};
use super::bounds::{self, BOXES_BYTES, MAX_ABOVE, box_bytes};
use super::detail::title;
use super::drawing::{Area, Drawing, Emphasis, Frame, Line, Plate, curve, straight};
use super::vpcs::Overlay;
use super::wiring::{At, Link, Wiring};
use super::words::{LinkKind, Mark, Role};
use crate::pages::address;

const MARGIN: i32 = 16;
/// Left of the cards: the trunk from the band to all rows of cards.
const GUTTER: i32 = 36;
const COLUMNS: i32 = 5;
const CARD: i32 = 220;
const GAP: i32 = 16;
const PAD: i32 = 10;
const TITLE: i32 = 22;
const CHIP_H: i32 = 26;
/// Between the rows of cards: the bus from the trunk to each card.
const BUS: i32 = 34;
/// Between leaves and the servers below them.
const DROP: i32 = 20;
/// More leaves of a block than this are one box.
const MAX_CHIPS: usize = 8;
/// So many missing links are named.
const MAX_LACKING: usize = 10;

/// The picture of `wiring` by its blocks; where one has no room for all, the picture `part`, from 1.
pub fn overview(wiring: &Wiring, overlay: Option<&Overlay>, fabric: &str, part: usize) -> Drawing {
    let all = blocks(wiring);
    let parts = bounds::parts(all.iter().map(|block| card_bytes(wiring, block)), BOXES_BYTES);
    let (part, shown) = bounds::chosen(&parts, part);
    let blocks = &all[shown];
    let width = 2 * MARGIN + GUTTER + COLUMNS * (CARD + GAP) - GAP;
    let mut layout = Layout { wiring, overlay, fabric, units: BTreeMap::new(), plates: Vec::new() };
    let band = layout.band(width);
    let mut drawing = Drawing { width, part, parts: parts.len(), ..Drawing::default() };
    let mut cards = Vec::with_capacity(blocks.len());
    let mut y = band.bottom() + BUS;
    for row in blocks.chunks(COLUMNS as usize) {
        let height = row.iter().map(card_height).max().unwrap_or(0);
        let mut x = MARGIN + GUTTER;
        for block in row {
            let area = Area { x, y, w: CARD, h: height };
            layout.card(block, area);
            cards.push(area);
            let href = Some(layout.block_href(block));
            drawing.frames.push(Frame { area, label: block.name.clone(), href });
            x += CARD + GAP;
        }
        y += height + BUS;
    }
    drawing.height = y - BUS + MARGIN;
    let (lines, elsewhere) = layout.lines(blocks, &cards, band);
    drawing.lines = lines;
    drawing.boxes = layout.plates;
    if let (true, Some(first), Some(last)) = (parts.len() > 1, blocks.first(), blocks.last()) {
        let (shown, all) = (blocks.len(), all.len());
        drawing.notes.push(format!("{shown} of {all} blocks are drawn, {} to {}", first.name, last.name));
    }
    if elsewhere > 0 {
        drawing.notes.push(format!("{elsewhere} links between a block here and one of another part are not drawn"));
    }
    drawing.keep_light();
    drawing
}

/// About so many bytes of a page the card of a block takes.
fn card_bytes(wiring: &Wiring, block: &Block) -> usize {
    // The frame, the boxes of servers and of externals, and the titles of what goes up.
    let around = 3 * box_bytes(block.name.len());
    let leaves = block.leaves.iter().take(MAX_CHIPS).map(|at| box_bytes(wiring.devices[*at].name.len()));
    around + leaves.sum::<usize>()
}

struct Layout<'a> {
    wiring: &'a Wiring,
    overlay: Option<&'a Overlay>,
    fabric: &'a str,
    /// Which box stands for a device.
    units: BTreeMap<At, usize>,
    plates: Vec<Plate>,
}

fn card_height(block: &Block) -> i32 {
    let leaves = if block.leaves.len() > MAX_CHIPS { 1 } else { block.leaves.len().div_ceil(2) as i32 };
    let more = i32::from(!block.servers.is_empty() || !block.externals.is_empty());
    TITLE + leaves * (CHIP_H + 6) + more * (DROP + CHIP_H) + PAD
}

impl Layout<'_> {
    /// Places the spines and gateways; all of the band.
    fn band(&mut self, width: i32) -> Area {
        const CHIP: i32 = 100;
        let above: Vec<At> =
            self.wiring.of_role(Role::Spine).chain(self.wiring.of_role(Role::Gateway)).map(|(at, _)| at).collect();
        let room = width - 2 * MARGIN;
        let per_row = (room / (CHIP + 8)).max(1) as usize;
        let mut y = MARGIN;
        if above.len() > MAX_ABOVE {
            let half = (room - 8) / 2;
            for (column, (role, kind)) in (0..).zip([(Role::Spine, "Switch"), (Role::Gateway, "Gateway")]) {
                let devices: Vec<At> = self.wiring.of_role(role).map(|(at, _)| at).collect();
                let href = format!("{}?kind={kind}", address::of_fabric(self.fabric, "objects"));
                let area = Area { x: MARGIN + column * (half + 8), y, w: half, h: CHIP_H };
                self.many(&devices, role, href, area);
            }
            return Area { x: MARGIN, y, w: room, h: CHIP_H };
        }
        for row in above.chunks(per_row) {
            let mut x = (width - row.len() as i32 * (CHIP + 8) + 8) / 2;
            for at in row {
                self.one(*at, Area { x, y, w: CHIP, h: CHIP_H });
                x += CHIP + 8;
            }
            y += CHIP_H + 8;
        }
        Area { x: MARGIN, y: MARGIN, w: room, h: (y - 8 - MARGIN).max(0) }
    }

    /// Where all of a block is drawn.
    fn block_href(&self, block: &Block) -> String {
        address::topology(self.fabric, Some(&block.name), self.overlay.map(|overlay| overlay.name.as_str()))
    }

    fn card(&mut self, block: &Block, area: Area) {
        let inner = area.w - 2 * PAD;
        let half = (inner - 8) / 2;
        let href = self.block_href(block);
        let mut y = area.y + TITLE;
        if block.leaves.len() > MAX_CHIPS {
            self.many(&block.leaves, Role::Leaf, href.clone(), Area { x: area.x + PAD, y, w: inner, h: CHIP_H });
            y += CHIP_H + 6;
        } else {
            for pair in block.leaves.chunks(2) {
                for (column, at) in (0..).zip(pair) {
                    self.one(*at, Area { x: area.x + PAD + column * (half + 8), y, w: half, h: CHIP_H });
                }
                y += CHIP_H + 6;
            }
        }
        y += if block.leaves.is_empty() { 0 } else { DROP - 6 };
        let both = !block.servers.is_empty() && !block.externals.is_empty();
        let (wide, narrow) = if both { (inner * 6 / 10 - 4, inner * 4 / 10 - 4) } else { (inner, inner) };
        self.many(&block.servers, Role::Server, href.clone(), Area { x: area.x + PAD, y, w: wide, h: CHIP_H });
        let x = area.x + PAD + inner - narrow;
        self.many(&block.externals, Role::External, href, Area { x, y, w: narrow, h: CHIP_H });
    }

    fn one(&mut self, at: At, area: Area) {
        let device = &self.wiring.devices[at];
        self.units.insert(at, self.plates.len());
        self.plates.push(Plate {
            area,
            class: device.role.word(),
            label: device.name.clone(),
            note: String::new(),
            title: title(device),
            href: device.object.as_ref().map(|identity| address::object(self.fabric, identity)),
            mark: device.mark,
            emphasis: self.overlay.map_or(Emphasis::Plain, |overlay| overlay.of_device(at)),
        });
    }

    /// One box for several devices; nothing for none.
    fn many(&mut self, devices: &[At], role: Role, href: String, area: Area) {
        let (Some(first), Some(last)) = (devices.first(), devices.last()) else { return };
        let device = |at: &At| &self.wiring.devices[*at];
        let marked = devices.iter().filter(|at| device(at).mark != Mark::Fine).count();
        let spoken_of = |at: &&At| self.overlay.is_some_and(|overlay| overlay.of_device(**at) == Emphasis::Strong);
        let strong = devices.iter().filter(spoken_of).count();
        let mut label = match devices.len() {
            1 => format!("1 {}", role.word()),
            several => format!("{several} {}", role.plural()),
        };
        if strong > 0 {
            label = format!("{strong} of {label}");
        }
        let mut title = format!("{label}: {} to {}", device(first).name, device(last).name);
        if marked > 0 {
            title.push_str(&format!("\n{marked} of them held or invalid"));
        }
        self.units.extend(devices.iter().map(|at| (*at, self.plates.len())));
        let emphasis = if strong > 0 { Emphasis::Strong } else { Emphasis::Faint };
        self.plates.push(Plate {
            area,
            class: role.word(),
            label,
            note: String::new(),
            title,
            href: Some(href),
            mark: devices.iter().map(|at| device(at).mark).max().unwrap_or_default(),
            emphasis: self.overlay.map_or(Emphasis::Plain, |_| emphasis),
        });
    }

    /// The links: those up to the band by block, the others by the boxes that they join. And how many join what is drawn here
    /// with what is not.
    fn lines(&self, blocks: &[Block], cards: &[Area], band: Area) -> (Vec<Line>, usize) {
        let above = |at: At| matches!(self.wiring.devices[at].role, Role::Spine | Role::Gateway);
        let leaves =
            blocks.iter().enumerate().flat_map(|(nth, block)| block.leaves.iter().map(move |leaf| (*leaf, nth)));
        let block_of: BTreeMap<At, usize> = leaves.collect();
        let mut up: BTreeMap<(usize, LinkKind), Vec<&Link>> = BTreeMap::new();
        let mut others: BTreeMap<(usize, usize, LinkKind), Vec<&Link>> = BTreeMap::new();
        let mut elsewhere = 0;
        for link in &self.wiring.links {
            let ends = if above(link.a) { (link.a, link.b) } else { (link.b, link.a) };
            match (block_of.get(&ends.1).filter(|_| above(ends.0)), self.units.get(&link.a), self.units.get(&link.b)) {
                (Some(block), ..) => up.entry((*block, link.kind)).or_default().push(link),
                (None, Some(a), Some(b)) => others.entry((*a, *b, link.kind)).or_default().push(link),
                (None, None, None) => {}
                // The uplink of a block of another part is drawn there.
                (None, ..) => elsewhere += usize::from(!above(ends.0)),
            }
        }
        let up = up.into_iter().map(|((block, kind), links)| {
            let path = uplink(band, cards[block], if kind == LinkKind::Fabric { 0 } else { 7 });
            self.line(path, kind, &links, self.uplink_title(&blocks[block], &links))
        });
        let others = others.into_iter().map(|((a, b, kind), links)| {
            let path = between(self.plates[a].area, self.plates[b].area);
            self.line(path, kind, &links, several(&links, kind))
        });
        (up.chain(others).collect(), elsewhere)
    }

    fn line(&self, path: String, kind: LinkKind, links: &[&Link], title: String) -> Line {
        let emphasis = |link: &&Link| self.overlay.map_or(Emphasis::Plain, |overlay| overlay.of_link(link));
        let strong = links.iter().map(emphasis).find(|emphasis| *emphasis == Emphasis::Strong);
        Line {
            path,
            kind,
            links: links.len(),
            title,
            href: None,
            mark: links.iter().map(|link| link.mark).max().unwrap_or_default(),
            emphasis: strong.or(links.first().map(emphasis)).unwrap_or_default(),
        }
    }

    /// How many links go up, and which leaf lacks one to a spine that others of the block reach.
    fn uplink_title(&self, block: &Block, links: &[&Link]) -> String {
        let name = |at: At| self.wiring.devices[at].name.as_str();
        let pairs: BTreeSet<(At, At)> = links.iter().map(|link| (link.a, link.b)).collect();
        let tops: BTreeSet<At> = pairs.iter().map(|(top, _)| *top).collect();
        let lacking = tops.iter().flat_map(|top| block.leaves.iter().map(move |leaf| (*top, *leaf)));
        let lacking = lacking.filter(|(top, leaf)| !pairs.contains(&(*top, *leaf)) && !pairs.contains(&(*leaf, *top)));
        let lacking: Vec<String> =
            lacking.take(MAX_LACKING).map(|(top, leaf)| format!("\nno link: {} – {}", name(leaf), name(top))).collect();
        format!("{}: {} above{}", block.name, several(links, links[0].kind), lacking.concat())
    }
}

fn several(links: &[&Link], kind: LinkKind) -> String {
    match links {
        [link] => format!("{} ({})\n{}", link.connection.name, kind.word(), link.cables.join("\n")),
        _ => format!("{} {} links", links.len(), kind.word()),
    }
}

/// From the band by the trunk and the bus of the card's row to the card.
fn uplink(band: Area, card: Area, aside: i32) -> String {
    let trunk = MARGIN + 12 + aside;
    let bus = card.y - BUS / 2 - aside + 3;
    let drop = card.center() + aside * 2;
    straight(&[(trunk, band.y), (trunk, bus), (drop, bus), (drop, card.y)])
}

/// Between two boxes, or a small loop at one.
fn between(a: Area, b: Area) -> String {
    if a == b {
        return format!("M{x} {y}c0 12 -16 12 -16 0", x = a.right() - 8, y = a.bottom());
    }
    let (high, low) = if a.y <= b.y { (a, b) } else { (b, a) };
    if high.y == low.y {
        let (left, right) = if high.x < low.x { (high, low) } else { (low, high) };
        let y = left.y + left.h / 2;
        return straight(&[(left.right(), y), (right.x, y)]);
    }
    let x = high.center().clamp(low.x + 8, low.right() - 8);
    curve((high.center(), high.bottom()), (x, low.y))
}
