-- People who sign in, their sessions, and the sign-ins that failed.

-- Of a password only its argon2id hash is here. A disabled user stays, so that the audit's names keep their meaning.
CREATE TABLE users (
    id {id},
    name {text} NOT NULL UNIQUE,
    email {text},
    role {text} NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    password {text} NOT NULL,
    created_by {text} NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    signed_in_ms BIGINT,
    disabled_ms BIGINT
);

-- Of a session's cookie only its hash is here.
CREATE TABLE sessions (
    hash {text} PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    begun_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- How often in a row somebody failed to sign in, by whom they wanted to be and whence they came.
CREATE TABLE sign_in_failures (
    subject {text} PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);
