//! Geometry: nothing on top of anything else, every link drawn, the same picture whatever the order of the objects.

use std::collections::BTreeSet;

use hedgerow_core::object::Identity;
use serde_json::{Value, json};

use super::*;

fn object(kind: &str, name: &str, spec: Value) -> Drawn {
    let group = match kind {
        "VPC" | "VPCAttachment" | "VPCPeering" | "External" | "ExternalAttachment" | "ExternalPeering" => "vpc",
        "Gateway" => "gateway",
        _ => "wiring",
    };
    let identity = Identity {
        group: format!("{group}.githedgehog.com"),
        kind: kind.to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    };
    Drawn { identity, value: json!({"spec": spec}), mark: Mark::Fine }
}

fn switch(name: &str, role: &str, group: Option<&str>) -> Drawn {
    object("Switch", name, json!({"role": role, "redundancy": group.map(|group| json!({"group": group}))}))
}

fn cable(a: (&str, &str), b: (&str, &str)) -> Value {
    let (key_a, port_a) = a;
    let (key_b, port_b) = b;
    json!({key_a: {"port": port_a}, key_b: {"port": port_b}})
}

/// `spines` spines, `pairs` pairs of leaves, each leaf on every spine, and so many servers on each pair.
fn fabric(spines: usize, pairs: usize, servers: usize) -> Vec<Drawn> {
    let mut objects: Vec<Drawn> = (1..=spines).map(|n| switch(&format!("spine-{n:02}"), "spine", None)).collect();
    for pair in 1..=pairs {
        let group = format!("eslag-{pair:02}");
        let leaves = [format!("leaf-{pair:02}a"), format!("leaf-{pair:02}b")];
        for leaf in &leaves {
            objects.push(switch(leaf, "server-leaf", Some(&group)));
            for n in 1..=spines {
                let (top, low) = (format!("spine-{n:02}/E1/{pair}"), format!("{leaf}/E1/{n}"));
                let links =
                    json!({"links": [cable(("spine", &top), ("leaf", &low)), cable(("spine", &top), ("leaf", &low))]});
                objects.push(object("Connection", &format!("{leaf}--spine-{n:02}"), json!({"fabric": links})));
            }
        }
        for n in 1..=servers {
            let server = format!("server-{pair:02}-{n:02}");
            objects.push(object("Server", &server, json!({})));
            let ends: Vec<Value> = leaves
                .iter()
                .map(|leaf| cable(("server", &format!("{server}/enp{n}")), ("switch", &format!("{leaf}/E1/{}", n + 8))))
                .collect();
            objects.push(object("Connection", &format!("{server}--eslag"), json!({"eslag": {"links": ends}})));
        }
    }
    objects
}

fn outside(objects: &mut Vec<Drawn>) {
    let link = json!({"link": {"switch": {"port": "leaf-01a/E1/48"}}});
    objects.push(object("Connection", "leaf-01a--external", json!({"external": link})));
    objects.push(object("External", "internet", json!({})));
    let spec = json!({"connection": "leaf-01a--external", "external": "internet"});
    objects.push(object("ExternalAttachment", "internet--leaf-01a", spec));
    let links = json!({"links": [cable(("switch1", "leaf-01a/E1/40"), ("switch2", "leaf-01a/E1/41"))]});
    objects.push(object("Connection", "leaf-01a--loopback", json!({"vpcLoopback": links})));
    objects.push(object("Server", "spare", json!({"description": "in a box"})));
}

fn nothing_overlaps(drawing: &Drawing) {
    for (nth, one) in drawing.boxes.iter().enumerate() {
        assert!(one.area.x >= 0 && one.area.right() <= drawing.width, "{} leaves the picture", one.label);
        assert!(one.area.y >= 0 && one.area.bottom() <= drawing.height, "{} leaves the picture", one.label);
        for other in &drawing.boxes[nth + 1..] {
            assert!(!one.area.overlaps(&other.area), "{} and {} overlap", one.label, other.label);
        }
    }
    for (nth, one) in drawing.frames.iter().enumerate() {
        for other in &drawing.frames[nth + 1..] {
            assert!(!one.area.overlaps(&other.area), "{} and {} overlap", one.label, other.label);
        }
    }
}

fn links_drawn(drawing: &Drawing) -> usize {
    drawing.lines.iter().map(|line| line.links).sum()
}

#[test]
fn a_small_fabric_shows_every_device_and_every_link_and_nothing_overlaps() {
    let mut objects = fabric(2, 3, 5);
    outside(&mut objects);
    let wiring = Wiring::of(&objects);
    let drawing = detail(&wiring, None, None, "lab", 1);
    assert!(is_small(&wiring));
    assert_eq!(drawing.boxes.len(), 2 + 6 + 15 + 1 + 1);
    assert_eq!(links_drawn(&drawing), wiring.links.len());
    assert_eq!(wiring.links.len(), 12 + 30 + 1 + 1);
    assert_eq!(wiring.loose, Vec::<String>::new());
    nothing_overlaps(&drawing);
}

