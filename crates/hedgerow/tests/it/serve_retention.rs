//! How much of what happened is kept: as the file says, and what left a commit behind for good.

use hedgerow_forge::webhook::{Provider, sign};

use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

const HOOK: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "a secret that nobody guesses";
/// A tenth of the deliveries that are kept, and one, may be there besides them.
const DELIVERIES: u32 = 22;

#[test]
fn no_more_is_kept_than_the_file_says_and_what_left_a_commit_behind_is() {
    let scene = Scene::new();
    let remote = scene.remote("fabrics.git");
    remote.commit("A fabric").write("dc/raw/a.yaml", server("a")).push();
    scene.file("hook.secret", SECRET);
    let config = format!(
        "[runs]\ninterval = \"1s\"\npushes_per_minute = 2\n[network]\nroots = [\"/\"]\n\
         [retention]\nidle_runs = 2\nvisits = 1\nevents = 1\ndeliveries = 20\ndelivery_age = \"1h\"\n\
         [[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"dc\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"dc\"\nadopt = false\n\
         [[fabric]]\nname = \"lost\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"lost\"\nadopt = false\n\
         [[hook]]\nname = \"forge\"\nprovider = \"github\"\nsecret_file = \"hook.secret\"\nid = \"{HOOK}\"\n",
        remote.url()
    );
    let service = Service::start(&scene, &config);
    service.until("it is placed", |service| service.condition("dc", "Ready") == "true");
    for n in 0..2 * DELIVERIES {
        let now_ms = time::OffsetDateTime::now_utc().unix_timestamp() * 1_000;
        let sample =
            sign(Provider::GitHub, &SECRET.into(), &format!("sent-{n}"), remote.url(), "main", now_ms).unwrap();
        let address = service.url(&format!("/hooks/github/{HOOK}"));
        service.deliver(&address, sample.headers, sample.body).expect(202);
    }
    let number = |query: &str| scene.sql(query).parse::<u32>().unwrap_or(0);
    // The fabric that is not there fails at every look.
    service.until("more was written than is kept", |_| {
        number("SELECT max(seq) FROM runs") > 6 && number("SELECT max(seq) FROM visits") > 6
    });
    assert_eq!(number("SELECT count(*) FROM runs WHERE commit_id IS NULL AND finished_ms IS NOT NULL"), 2);
    // The pushes of a minute are counted in visits, so that there are never fewer.
    assert_eq!(number("SELECT count(*) FROM visits"), 2);
    assert!(number("SELECT max(n) FROM (SELECT count(*) AS n FROM events GROUP BY fabric_id)") <= 1);
    assert!(
        number("SELECT max(seq) FROM deliveries") == 2 * DELIVERIES
            && number("SELECT count(*) FROM deliveries") <= DELIVERIES
    );
    let runs = service.get("runs?fabric=dc");
    let placed = runs["items"].as_array().unwrap().iter().find(|run| run["outcome"] == "changed");
    assert_eq!(placed.unwrap_or_else(|| panic!("{runs}"))["commit"], remote.head());
}
