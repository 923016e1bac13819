//! One line on the terminal while a step takes more than a moment.

use std::cell::RefCell;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hedgerow_sync::Step;

/// A step is shown once it has lasted this long.
const A_MOMENT: Duration = Duration::from_millis(300);

/// Shows the step under way, if anybody looks; the log has when each began.
#[derive(Debug)]
pub(crate) struct Progress {
    line: RefCell<Option<Line>>,
    begun: Instant,
}

/// The thread that draws the line, and the way to tell it of the next step.
#[derive(Debug)]
struct Line {
    steps: Sender<String>,
    drawing: JoinHandle<()>,
}

impl Progress {
    /// On a terminal, a line; else nothing.
    pub(crate) fn new(shown: bool) -> Self {
        Self { line: RefCell::new(shown.then(Line::start)), begun: Instant::now() }
    }

    /// The next step begins. In the log at level `debug`, too, which tells where a run died.
    pub(crate) fn step(&self, step: Step) {
        self.word(step.word());
    }

    /// The same, of a run somewhere else.
    pub(crate) fn word(&self, step: &str) {
        self.log(step);
        if let Some(line) = &*self.line.borrow() {
            // The thread ends only when this side hangs up.
            let _ = line.steps.send(step.to_owned());
        }
    }

    fn log(&self, step: &str) {
        tracing::debug!(after_us = self.begun.elapsed().as_micros() as u64, "{step}");
    }

    /// Takes the line away: an answer comes.
    pub(crate) fn clear(&self) {
        self.log("answering");
        if let Some(line) = self.line.borrow_mut().take() {
            drop(line.steps);
            // A panic while drawing is not the command's failure.
            let _ = line.drawing.join();
        }
    }
}

impl Line {
    fn start() -> Self {
        let (steps, next) = channel::<String>();
        let drawing = std::thread::spawn(move || {
            let mut now: Option<String> = None;
            let mut shown = false;
            loop {
                match next.recv_timeout(A_MOMENT) {
                    Ok(step) => now = Some(step),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Some(step) = now.take() {
                            anstream::eprint!("\r\u{1b}[2K… {}", crate::output::plain(&step));
                            shown = true;
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            if shown {
                anstream::eprint!("\r\u{1b}[2K");
            }
        });
        Self { steps, drawing }
    }
}