#[test]
fn a_block_with_many_servers_shows_all_of_them_in_rows() {
    let wiring = Wiring::of(&fabric(4, 6, 44));
    let drawing = detail(&wiring, Some("eslag-03"), None, "lab", 1);
    assert_eq!(drawing.boxes.len(), 4 + 2 + 44);
    assert_eq!(links_drawn(&drawing), 4 * 2 + 44 * 2);
    nothing_overlaps(&drawing);
}

#[test]
fn a_large_fabric_is_drawn_by_blocks_and_counts_every_link() {
    let mut objects = fabric(10, 45, 45);
    outside(&mut objects);
    let wiring = Wiring::of(&objects);
    assert!(!is_small(&wiring));
    let drawing = overview(&wiring, None, "lab", 1);
    nothing_overlaps(&drawing);
    assert_eq!(links_drawn(&drawing), wiring.links.len());
    assert_eq!(wiring.links.len(), 900 + 45 * 45 * 2 + 2);
    assert_eq!(drawing.frames.len(), 46);
    assert_eq!((drawing.parts, drawing.notes.len()), (1, 0), "all in one picture");
    assert!(drawing.width <= 1300 && drawing.boxes.len() + drawing.lines.len() < 500, "{}", drawing.boxes.len());
}

#[test]
fn the_order_of_the_objects_does_not_change_the_picture() {
    let mut objects = fabric(3, 4, 6);
    outside(&mut objects);
    let drawn = |objects: &[Drawn]| {
        let wiring = Wiring::of(objects);
        (detail(&wiring, None, None, "lab", 1), overview(&wiring, None, "lab", 1))
    };
    let one = drawn(&objects);
    objects.reverse();
    // The cables of one connection keep the order of the file; everything else is sorted.
    assert_eq!(one, drawn(&objects));
}

#[test]
fn a_link_to_a_device_without_an_object_is_drawn_and_said() {
    let links = json!({"link": cable(("server", "ghost/eth0"), ("switch", "leaf/E1/1"))});
    let objects =
        [switch("leaf", "server-leaf", None), object("Connection", "ghost--leaf", json!({"unbundled": links}))];
    let wiring = Wiring::of(&objects);
    let drawing = detail(&wiring, None, None, "lab", 1);
    let ghost = drawing.boxes.iter().find(|plate| plate.label == "ghost").unwrap();
    assert_eq!((ghost.href.as_deref(), links_drawn(&drawing)), (None, 1));
    assert!(ghost.title.contains("no object of this name"));
}

#[test]
fn a_connection_that_names_no_two_ends_is_listed_and_hurts_nothing() {
    let bad = [
        json!({}),
        json!(null),
        json!({"fabric": {"links": "none"}}),
        json!({"unbundled": {"link": {"server": {"port": "noslash"}, "switch": {"port": 7}}}}),
    ];
    let objects: Vec<Drawn> =
        bad.into_iter().enumerate().map(|(nth, spec)| object("Connection", &format!("bad-{nth}"), spec)).collect();
    let wiring = Wiring::of(&objects);
    assert_eq!(wiring.loose.len(), 4);
    nothing_overlaps(&detail(&wiring, None, None, "lab", 1));
    nothing_overlaps(&overview(&wiring, None, "lab", 1));
}

#[test]
fn a_vpc_names_its_subnets_servers_and_peerings_and_dims_the_rest() {
    let mut objects = fabric(2, 2, 2);
    outside(&mut objects);
    objects.push(object("VPC", "web", json!({"subnets": {"front": {"subnet": "10.0.1.0/24", "vlan": 1001}}})));
    let spec = json!({"connection": "server-01-01--eslag", "subnet": "web/front"});
    objects.push(object("VPCAttachment", "a", spec));
    objects.push(object("VPCPeering", "web--db", json!({"permit": [{"web": {}, "db": {}}]})));
    let permit = json!({"permit": {"vpc": {"name": "web"}, "external": {"name": "internet"}}});
    objects.push(object("ExternalPeering", "web--internet", permit));
    let wiring = Wiring::of(&objects);
    let overlay = Overlay::of(&objects, &wiring, "web").unwrap();
    assert_eq!(Overlay::names(&objects), ["web"]);
    assert_eq!(overlay.subnets[0].attached, BTreeSet::from(["server-01-01".to_owned()]));
    assert_eq!((overlay.subnets[0].prefix.as_str(), overlay.subnets[0].vlan.as_str()), ("10.0.1.0/24", "1001"));
    let with: Vec<_> = overlay.peerings.iter().map(|peering| (peering.with.as_str(), peering.what)).collect();
    assert_eq!(with, [("db", "VPC"), ("internet", "external")]);
    let drawing = detail(&wiring, None, Some(&overlay), "lab", 1);
    let strong: BTreeSet<_> = drawing
        .boxes
        .iter()
        .filter(|plate| plate.emphasis == Emphasis::Strong)
        .map(|plate| plate.label.as_str())
        .collect();
    assert_eq!(strong, BTreeSet::from(["internet", "leaf-01a", "leaf-01b", "server-01-01"]));
    assert_eq!(Overlay::of(&objects, &wiring, "nobody"), None);
}

