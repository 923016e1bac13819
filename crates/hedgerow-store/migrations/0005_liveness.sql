-- The service's memory of what is due, what came of it, and what it may do without a person's word.

-- A bell at each repository's door. A ring raises rung; a visit notes rung when it begins, and sets answered to that when it ends.
CREATE TABLE doorbells (
    repository_id BIGINT PRIMARY KEY REFERENCES repositories (id),
    rung BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    causes {text} NOT NULL,
    first_rung_ms BIGINT,
    not_before_ms BIGINT NOT NULL,
    next_due_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    claimed_by BIGINT,
    claimed_ms BIGINT
);

-- The services that share this store. One whose heart stopped holds no claim. Its id is random: none comes again.
CREATE TABLE instances (
    id BIGINT PRIMARY KEY,
    holder {text} NOT NULL,
    version {text} NOT NULL,
    started_ms BIGINT NOT NULL,
    beat_ms BIGINT NOT NULL
);

-- What became of rings: one row for each visit that somebody asked for, or that found something to do.
CREATE TABLE visits (
    seq {id},
    repository_id BIGINT NOT NULL REFERENCES repositories (id),
    rung BIGINT NOT NULL,
    causes {text} NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    outcome {text} NOT NULL CHECK (outcome IN ('quiet', 'ran', 'failed', 'cut')),
    reason {text},
    message {text},
    pushes BIGINT NOT NULL
);
CREATE INDEX visits_of_repository ON visits (repository_id, seq);

ALTER TABLE runs ADD COLUMN visit BIGINT;
CREATE INDEX runs_of_visit ON runs (visit) WHERE visit IS NOT NULL;

-- What is known of a linked fabric: the last attempt, the last verified look, and the heads that go with them.
CREATE TABLE liveness (
    fabric_id BIGINT PRIMARY KEY REFERENCES fabrics (id),
    attempted_ms BIGINT,
    looked_ms BIGINT,
    outcome {text},
    reason {text},
    message {text},
    step {text},
    failures BIGINT NOT NULL,
    verified_ms BIGINT,
    head {text},
    ours {text},
    settled_head {text},
    settled_by {text},
    verification {text},
    witness {text},
    held BIGINT NOT NULL,
    inbox_files BIGINT NOT NULL,
    inbox_oldest {text},
    inbox_since_ms BIGINT,
    pending_deletions BIGINT NOT NULL,
    hold {text},
    hold_message {text},
    hold_commit {text},
    hold_ms BIGINT,
    accepted {text}
);

-- Each fabric's conditions, as they were last told.
CREATE TABLE conditions (
    fabric_id BIGINT NOT NULL REFERENCES fabrics (id),
    kind {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('true', 'false', 'unknown')),
    reason {text} NOT NULL,
    message {text} NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (fabric_id, kind)
);

-- What happened, for people: only ever added to, and the oldest forgotten.
CREATE TABLE events (
    seq {id},
    at_ms BIGINT NOT NULL,
    repository_id BIGINT REFERENCES repositories (id),
    fabric_id BIGINT REFERENCES fabrics (id),
    severity {text} NOT NULL CHECK (severity IN ('info', 'warning')),
    reason {text} NOT NULL,
    message {text} NOT NULL
);
CREATE INDEX events_of_fabric ON events (COALESCE(fabric_id, 0), seq);
CREATE INDEX events_of_repository ON events (repository_id, seq);
