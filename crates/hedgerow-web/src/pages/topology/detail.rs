//! Every device and every link: spines and gateways above, leaves by redundancy group, servers and externals below.

use std::collections::BTreeMap;

use super::blocks::{Block, blocks};
use super::bounds::{self, BOXES_BYTES, MAX_ABOVE, MAX_LEAVES, box_bytes};
use super::drawing::{Area, Drawing, Emphasis, Frame, Line, Plate, curve, straight};
use super::vpcs::Overlay;
use super::wiring::{At, Device, Link, Wiring};
use super::words::{LinkKind, Mark, Role};
use crate::pages::address;

const MARGIN: i32 = 16;
const SWITCH: (i32, i32) = (136, 44);
const LOW: (i32, i32) = (116, 40);
/// Between boxes of a row.
const GAP: i32 = 18;
/// Between a frame and what is in it.
const PAD: i32 = 14;
/// Above the leaves of a frame, for its name.
const TITLE: i32 = 22;
/// Between the spines and the leaves, and between the leaves and what is below.
const RISE: i32 = 110;
/// The gap left of a column of servers, for the cables to all of its rows.
const SHAFT: i32 = 30;
/// Rows of servers, one below the other.
const ROW: i32 = LOW.1 + 14;
/// So many servers stand in one row; more stand in columns.
const ONE_ROW: usize = 6;
const COLUMNS: usize = 6;
/// About so many bytes of a page the line of a server's link takes.
const LINK_BYTES: usize = 320;

/// The picture of `wiring`, or of one block of it: its leaves, what hangs on them, and the spines and gateways above. Of a
/// block for which one picture has no room, the picture `part`, from 1.
pub fn detail(wiring: &Wiring, only: Option<&str>, overlay: Option<&Overlay>, fabric: &str, part: usize) -> Drawing {
    let mut blocks = blocks(wiring);
    blocks.retain(|block| only.is_none_or(|name| block.name == name));
    let mut drawing = Drawing { part: 1, parts: 1, ..Drawing::default() };
    let mut above: Vec<At> =
        wiring.of_role(Role::Spine).chain(wiring.of_role(Role::Gateway)).map(|(at, _)| at).collect();
    if only.is_some() {
        blocks.iter_mut().for_each(|block| cut(block, wiring, part, &mut drawing));
        keep(&mut above, MAX_ABOVE, "spines and gateways", &mut drawing);
    }
    let mut layout = Layout { wiring, overlay, fabric, areas: BTreeMap::new(), shafts: BTreeMap::new() };
    let below_spines = MARGIN + if above.is_empty() { 0 } else { SWITCH.1 + RISE };
    let mut x = MARGIN;
    for block in &blocks {
        x = layout.block(block, (x, below_spines), fabric, &mut drawing) + GAP;
    }
    let row = above.len() as i32 * (SWITCH.0 + GAP) - GAP;
    let width = (x - GAP + MARGIN).max(row + 2 * MARGIN);
    layout.shift((width - (x - GAP + MARGIN)) / 2, &mut drawing);
    let mut at = (width - row) / 2;
    for device in above {
        layout.areas.insert(device, Area { x: at, y: MARGIN, w: SWITCH.0, h: SWITCH.1 });
        at += SWITCH.0 + GAP;
    }
    drawing.boxes = layout.areas.iter().map(|(at, area)| layout.plate(*at, *area)).collect();
    drawing.lines = layout.lines();
    drawing.width = width;
    let lowest = drawing.boxes.iter().map(|plate| plate.area.bottom());
    let lowest = lowest.chain(drawing.frames.iter().map(|frame| frame.area.bottom())).max();
    drawing.height = lowest.unwrap_or(0) + MARGIN;
    drawing.keep_light();
    drawing
}

/// Leaves of a block what one picture has room for.
fn cut(block: &mut Block, wiring: &Wiring, part: usize, drawing: &mut Drawing) {
    keep(&mut block.leaves, MAX_LEAVES, "leaves", drawing);
    let name = |at: &At| wiring.devices[*at].name.len();
    // A server's links have their names too.
    let sizes: Vec<usize> =
        block.servers.iter().chain(&block.externals).map(|at| box_bytes(name(at)) + 2 * LINK_BYTES).collect();
    let above: usize = block.leaves.iter().map(|at| box_bytes(name(at))).sum();
    let parts = bounds::parts(sizes.into_iter(), BOXES_BYTES.saturating_sub(above).max(BOXES_BYTES / 2));
    let (part, shown) = bounds::chosen(&parts, part);
    let servers = block.servers.len();
    let within = |from: usize, devices: &[At]| {
        let range = shown.start.saturating_sub(from)..shown.end.saturating_sub(from).min(devices.len());
        devices.get(range).unwrap_or_default().to_vec()
    };
    let externals = within(servers, &block.externals);
    block.servers = within(0, &block.servers);
    block.externals = externals;
    (drawing.part, drawing.parts) = (part, parts.len());
}

