//! A picture as values: boxes, lines and frames with their places, in px. Whoever renders it decides nothing.

use std::fmt::Write;

use super::words::{LinkKind, Mark};

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
    /// What holds boxes together; drawn first.
    pub frames: Vec<Frame>,
    /// Links; drawn below the boxes.
    pub lines: Vec<Line>,
    /// Devices.
    pub boxes: Vec<Plate>,
    /// Which picture it is, from 1.
    pub part: usize,
    /// Of how many that show all of it.
    pub parts: usize,
    /// What is left out or stands for several, in words.
    pub notes: Vec<String>,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Area {
    /// The middle, from the left.
    pub fn center(&self) -> i32 {
        self.x + self.w / 2
    }

    /// The lower edge.
    pub fn bottom(&self) -> i32 {
        self.y + self.h
    }

    /// The right edge.
    pub fn right(&self) -> i32 {
        self.x + self.w
    }

    /// Whether two have a point in common that is on no edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// A device, or a number of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    /// Where.
    pub area: Area,
    /// `spine`, `leaf`, `server`, …; `more` for a number of devices.
    pub class: &'static str,
    /// The first line.
    pub label: String,
    /// The second line.
    pub note: String,
    /// All that is known, for the pointer and for readers of the screen.
    pub title: String,
    /// The page of it.
    pub href: Option<String>,
    /// How it stands.
    pub mark: Mark,
    /// Whether the overlay speaks of it.
    pub emphasis: Emphasis,
}

impl Plate {
    /// The label, as much of it as the box has room for.
    pub fn shown_label(&self) -> String {
        fitting(&self.label, self.area.w - 16 - if self.mark == Mark::Fine { 0 } else { 14 }, 7.0)
    }

    /// The note, as much of it as the box has room for.
    pub fn shown_note(&self) -> String {
        fitting(&self.note, self.area.w - 16, 5.9)
    }
}

/// What an overlay does to a box or line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    /// There is no overlay.
    #[default]
    Plain,
    /// It is part of what the overlay shows.
    Strong,
    /// It is not.
    Faint,
}

impl Emphasis {
    /// The class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Strong => "strong",
            Self::Faint => "faint",
        }
    }
}

/// A link, or a number of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The path, in SVG's words.
    pub path: String,
    /// What it is for.
    pub kind: LinkKind,
    /// How many links it stands for.
    pub links: usize,
    /// All that is known.
    pub title: String,
    /// The page of it.
    pub href: Option<String>,
    /// How it stands.
    pub mark: Mark,
    /// Whether the overlay speaks of it.
    pub emphasis: Emphasis,
}

/// A group of boxes.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Where.
    pub area: Area,
    /// What it is called.
    pub label: String,
    /// The picture of it alone.
    pub href: Option<String>,
}

impl Frame {
    /// The label, as much of it as there is room for.
    pub fn shown_label(&self) -> String {
        fitting(&self.label, self.area.w - 20, 6.4)
    }
}

/// As many characters as fit into `width` px at `per_char` px each; the last is an ellipsis where some are left out.
fn fitting(text: &str, width: i32, per_char: f64) -> String {
    let room = (f64::from(width.max(0)) / per_char) as usize;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A curve that leaves its first point and reaches its second one upright.
pub(super) fn curve(from: (i32, i32), to: (i32, i32)) -> String {
    let ((x1, y1), (x2, y2)) = (from, to);
    let bend = (y2 - y1) / 2;
    format!("M{x1} {y1}C{x1} {} {x2} {} {x2} {y2}", y1 + bend, y2 - bend)
}

/// Straight lines through all points.
pub(super) fn straight(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
    }
    path
}
