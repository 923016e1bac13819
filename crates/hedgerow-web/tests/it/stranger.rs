//! A stranger who has nothing but the OpenAPI document: schemathesis asks for everything that it describes, rightly and
//! wrongly, and finds neither a fault of ours nor an answer that the document does not name.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use crate::remote::{Remote, server};
use crate::service::Service;

/// What every answer must be: no fault, and as documented in status, type, headers and shape.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance";

/// How many cases of each operation; `HEDGEROW_API_EXAMPLES` asks for more.
fn examples() -> String {
    std::env::var("HEDGEROW_API_EXAMPLES").unwrap_or_else(|_| "3".to_owned())
}

/// Where `.ci/run` puts it, or wherever the PATH has it.
fn schemathesis() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let places = [root.join("target/schemathesis/bin/schemathesis"), PathBuf::from("schemathesis")];
    let is_here =
        |program: &PathBuf| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    places.into_iter().find(is_here)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_with_the_document_finds_no_fault_and_no_undocumented_answer() {
    let Some(program) = schemathesis() else {
        return hedgerow_testkit::not_run(
            "schemathesis: no stranger asked the API (.ci/run installs it; pip install schemathesis)",
        );
    };
    let service = Service::start_with(|parts| parts.requests_per_minute = 1_000_000).await;
    let remote = Remote::new(&[("dc1/raw/a.yaml", server("a"))]);
    remote.add_to(&service).await;
    let link = json!({"name": "dc1", "repository": "fabrics", "directory": "dc1"});
    service.as_admin().post("/api/v1/fabrics", link).await.is(201);
    service.work();
    service.until("/api/v1/fabrics/dc1", |fabric| fabric["ready"] == "true").await;

    let url = format!("http://{}/api/v1/openapi.json", service.address);
    let bearer = format!("Authorization: Bearer {}", service.token);
    let examples = examples();
    let output = tokio::task::spawn_blocking(move || {
        // The same cases in every run. That a loaded machine makes cases slowly is no fault of the API's.
        let steady = ["--seed", "1", "--suppress-health-check", "all"];
        let quiet = ["--no-shrink", "--generation-database", "none", "--warnings", "off", "--workers", "2"];
        Command::new(program)
            .args([
                "--no-color",
                "run",
                "--checks",
                CHECKS,
                "--phases",
                "coverage,fuzzing",
                "--max-examples",
                &examples,
            ])
            .args(steady)
            .args(quiet)
            .args(["--continue-on-failure", "-H", &bearer, &url])
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let Output { status, stdout, stderr } = output;
    let told = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{told}");
    println!("{told}");
    service.as_admin().get("/api/v1/fabrics").await.is(200);
}