/// Keeps the first `most` devices, and says so where there are more.
fn keep(devices: &mut Vec<At>, most: usize, what: &str, drawing: &mut Drawing) {
    if devices.len() > most {
        drawing.notes.push(format!("the first {most} of {} {what} are drawn", devices.len()));
        devices.truncate(most);
    }
}

struct Layout<'a> {
    wiring: &'a Wiring,
    overlay: Option<&'a Overlay>,
    fabric: &'a str,
    areas: BTreeMap<At, Area>,
    /// Devices below the first row, or in columns: their cables come from the left.
    shafts: BTreeMap<At, i32>,
}

impl Layout<'_> {
    /// Moves all that is placed to the right: below a wider row of spines blocks stand in the middle.
    fn shift(&mut self, by: i32, drawing: &mut Drawing) {
        self.areas.values_mut().for_each(|area| area.x += by);
        self.shafts.values_mut().for_each(|left| *left += by);
        drawing.frames.iter_mut().for_each(|frame| frame.area.x += by);
    }

    /// Places a block; its right edge.
    fn block(&mut self, block: &Block, (x, y): (i32, i32), fabric: &str, drawing: &mut Drawing) -> i32 {
        let below: Vec<At> = block.servers.iter().chain(&block.externals).copied().collect();
        let in_columns = below.len() > ONE_ROW;
        let columns = if in_columns { COLUMNS.max(block.leaves.len()) } else { below.len() };
        let step = LOW.0 + if in_columns { SHAFT } else { GAP };
        let row_of_leaves = (block.leaves.len() as i32 * (SWITCH.0 + GAP) - GAP).max(0);
        let row_below = (columns as i32 * step - GAP).max(0);
        let inner = row_of_leaves.max(row_below);
        let leaves_y = y + TITLE + PAD;
        let mut at = x + PAD + (inner - row_of_leaves) / 2;
        for leaf in &block.leaves {
            self.areas.insert(*leaf, Area { x: at, y: leaves_y, w: SWITCH.0, h: SWITCH.1 });
            at += SWITCH.0 + GAP;
        }
        let below_y = if block.leaves.is_empty() { leaves_y } else { leaves_y + SWITCH.1 + RISE };
        let from = x + PAD + (inner - row_below) / 2 + if in_columns { SHAFT - GAP } else { 0 };
        for (nth, device) in below.iter().enumerate() {
            let (column, row) = ((nth % columns) as i32, (nth / columns) as i32);
            let area = Area { x: from + column * step, y: below_y + row * ROW, w: LOW.0, h: LOW.1 };
            self.areas.insert(*device, area);
            if in_columns {
                self.shafts.insert(*device, area.x);
            }
        }
        let rows = below.len().div_ceil(columns.max(1)) as i32;
        let bottom = if rows == 0 { leaves_y + SWITCH.1 } else { below_y + rows * ROW - (ROW - LOW.1) };
        let area = Area { x, y, w: inner + 2 * PAD, h: bottom + PAD - y };
        let href = Some(address::topology(fabric, Some(&block.name), None));
        drawing.frames.push(Frame { area, label: block.name.clone(), href: href.filter(|_| block.is_group) });
        area.right()
    }

    fn plate(&self, at: At, area: Area) -> Plate {
        let device = &self.wiring.devices[at];
        Plate {
            area,
            class: device.role.word(),
            label: device.name.clone(),
            note: if device.about.is_empty() { device.role.word().to_owned() } else { device.about.clone() },
            title: title(device),
            href: device.object.as_ref().map(|identity| address::object(self.fabric, identity)),
            mark: device.mark,
            emphasis: self.overlay.map_or(Emphasis::Plain, |overlay| overlay.of_device(at)),
        }
    }

    fn lines(&self) -> Vec<Line> {
        let drawn: Vec<&Link> = self
            .wiring
            .links
            .iter()
            .filter(|link| self.areas.contains_key(&link.a) && self.areas.contains_key(&link.b))
            .collect();
        let anchors = Anchors::spread(&drawn, &self.areas);
        drawn.iter().enumerate().map(|(nth, link)| self.line(nth, link, &anchors)).collect()
    }

    fn line(&self, nth: usize, link: &Link, anchors: &Anchors) -> Line {
        let (a, b) = (self.areas[&link.a], self.areas[&link.b]);
        let path = if link.a == link.b {
            let x = a.right() - 10;
            format!("M{x} {y}c0 16 -22 16 -22 0", y = a.bottom())
        } else if a.y == b.y {
            beside(a, b, link.kind)
        } else {
            let (high, low) = if a.y < b.y { (link.a, link.b) } else { (link.b, link.a) };
            let from = (anchors.x(nth, high), self.areas[&high].bottom());
            match self.shafts.get(&low) {
                Some(left) => down_the_shaft(from, *left, self.areas[&low], anchors.share(nth, low)),
                None => curve(from, (anchors.x(nth, low), self.areas[&low].y)),
            }
        };
        Line {
            path,
            kind: link.kind,
            links: 1,
            title: format!("{} ({})\n{}", link.connection.name, link.kind.word(), link.cables.join("\n")),
            href: Some(address::object(self.fabric, &link.connection)),
            mark: link.mark,
            emphasis: self.overlay.map_or(Emphasis::Plain, |overlay| overlay.of_link(link)),
        }
    }
}

