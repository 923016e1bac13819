-- What people linked, and who may change it. A repository or fabric without a name is only remembered: a one-shot run was on it.

ALTER TABLE repositories ADD COLUMN name {text};
ALTER TABLE repositories ADD COLUMN address {text};
ALTER TABLE repositories ADD COLUMN owner {text} CHECK (owner IN ('api', 'file'));
ALTER TABLE repositories ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN created_ms BIGINT;
CREATE UNIQUE INDEX repositories_by_name ON repositories (name);

ALTER TABLE fabrics ADD COLUMN name {text};
ALTER TABLE fabrics ADD COLUMN owner {text} CHECK (owner IN ('api', 'file'));
ALTER TABLE fabrics ADD COLUMN adopt BIGINT NOT NULL DEFAULT 0 CHECK (adopt IN (0, 1));
ALTER TABLE fabrics ADD COLUMN interval_ms BIGINT;
ALTER TABLE fabrics ADD COLUMN push_to {text};
ALTER TABLE fabrics ADD COLUMN linked_ms BIGINT;
ALTER TABLE fabrics ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE fabrics ADD COLUMN suspended_by {text};
ALTER TABLE fabrics ADD COLUMN suspended_reason {text};
ALTER TABLE fabrics ADD COLUMN suspended_ms BIGINT;
CREATE UNIQUE INDEX fabrics_by_name ON fabrics (name);

-- What must not be read by whoever reads the database: sealed, and bound to its place.
CREATE TABLE secrets (
    place {text} PRIMARY KEY,
    key_id {text} NOT NULL,
    sealed {text} NOT NULL
);
CREATE INDEX secrets_by_key ON secrets (key_id);

CREATE TABLE credentials (
    repository_id BIGINT NOT NULL REFERENCES repositories (id),
    used_to {text} NOT NULL CHECK (used_to IN ('write', 'read')),
    kind {text} NOT NULL CHECK (kind IN ('token', 'ssh_key', 'github_app', 'environment', 'none')),
    public {text} NOT NULL,
    secret_place {text},
    expires_ms BIGINT,
    created_ms BIGINT NOT NULL,
    rotated_ms BIGINT NOT NULL,
    PRIMARY KEY (repository_id, used_to)
);

-- Who may call. Of a token only its hash is here. A revoked one stays, so that the audit's names keep their meaning.
CREATE TABLE tokens (
    id {id},
    name {text} NOT NULL,
    hash {text} NOT NULL UNIQUE,
    role {text} NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    fabrics {text},
    created_by {text} NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    used_ms BIGINT,
    revoked_ms BIGINT
);
CREATE UNIQUE INDEX tokens_in_force ON tokens (name) WHERE revoked_ms IS NULL;

-- Every change, by whom. Rows are only ever added.
CREATE TABLE audit (
    seq {id},
    at_ms BIGINT NOT NULL,
    actor {text} NOT NULL,
    action {text} NOT NULL,
    subject {text} NOT NULL,
    before {text},
    after {text}
);
CREATE INDEX audit_of_subject ON audit (subject, seq);

-- What a request that says that it is the same as an earlier one is answered. A row without an answer is being worked on.
CREATE TABLE idempotency (
    principal {text} NOT NULL,
    request_key {text} NOT NULL,
    request_digest {text} NOT NULL,
    begun_ms BIGINT NOT NULL,
    status BIGINT,
    answer {text},
    PRIMARY KEY (principal, request_key)
);
CREATE INDEX idempotency_by_age ON idempotency (begun_ms);
