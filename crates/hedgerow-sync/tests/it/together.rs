//! One push for several fabrics, and a server that means only one of them.

use hedgerow_store::{ConditionKind, Truth};

use crate::remote::server;
use crate::world::{World, condition, is, quick, run};

#[test]
fn a_server_that_refuses_one_fabrics_files_takes_the_others() {
    run(async {
        let mut world = World::new(quick()).await;
        let files =
            [("one/raw/a.yaml", server("a")), ("two/raw/b.yaml", server("b")), ("three/raw/c.yaml", server("c"))];
        let (remote, _, fabrics) = world.linked("net", &files, &["one", "two", "three"]).await;
        let script = "while read old new ref; do git diff --name-only $old $new | grep -q ^two/ && { echo no two >&2; exit 1; }; done; exit 0";
        remote.hook("pre-receive", script);
        world.start();
        world.ready(&fabrics[0]).await;
        world.ready(&fabrics[2]).await;
        let refused =
            world.until(&fabrics[1], "refused", |status| is(status, ConditionKind::Ready, Truth::False)).await;
        assert_eq!(condition(&refused, ConditionKind::Ready).reason, "Refused");
        let files = remote.files();
        assert!(files.contains(&"one/managed/servers/a.yaml".to_owned()));
        assert!(files.contains(&"three/managed/servers/c.yaml".to_owned()));
        assert!(files.contains(&"two/raw/b.yaml".to_owned()));
        world.stop().await;
    });
}
