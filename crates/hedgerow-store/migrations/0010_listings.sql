-- A fabric's objects of one kind, in the order in which they are listed.

CREATE INDEX objects_of_kind ON objects (fabric_id, kind, api_group, namespace, name);
-- Living objects are counted by objects_living.
DROP INDEX objects_by_kind;
