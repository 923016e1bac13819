-- Every list that people and programs ask for is a look into an index, whatever is asked of it.

CREATE INDEX objects_by_path ON objects (path, id, state);
CREATE INDEX objects_by_origin ON objects (from_file) WHERE from_file IS NOT NULL;
CREATE INDEX objects_by_namespace ON objects (namespace, api_group, kind, name, id);
CREATE INDEX objects_by_kind ON objects (kind, api_group, namespace, name, id);
CREATE INDEX objects_deleted ON objects (api_group, kind, namespace, name, id) WHERE state = 'deleted';
CREATE INDEX objects_unreadable ON objects (api_group, kind, namespace, name, id) WHERE state = 'unreadable';

-- The labels in an object's value that are texts. See src/objects/names.rs.
CREATE TABLE object_labels (
    object_id BIGINT NOT NULL,
    label {text} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (label, value, object_id)
);
CREATE INDEX labels_of_object ON object_labels (object_id);

INSERT INTO object_labels (object_id, label, value) {labels} ON CONFLICT DO NOTHING;

CREATE INDEX runs_by_outcome ON runs (outcome, seq);
CREATE INDEX runs_of_fabric_by_outcome ON runs (fabric_id, outcome, seq);
CREATE INDEX runs_by_cause ON runs (cause, started_ms);
CREATE INDEX audit_of_actor ON audit (actor, seq);
CREATE INDEX deliveries_of_repository ON deliveries (repository_id, seq);
CREATE INDEX deliveries_of_hook ON deliveries (hook, seq);
CREATE INDEX deliveries_by_result ON deliveries (result, seq);