#[test]
fn what_is_held_or_invalid_is_marked_also_where_it_is_one_of_many() {
    let mut objects = fabric(10, 45, 45);
    let held = objects.iter_mut().find(|object| object.identity.name == "server-07-03").unwrap();
    held.mark = Mark::Held;
    let wiring = Wiring::of(&objects);
    let marked = |drawing: &Drawing| {
        let marked = drawing.boxes.iter().filter(|plate| plate.mark == Mark::Held);
        marked.map(|plate| plate.label.clone()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&overview(&wiring, None, "lab", 1)), ["45 servers"]);
    assert_eq!(marked(&detail(&wiring, Some("eslag-07"), None, "lab", 1)), ["server-07-03"]);
}

#[test]
fn a_fabric_without_end_is_drawn_in_parts_and_each_is_light() {
    let objects = fabric(50, 300, 2);
    let wiring = Wiring::of(&objects);
    let first = overview(&wiring, None, "lab", 1);
    assert!(first.parts > 3 && first.parts < 20, "{}", first.parts);
    let mut drawn = BTreeSet::new();
    for part in 1..=first.parts {
        let drawing = overview(&wiring, None, "lab", part);
        assert_eq!((drawing.part, drawing.parts), (part, first.parts));
        assert!(drawing.notes.iter().any(|note| note.contains("of 300 blocks are drawn")), "{:?}", drawing.notes);
        assert!(drawing.boxes.iter().any(|plate| plate.label == "50 spines"));
        assert!(bytes(&drawing) < 250_000, "part {part}: {} bytes", bytes(&drawing));
        drawn.extend(drawing.frames.into_iter().map(|frame| frame.label));
    }
    assert_eq!(drawn.len(), 300, "every block is in some part");
    assert_eq!(overview(&wiring, None, "lab", 99_999).part, first.parts);
}

#[test]
fn a_block_without_end_is_drawn_in_parts_with_every_server_in_one() {
    let mut objects = fabric(4, 1, 5_000);
    outside(&mut objects);
    let wiring = Wiring::of(&objects);
    let first = detail(&wiring, Some("eslag-01"), None, "lab", 1);
    let mut servers = 0;
    for part in 1..=first.parts {
        let drawing = detail(&wiring, Some("eslag-01"), None, "lab", part);
        nothing_overlaps(&drawing);
        assert!(bytes(&drawing) < 250_000, "part {part}: {} bytes", bytes(&drawing));
        let below = drawing.boxes.iter().filter(|plate| plate.class == "server" || plate.class == "external");
        servers += below.count();
        assert_eq!(drawing.notes, Vec::<String>::new(), "every link of them is drawn");
    }
    assert_eq!(servers, 5_001, "each server, and the external");
}

#[test]
fn names_of_any_length_and_leaves_without_end_keep_a_picture_light() {
    let long = "n".repeat(230);
    let mut objects: Vec<Drawn> =
        (0..400).map(|n| switch(&format!("{long}-{n:03}"), "server-leaf", Some("one"))).collect();
    objects.extend((0..60).map(|n| switch(&format!("spine-{long}-{n:02}"), "spine", None)));
    for leaf in 0..400 {
        for spine in 0..60 {
            let (top, low) = (format!("spine-{long}-{spine:02}/E1/{leaf}"), format!("{long}-{leaf:03}/E1/{spine}"));
            let links = json!({"links": [cable(("spine", &top), ("leaf", &low))]});
            objects.push(object("Connection", &format!("{leaf}--{spine}"), json!({"fabric": links})));
        }
    }
    let wiring = Wiring::of(&objects);
    let pictures = [overview(&wiring, None, "lab", 1), detail(&wiring, Some("one"), None, "lab", 1)];
    for drawing in &pictures {
        assert!(bytes(drawing) < 250_000, "{} bytes", bytes(drawing));
        nothing_overlaps(drawing);
    }
    assert!(pictures[0].boxes.iter().any(|plate| plate.label == "400 leaves"));
    assert_eq!(links_drawn(&pictures[0]), 24_000);
    let said = pictures[1].notes.join("; ");
    assert!(said.contains("of 400 leaves are drawn") && said.contains("links are not drawn"), "{said}");
}

/// About what a picture weighs in its page.
fn bytes(drawing: &Drawing) -> usize {
    let href = |href: &Option<String>| href.as_ref().map_or(0, |href| href.len() + 20);
    let boxes = drawing.boxes.iter().map(|plate| {
        let texts = plate.title.len() + plate.shown_label().len() + plate.shown_note().len();
        280 + texts + href(&plate.href)
    });
    let lines = drawing.lines.iter().map(|line| 110 + line.path.len() + line.title.len() + href(&line.href));
    let frames = drawing.frames.iter().map(|frame| 150 + 2 * frame.label.len() + href(&frame.href));
    boxes.chain(lines).chain(frames).sum()
}
