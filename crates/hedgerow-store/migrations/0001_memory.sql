-- {id} and {text} are the two words in which the databases differ: see src/dialect.rs.
-- Times are milliseconds since 1970 UTC. Paths are quoted as in docs/reference/format.md.

CREATE TABLE repositories (
    id {id},
    url {text} NOT NULL UNIQUE
);

CREATE TABLE fabrics (
    id {id},
    repository_id BIGINT NOT NULL REFERENCES repositories (id),
    branch {text} NOT NULL,
    directory {text} NOT NULL,
    UNIQUE (repository_id, branch, directory)
);

-- One writer per repository. The row stays for ever, so that tokens only grow.
CREATE TABLE leases (
    repository_id BIGINT PRIMARY KEY REFERENCES repositories (id),
    token BIGINT NOT NULL,
    holder {text} NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- One attempt on one fabric, from trigger to record. A row without finished_ms is open.
CREATE TABLE runs (
    seq {id},
    id {text} NOT NULL UNIQUE,
    fabric_id BIGINT NOT NULL REFERENCES fabrics (id),
    cause {text} NOT NULL
        CHECK (cause IN ('webhook', 'timer', 'start', 'cli', 'api', 'page', 'netbox')),
    started_ms BIGINT NOT NULL,
    token BIGINT NOT NULL,
    intent_commit {text},
    intent_parent {text},
    intent_branch {text},
    finished_ms BIGINT,
    outcome {text} CHECK (outcome IN ('changed', 'unchanged', 'partial', 'failed')),
    reason {text},
    reason_text {text},
    verification {text} CHECK (verification IN ('verified', 'not_yet', 'differs', 'none')),
    commit_id {text},
    head {text},
    recorded_commit {text},
    policy {text},
    settings {text},
    catalogue {text},
    version {text},
    counts {text},
    CHECK ((intent_commit IS NULL) = (intent_parent IS NULL)),
    CHECK ((intent_commit IS NULL) = (intent_branch IS NULL)),
    CHECK ((finished_ms IS NULL) = (outcome IS NULL)),
    CHECK ((finished_ms IS NULL) = (verification IS NULL)),
    CHECK (outcome <> 'failed' OR reason IS NOT NULL),
    CHECK (outcome <> 'changed' OR commit_id IS NOT NULL),
    CHECK (verification <> 'verified' OR head IS NOT NULL)
);
CREATE INDEX runs_of_fabric ON runs (fabric_id, seq);
CREATE INDEX runs_idle ON runs (fabric_id, seq)
    WHERE commit_id IS NULL AND recorded_commit IS NULL AND finished_ms IS NOT NULL;
CREATE INDEX runs_open ON runs (fabric_id) WHERE finished_ms IS NULL;

-- The large texts of a run stand apart, so that listing runs does not read them.
CREATE TABLE run_texts (
    run_id {text} PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    report {text} NOT NULL,
    ledger {text} NOT NULL,
    findings {text} NOT NULL
);

-- What a run at this head comes to, as long as what decided it is the same.
CREATE TABLE idle_reports (
    fabric_id BIGINT PRIMARY KEY REFERENCES fabrics (id),
    head {text} NOT NULL,
    decided_by {text} NOT NULL,
    report {text} NOT NULL
);

-- The objects of every fabric, the deleted ones too. They outlive the runs that they name, so these are no foreign
-- keys. missing_run is the run that found an object gone
-- while too many were gone at once: the object stays as it is until a person confirms.
CREATE TABLE objects (
    id {id},
    fabric_id BIGINT NOT NULL REFERENCES fabrics (id),
    api_group {text} NOT NULL,
    kind {text} NOT NULL,
    namespace {text} NOT NULL,
    name {text} NOT NULL,
    version {text} NOT NULL,
    path {text} NOT NULL,
    digest {text} NOT NULL,
    value {text} NOT NULL,
    commit_id {text} NOT NULL,
    from_file {text},
    from_index BIGINT,
    from_commit {text},
    first_seen_run {text} NOT NULL,
    last_changed_run {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('present', 'deleted', 'unreadable')),
    missing_run {text},
    UNIQUE (fabric_id, api_group, kind, namespace, name),
    CHECK (missing_run IS NULL OR state <> 'deleted')
);
CREATE INDEX objects_in_order ON objects (api_group, kind, namespace, name, id);
CREATE INDEX objects_missing ON objects (fabric_id) WHERE missing_run IS NOT NULL;

-- What an object was, by commit. Its text at that commit is in git. Rows are only ever made from the objects' own, so
-- object_id needs no foreign key, which would cost a look-up for each of thousands.
CREATE TABLE object_versions (
    id {id},
    object_id BIGINT NOT NULL,
    run_id {text} NOT NULL,
    commit_id {text} NOT NULL,
    version {text} NOT NULL,
    path {text} NOT NULL,
    digest {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('present', 'deleted', 'unreadable'))
);
CREATE INDEX versions_of_object ON object_versions (object_id, id);
