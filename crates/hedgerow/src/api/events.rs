//! Server-sent events (WHATWG HTML, 9.2), as far as the API sends them.

use anyhow::{Result, bail};
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};

/// The largest event that is taken, in bytes.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// Its kind; empty where none was given.
    pub(crate) kind: String,
    /// Its text.
    pub(crate) data: String,
}

/// A stream of events.
pub(crate) struct Events {
    bytes: BoxStream<'static, Result<Bytes>>,
    pending: Vec<u8>,
}

impl Events {
    /// The events in a body.
    pub(crate) fn of(bytes: BoxStream<'static, Result<Bytes>>) -> Self {
        Self { bytes, pending: Vec::new() }
    }

    /// The next event; `None` when the other side is done.
    pub(crate) async fn next(&mut self) -> Result<Option<Event>> {
        loop {
            while let Some((block, rest)) = split(&self.pending) {
                let event = read(&self.pending[..block]);
                self.pending.drain(..rest);
                if let Some(event) = event {
                    return Ok(Some(event));
                }
            }
            match self.bytes.next().await {
                None => return Ok(None),
                Some(bytes) => self.pending.extend_from_slice(&bytes?),
            }
            if self.pending.len() > MAX_EVENT_BYTES {
                bail!("an event of the stream has more than {MAX_EVENT_BYTES} bytes");
            }
        }
    }
}

/// Where the first whole event ends, and where the next begins.
fn split(pending: &[u8]) -> Option<(usize, usize)> {
    let ends = [b"\n\n".as_slice(), b"\r\n\r\n"];
    ends.into_iter()
        .filter_map(|end| pending.windows(end.len()).position(|w| w == end).map(|at| (at, at + end.len())))
        .min()
}

/// The event in a block of lines; `None` for comments alone, which keep a line alive.
fn read(block: &[u8]) -> Option<Event> {
    let text = String::from_utf8_lossy(block);
    let mut event = Event::default();
    let mut data = Vec::new();
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => event.kind = value.to_owned(),
            "data" => data.push(value.to_owned()),
            _ => {}
        }
    }
    event.data = data.join("\n");
    (!data.is_empty()).then_some(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[tokio::test]
    async fn events_are_whole_however_their_bytes_arrive() {
        let text = ": hello\n\nevent: step\ndata: {\"a\":\ndata: 1}\nid: 4\n\nretry: 5\n\ndata: last\r\n\r\ndata: torn";
        for size in 1..text.len() {
            let pieces: Vec<_> = text.as_bytes().chunks(size).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
            let mut events = Events::of(stream::iter(pieces).boxed());
            let first = events.next().await.unwrap().unwrap();
            assert_eq!((first.kind.as_str(), first.data.as_str()), ("step", "{\"a\":\n1}"), "pieces of {size}");
            assert_eq!(events.next().await.unwrap().unwrap().data, "last");
            assert_eq!(events.next().await.unwrap(), None, "an event that is torn off never happened");
        }
    }

    #[tokio::test]
    async fn an_endless_event_is_refused() {
        let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 65536])));
        assert!(Events::of(endless.boxed()).next().await.is_err());
    }
}
