-- What people look through: objects by kind and by name, runs by commit.

CREATE INDEX objects_by_kind ON objects (fabric_id, state, api_group, kind);
CREATE INDEX objects_by_name ON objects (name, id, state);
CREATE INDEX runs_by_commit ON runs (commit_id) WHERE commit_id IS NOT NULL;