/// All that is known of a device, in words.
pub(super) fn title(device: &Device) -> String {
    let mut title = format!("{} {}", device.role.word(), device.name);
    if let Some(group) = &device.group {
        title.push_str(&format!(", redundancy group {group}"));
    }
    if !device.about.is_empty() {
        title.push_str(&format!("\n{}", device.about));
    }
    match device.mark {
        Mark::Fine => {}
        Mark::Held => title.push_str("\nheld: another text of it waits in the inbox"),
        Mark::Invalid => title.push_str("\ninvalid: a finding is about it"),
    }
    title
}

/// Between two boxes of a row: straight where they are neighbours, below where something may stand between.
fn beside(a: Area, b: Area, kind: LinkKind) -> String {
    let (left, right) = if a.x < b.x { (a, b) } else { (b, a) };
    let y = left.y + left.h / 2 + if kind == LinkKind::Domain { 0 } else { 8 };
    if right.x - left.right() <= GAP {
        return straight(&[(left.right(), y), (right.x, y)]);
    }
    let (from, to) = (left.center() + 24, right.center() - 24);
    let depth = 26 + ((to - from) / 24).min(40);
    let bottom = left.bottom();
    format!("M{from} {bottom}C{from} {low} {to} {low} {to} {bottom}", low = bottom + depth)
}

/// Down beside a column and into a box from the left: so it crosses no box.
fn down_the_shaft(from: (i32, i32), left: i32, low: Area, (nth, of): (i32, i32)) -> String {
    let x = left - 8 - (nth * 6).min(SHAFT - 12);
    let y = low.y + low.h * (nth + 1) / (of + 1);
    let turn = from.1 + RISE - 24 - nth * 6;
    let knee = (from.1 + turn) / 2;
    format!("M{x1} {y1}C{x1} {knee} {x} {knee} {x} {turn}L{x} {y}L{left} {y}", x1 = from.0, y1 = from.1)
}

/// Where each link meets its boxes: spread over the edge, in the order of the other ends, so that lines do not cross without need.
struct Anchors {
    places: BTreeMap<(usize, At), (i32, i32, i32)>,
}

impl Anchors {
    fn spread(links: &[&Link], areas: &BTreeMap<At, Area>) -> Self {
        let mut edges: BTreeMap<(At, bool), Vec<(i32, usize)>> = BTreeMap::new();
        for (nth, link) in links.iter().enumerate() {
            for (own, other) in [(link.a, link.b), (link.b, link.a)] {
                let (area, far) = (areas[&own], areas[&other]);
                if area.y != far.y {
                    edges.entry((own, area.y < far.y)).or_default().push((far.center(), nth));
                }
            }
        }
        let mut places = BTreeMap::new();
        for ((at, _), mut ends) in edges {
            ends.sort_unstable();
            let area = areas[&at];
            let of = ends.len() as i32;
            for (place, (_, nth)) in (0..).zip(ends) {
                places.insert((nth, at), (area.x + 10 + (area.w - 20) * (place + 1) / (of + 1), place, of));
            }
        }
        Self { places }
    }

    fn x(&self, link: usize, at: At) -> i32 {
        self.places.get(&(link, at)).map_or(0, |(x, _, _)| *x)
    }

    /// Which of how many links at this edge it is.
    fn share(&self, link: usize, at: At) -> (i32, i32) {
        self.places.get(&(link, at)).map_or((0, 1), |(_, nth, of)| (*nth, *of))
    }
}
