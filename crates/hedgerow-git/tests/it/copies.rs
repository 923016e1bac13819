//! The local copy: damaged, crowded, held.

use std::time::Duration;

use hedgerow_git::limits::MAX_PACKS;
use hedgerow_git::{Credential, Mirror, MirrorError, Moved, ObjectError, Remote, RemoteUrl, TreeLook};
use hedgerow_testkit::Plain;

use crate::world::{World, changes, dir, id, named, text, write};

#[test]
fn a_damaged_copy_is_made_anew() {
    let world = World::new();
    let remote = world.remote();
    let head = id(&remote.head("main"));
    let copy = |world: &World| {
        let place = std::fs::read_dir(world.cache()).unwrap().next().unwrap().unwrap().path();
        place.join("repository.git")
    };
    let damages: [fn(&std::path::Path); 5] = [
        |copy| std::fs::remove_dir_all(copy.join("objects")).unwrap(),
        |copy| std::fs::write(copy.join("HEAD"), "").unwrap(),
        |copy| std::fs::write(copy.join("config"), "[core").unwrap(),
        |copy| std::fs::write(copy.join("shallow.lock"), "").unwrap(),
        |copy| {
            for pack in std::fs::read_dir(copy.join("objects/pack")).unwrap().flatten() {
                let _ = std::fs::remove_file(pack.path());
                std::fs::write(pack.path(), "PACK").unwrap();
            }
        },
    ];
    world.mirror(&remote).fetch(&named("main")).unwrap();
    for (number, damage) in damages.iter().enumerate() {
        damage(&copy(&world));
        // A lock that somebody left is in the way only of a fetch that moves.
        let theirs =
            if number == 3 { id(&remote.commit("main", &[("theirs", "1")])) } else { id(&remote.head("main")) };
        let mut mirror = world.mirror(&remote);
        assert_eq!(mirror.fetch(&named("main")).unwrap().head, Some(theirs.clone()), "damage {number}");
        assert!(mirror.commit(&theirs).is_ok(), "damage {number}");
    }
    let mut mirror = world.mirror(&remote);
    mirror.discard().unwrap();
    assert!(mirror.commit(&head).is_err());
    assert!(mirror.fetch(&named("main")).unwrap().head.is_some(), "what was thrown away comes again");
    assert_ne!(head, id(&remote.head("main")));
}

/// One blob's bytes are overwritten: git notices nothing while nothing moves.
#[test]
fn damage_that_is_found_while_reading_is_gone_with_the_next_run() {
    let world = World::new();
    let remote = world.remote();
    let head = id(&remote.head("main"));
    world.mirror(&remote).fetch(&named("main")).unwrap();
    spoil(&world, &remote.git(["rev-parse", "main:f/raw/a.yaml"]));
    let read = |mirror: &mut Mirror| {
        mirror.fetch(&named("main")).unwrap();
        mirror.fabric_tree(&head, &dir())
    };
    let told = read(&mut world.mirror(&remote));
    assert!(matches!(told, Err(ObjectError::Damaged(_))), "{told:?}");
    assert!(matches!(read(&mut world.mirror(&remote)), Ok(TreeLook::Tree(_))));
}

fn spoil(world: &World, blob: &str) {
    use std::os::unix::fs::{FileExt, PermissionsExt};
    let place = std::fs::read_dir(world.cache()).unwrap().next().unwrap().unwrap().path();
    let packs =
        std::fs::read_dir(place.join("repository.git/objects/pack")).unwrap().flatten().map(|entry| entry.path());
    let pack = packs.into_iter().find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    let listed = Plain::at(place.join("repository.git")).git([
        "verify-pack",
        "-v",
        pack.with_extension("idx").to_str().unwrap(),
    ]);
    let offset =
        listed.lines().find(|line| line.starts_with(blob)).unwrap().split_whitespace().nth(4).unwrap().parse().unwrap();
    std::fs::set_permissions(&pack, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::OpenOptions::new().write(true).open(&pack).unwrap().write_at(&[0xff; 8], offset).unwrap();
}

#[test]
fn a_copy_does_not_grow_for_ever() {
    let world = World::new();
    let remote = world.remote();
    let mut mirror = world.mirror(&remote);
    let head = mirror.fetch(&named("main")).unwrap().head.unwrap();
    let write_one = |number: usize| {
        mirror.write_commit(Some(&head), &changes([("f/n", write(&number.to_string()))]), &text("n"), None).unwrap()
    };
    let last = (0..=MAX_PACKS).map(write_one).last().unwrap();
    assert!(mirror.commit(&last).is_ok());
    drop(mirror);
    let mut mirror = world.mirror(&remote);
    assert_eq!(mirror.fetch(&named("main")).unwrap().moved, Moved::First);
    assert!(mirror.commit(&last).is_err());
}

#[test]
fn one_process_at_a_time_holds_a_copy() {
    let world = World::with_deadline(Duration::from_millis(200));
    let remote = world.remote();
    let held = world.mirror(&remote);
    let again =
        Remote { url: RemoteUrl::parse(remote.dir().to_str().unwrap()).unwrap(), credential: Credential::Ambient };
    let busy = Mirror::open(&world.git, &world.cache(), &again);
    assert!(matches!(busy, Err(MirrorError::Busy { .. })), "{busy:?}");
    drop(held);
    world.mirror(&remote);
}
