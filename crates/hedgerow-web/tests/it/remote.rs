//! A git server with a repository that people push to.

use hedgerow_testkit::http::GitHttp;
use hedgerow_testkit::plain::Plain;
use serde_json::json;
use tempfile::TempDir;

use crate::service::Service;

/// A server with one repository.
pub(crate) struct Remote {
    pub(crate) server: GitHttp,
    pub(crate) bare: Plain,
    _directory: TempDir,
}

/// A document that needs nothing else.
pub(crate) fn server(name: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\n  labels:\n    \
         rack: r-{name}\nspec: {{}}\n"
    )
}

impl Remote {
    /// With a first commit of `files`.
    pub(crate) fn new(files: &[(&str, String)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bare = Plain::bare(directory.path().join("fabrics.git"));
        bare.git(["config", "http.receivepack", "true"]);
        bare.commit("main", files);
        let server = GitHttp::serve(directory.path());
        Self { server, bare, _directory: directory }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url("fabrics.git")
    }

    /// Adds the repository to `service`.
    pub(crate) async fn add_to(&self, service: &Service) {
        service.as_admin().post("/api/v1/repositories", json!({"name": "fabrics", "url": self.url()})).await.is(201);
    }
}
