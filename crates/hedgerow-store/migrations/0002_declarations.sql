-- Which configuration files were in force, in their order: the last row is the one that is. See src/declaration.rs.
CREATE TABLE declarations (
    seq {id},
    version BIGINT NOT NULL,
    digest {text} NOT NULL,
    since_ms BIGINT NOT NULL,
    applied_by {text} NOT NULL,
    UNIQUE (version, digest)
);

-- Who is applying one. The row stays for ever, so that tokens only grow.
CREATE TABLE declaring (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    token BIGINT NOT NULL,
    holder {text} NOT NULL,
    expires_ms BIGINT NOT NULL
);
