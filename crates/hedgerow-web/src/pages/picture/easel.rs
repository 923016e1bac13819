//! Who draws, and what is kept. A fabric of a hundred thousand objects takes seconds to be read and drawn. No page waits for
//! that: it is done aside, once whoever asks, and until it is done the page shows what was drawn after an earlier run, and says so.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use hedgerow_store::{FabricId, RunId, RunRecord};

use super::scene::{self, Scene};
use super::{Picture, Wanted, picture};
use crate::pages::fabric::Head;
use crate::pages::site::Site;
use crate::problem::{Kind, Problem};

/// Pictures that are kept: they are looked at again and again.
const MAX_KEPT: usize = 32;
/// Fabrics whose wiring is kept until the next run: every picture of one is made of it, and to read it takes long.
const MAX_SCENES: usize = 2;
/// A picture that is made of no more objects than this is waited for: it takes some milliseconds.
const MAX_AWAITED: u64 = 500;
/// So long a page waits for any other.
const PATIENCE: Duration = Duration::from_millis(20);
/// Pictures that are being drawn, or wait for that; one that is asked for beyond is begun when it is asked for again.
const MAX_UNDER_WAY: usize = 16;

/// Of which fabric, by which name, after which run.
type Of = (FabricId, String, Option<RunId>);
/// And what was wanted.
type Asked = (Of, Wanted);

/// What is kept, the newest first; and what is being drawn.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pictures: VecDeque<(Asked, Arc<Picture>)>,
    scenes: VecDeque<(Of, Arc<Scene>)>,
    under_way: Vec<Asked>,
    /// What could not be drawn: told once, and tried again when it is asked for again.
    failed: VecDeque<(Asked, Problem)>,
    /// Only one large picture is drawn at a time: each takes memory.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What there is to look at.
pub(super) struct Looked {
    pub(super) picture: Option<Arc<Picture>>,
    /// Whether a newer one is being drawn.
    pub(super) is_drawing: bool,
}

/// The picture that was wanted; or the one before it, while that is drawn.
pub(super) async fn look(
    site: &Site,
    fabric: &Head,
    last: Option<RunRecord>,
    wanted: Wanted,
) -> Result<Looked, Problem> {
    let asked: Asked = ((fabric.linked.id, fabric.name.clone(), last.as_ref().map(|run| run.id.clone())), wanted);
    if let Some(picture) = kept(site).picture(&asked) {
        return Ok(Looked { picture: Some(picture), is_drawing: false });
    }
    if scene::drawn(fabric) <= MAX_AWAITED {
        let picture = draw(site, fabric, last.as_ref(), &asked).await?;
        return Ok(Looked { picture: Some(picture), is_drawing: false });
    }
    if kept(site).begin(&asked) {
        let aside = draw_aside(site.clone(), fabric.clone(), last, asked.clone());
        // When patience ends, only the waiting does.
        let _ = tokio::time::timeout(PATIENCE, tokio::spawn(aside)).await;
    }
    let mut kept = kept(site);
    if let Some(problem) = kept.failure(&asked) {
        return Err(problem);
    }
    let picture = kept.picture(&asked);
    let is_drawing = picture.is_none();
    Ok(Looked { picture: picture.or_else(|| kept.former(&asked)), is_drawing })
}

fn kept(site: &Site) -> MutexGuard<'_, Kept> {
    site.pictures.lock().expect("pictures are only kept")
}

/// Draws a picture when its turn has come, and notes what came of it.
async fn draw_aside(site: Site, fabric: Head, last: Option<RunRecord>, asked: Asked) {
    let _under_way = UnderWay { site: &site, asked: &asked };
    let turn = kept(&site).turn.clone();
    let _turn = turn.lock().await;
    if let Err(problem) = draw(&site, &fabric, last.as_ref(), &asked).await {
        let mut kept = kept(&site);
        kept.failed.truncate(MAX_UNDER_WAY - 1);
        kept.failed.push_front((asked.clone(), problem));
    }
}

/// While it lives a picture is being drawn, however that ends.
struct UnderWay<'a> {
    site: &'a Site,
    asked: &'a Asked,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        kept(self.site).under_way.retain(|under| under != self.asked);
    }
}

/// Draws a picture and keeps it, and what it is made of.
async fn draw(site: &Site, fabric: &Head, last: Option<&RunRecord>, asked: &Asked) -> Result<Arc<Picture>, Problem> {
    let known = kept(site).scene(&asked.0);
    let scene = match known {
        Some(scene) => scene,
        None => {
            let scene = Arc::new(scene::scene(site, fabric, last).await?);
            keep(&mut kept(site).scenes, MAX_SCENES, asked.0.clone(), &scene);
            scene
        }
    };
    let (name, last, wanted) = (fabric.name.clone(), last.cloned(), asked.1.clone());
    // A hundred thousand objects keep a thread for a while: not one that answers others.
    let drawn = tokio::task::spawn_blocking(move || picture(&scene, &name, last.as_ref(), &wanted));
    let picture = Arc::new(drawn.await.map_err(|error| Problem::new(Kind::Internal, error.to_string()))??);
    keep(&mut kept(site).pictures, MAX_KEPT, asked.clone(), &picture);
    Ok(picture)
}

/// Keeps `value`, and forgets what is older than the `most` newest.
fn keep<K: PartialEq, V>(all: &mut VecDeque<(K, Arc<V>)>, most: usize, key: K, value: &Arc<V>) {
    all.retain(|(known, _)| *known != key);
    all.truncate(most - 1);
    all.push_front((key, value.clone()));
}

impl Kept {
    fn picture(&self, asked: &Asked) -> Option<Arc<Picture>> {
        self.pictures.iter().find(|(known, _)| known == asked).map(|(_, picture)| picture.clone())
    }

    fn scene(&self, of: &Of) -> Option<Arc<Scene>> {
        self.scenes.iter().find(|(known, _)| known == of).map(|(_, scene)| scene.clone())
    }

    /// The newest picture of the same, whatever run it is of.
    fn former(&self, ((fabric, name, _), wanted): &Asked) -> Option<Arc<Picture>> {
        let is_same = |known: &Asked| known.0.0 == *fabric && known.0.1 == *name && known.1 == *wanted;
        self.pictures.iter().find(|(known, _)| is_same(known)).map(|(_, picture)| picture.clone())
    }

    /// Notes that a picture is being drawn, unless it is already or too many are.
    fn begin(&mut self, asked: &Asked) -> bool {
        let begins = self.under_way.len() < MAX_UNDER_WAY && !self.under_way.contains(asked);
        if begins {
            self.under_way.push(asked.clone());
        }
        begins
    }

    /// Why the picture could not be drawn; told once.
    fn failure(&mut self, asked: &Asked) -> Option<Problem> {
        let at = self.failed.iter().position(|(known, _)| known == asked)?;
        self.failed.remove(at).map(|(_, problem)| problem)
    }
}
