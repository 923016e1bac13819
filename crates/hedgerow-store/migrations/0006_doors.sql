-- Addresses that forges send to. The secret of each is in secrets, bound to its id, and the id is all that an address tells.
CREATE TABLE hooks (
    id {text} PRIMARY KEY,
    name {text} NOT NULL UNIQUE,
    provider {text} NOT NULL,
    repository_id BIGINT REFERENCES repositories (id),
    created_by {text} NOT NULL,
    created_ms BIGINT NOT NULL,
    rotated_ms BIGINT NOT NULL,
    fired_ms BIGINT
);

-- What came in, and what came of it: a bounded memory. A hook's name is as it was then, and no foreign key: it outlives the hook.
-- delivery_id is the sender's, and is there only where the signature was good.
CREATE TABLE deliveries (
    seq {id},
    id {text} NOT NULL UNIQUE,
    at_ms BIGINT NOT NULL,
    hook_id {text} NOT NULL,
    hook {text} NOT NULL,
    provider {text} NOT NULL,
    source {text} NOT NULL,
    signature {text} NOT NULL,
    delivery_id {text},
    event {text} NOT NULL,
    result {text} NOT NULL CHECK (result IN ('rang', 'repeated', 'pinged', 'unmatched', 'refused')),
    message {text} NOT NULL,
    repository_id BIGINT REFERENCES repositories (id),
    ring BIGINT,
    fabrics {text} NOT NULL,
    CHECK (delivery_id IS NULL OR signature = 'good'),
    CHECK (ring IS NULL OR signature = 'good')
);
CREATE INDEX deliveries_by_id ON deliveries (delivery_id) WHERE ring IS NOT NULL AND delivery_id IS NOT NULL;
CREATE INDEX deliveries_trusted ON deliveries (seq) WHERE signature = 'good';
CREATE INDEX deliveries_refused ON deliveries (seq) WHERE signature <> 'good';
