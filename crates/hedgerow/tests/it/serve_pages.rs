//! What a large fabric costs those who look at its pages.

use crate::support::fabric::Fabric;
use crate::support::service::Service;
use crate::support::yaml::{file, server};

/// More objects than a page waits for.
const MANY: usize = 600;

/// What a look at the topology comes to.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    /// The picture of so many servers.
    Now(usize),
    /// That picture, said to be of before the last run: another is being drawn.
    Before(usize),
    /// Nothing yet, and that it is being drawn.
    Waits,
}

fn look(service: &Service, cookies: &str) -> Look {
    let page = service.page(cookies, "/fabrics/one/topology");
    assert_eq!(page.status, 200, "{page:?}");
    let summary = page.text.lines().find_map(|line| line.strip_prefix("<h2>")?.split_once(" servers,"));
    let servers = summary.map(|(before, _)| before.rsplit(' ').next().unwrap().parse().unwrap());
    let is_drawing = page.text.contains("The picture is being drawn.");
    match (servers, is_drawing, page.text.contains("what was drawn before the last run")) {
        (Some(servers), false, false) => Look::Now(servers),
        (Some(servers), true, true) => Look::Before(servers),
        (None, true, false) => Look::Waits,
        _ => panic!("neither a picture nor why there is none: {page:?}"),
    }
}

/// The first picture of a hundred thousand objects took seconds, and whoever asked for the page waited for it.
#[test]
fn a_large_picture_is_drawn_aside_and_what_was_drawn_before_is_called_that() {
    let servers: Vec<String> = (0..MANY).map(|n| server(&format!("s{n}"))).collect();
    let fabric = Fabric::of(&[("raw/many.yaml", file(&servers))]);
    let service = Service::start(&fabric.scene, "[network]\nroots = [\"/\"]\n");
    service.hedgerow(&fabric.scene, &["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
    let link = ["fabric", "link", "one", "--repo", "fabrics", "--branch", "main", "--path", &fabric.dir];
    service.hedgerow(&fabric.scene, &[&link[..], &["--no-adopt", "--yes", "--wait"]].concat()).expect(0);
    let cookies = service.sign_in();
    let drawn = |expected: usize, before: &[Look]| {
        service.until("the picture is drawn", |service| {
            let look = look(service, &cookies);
            assert!(look == Look::Now(expected) || before.contains(&look), "{look:?}");
            look == Look::Now(expected)
        });
    };
    drawn(MANY, &[Look::Waits]);

    fabric.remote.commit("One more").write(&fabric.path("raw/more.yaml"), server("more")).push();
    service.hedgerow(&fabric.scene, &["fabric", "sync", "one", "--wait"]).expect(0);
    drawn(MANY + 1, &[Look::Before(MANY)]);
}
