//! The small parts that every page is made of: statuses, ages, notices. Each is a template of its own, escaped like all others.

use askama::Template;
use askama::filters::HtmlSafe;

/// What a status asks of whoever sees it. It is told by word, shape and colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Somebody must do something.
    Bad,
    /// Somebody should look.
    Wait,
    /// It is being worked on.
    Work,
    /// Nothing is known, or nothing is expected.
    #[default]
    Idle,
    /// All is well, and that is known.
    Good,
}

impl Tone {
    /// The class, and the name of the shape.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Wait => "wait",
            Self::Work => "work",
            Self::Idle => "idle",
            Self::Good => "good",
        }
    }
}

/// A status.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r##"<span class="status {{ tone.word() }}"{% if !title.is_empty() %} title="{{ title }}"{% endif %}><svg aria-hidden="true"><use href="#i-{{ tone.word() }}"/></svg>{{ word }}</span>"##,
    ext = "html"
)]
pub struct Status {
    /// How it is drawn.
    pub tone: Tone,
    /// The word.
    pub word: String,
    /// What is behind it.
    pub title: String,
}

impl Status {
    /// A status without more to say.
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into(), title: String::new() }
    }

    /// With what is behind it.
    #[must_use]
    pub fn because(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }
}

/// How long ago something was. A script lets it grow; without one it says what was so when the page was made.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"{% if let Some(seconds) = seconds() %}<time class="age" datetime="{{ at() }}" title="{{ at() }}" data-age-s="{{ seconds }}">{{ words() }}</time>{% else %}<span class="age">never</span>{% endif %}"#,
    ext = "html"
)]
pub struct Age {
    /// When, in ms since 1970 UTC.
    pub at_ms: Option<i64>,
    /// When the page was made, in ms since 1970 UTC.
    pub now_ms: i64,
}

impl Age {
    fn seconds(&self) -> Option<i64> {
        self.at_ms.map(|at| (self.now_ms - at).max(0) / 1000)
    }

    fn at(&self) -> String {
        self.at_ms.map(moment).unwrap_or_default()
    }

    /// In words: `40 s ago`.
    pub fn words(&self) -> String {
        match self.seconds() {
            None => "never".to_owned(),
            Some(0) => "just now".to_owned(),
            Some(seconds) => format!("{} ago", span(seconds)),
        }
    }
}

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"{% if let Some(at) = at_ms %}<time class="age" datetime="{{ moment_of(at) }}" title="{{ moment_of(at) }}" data-due-s="{{ (at - now_ms) / 1000 }}">{{ words() }}</time>{% else %}<span class="age">not planned</span>{% endif %}"#,
    ext = "html"
)]
pub struct Due {
    /// When, in ms since 1970 UTC.
    pub at_ms: Option<i64>,
    /// When the page was made, in ms since 1970 UTC.
    pub now_ms: i64,
}

impl Due {
    fn moment_of(&self, at: &i64) -> String {
        moment(*at)
    }

    /// In words: `in 4 min`.
    pub fn words(&self) -> String {
        match self.at_ms.map(|at| (at - self.now_ms) / 1000) {
            None => "not planned".to_owned(),
            Some(seconds) if seconds <= 0 => "now".to_owned(),
            Some(seconds) => format!("in {}", span(seconds)),
        }
    }
}

/// Something that came of what a person did, or that they should know first.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"<div class="notice {{ tone.word() }}" role="{% if tone.word() == "bad" %}alert{% else %}status{% endif %}"><strong>{{ what }}</strong>{% if !more.is_empty() %}<p>{{ more }}</p>{% endif %}</div>"#,
    ext = "html"
)]
pub struct Notice {
    /// How it is drawn.
    pub tone: Tone,
    /// What happened.
    pub what: String,
    /// Why, and what to do.
    pub more: String,
}

/// A commit by its first digits; on the forge where the repository's address tells where that is.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"{% if let Some(href) = href %}<a class="hash" href="{{ href }}" title="{{ id }}" rel="noreferrer">{{ short() }}</a>{% else %}<span class="hash" title="{{ id }}">{{ short() }}</span>{% endif %}"#,
    ext = "html"
)]
pub struct Commit {
    /// The full id.
    pub id: String,
    /// Its page.
    pub href: Option<String>,
}

impl Commit {
    /// The first digits.
    pub fn short(&self) -> &str {
        short(&self.id)
    }
}

/// The first ten digits of a commit's id: as many as the command line and every message show.
pub fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

impl HtmlSafe for Status {}
impl HtmlSafe for Age {}
impl HtmlSafe for Due {}
impl HtmlSafe for Notice {}
impl HtmlSafe for Commit {}

/// A length of time in its largest unit: `40 s`, `12 min`, `3 h`, `5 d`.
pub fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A moment as people and machines read it, UTC.
pub fn moment(at_ms: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000));
    let text = at.ok().and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok());
    text.unwrap_or_else(|| at_ms.to_string())
}

/// `1 file`, `2 files`.
pub fn several(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_dues_are_told_in_their_largest_unit() {
        let age = |at_ms| Age { at_ms, now_ms: 1_000_000_000 }.words();
        assert_eq!(age(None), "never");
        assert_eq!(age(Some(1_000_000_900)), "just now");
        assert_eq!(age(Some(999_960_000)), "40 s ago");
        assert_eq!(age(Some(1_000_000_000 - 7_300_000)), "2 h ago");
        assert_eq!(Due { at_ms: Some(1_000_250_000), now_ms: 1_000_000_000 }.words(), "in 4 min");
        assert_eq!(Due { at_ms: Some(5), now_ms: 1_000_000_000 }.words(), "now");
    }

    #[test]
    fn what_a_part_shows_is_escaped_once() {
        let status = Status::new(Tone::Bad, "<b>held</b>").because("\"quoted\" & so on");
        let html = status.render().unwrap();
        assert!(html.contains("&#60;b&#62;held") && !html.contains("<b>held"), "{html}");
        assert!(!html.contains("&amp;#"), "{html}");
    }
}
