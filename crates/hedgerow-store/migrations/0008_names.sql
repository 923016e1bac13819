-- What people look through when there is a lot of it: living objects by kind without their rows, and which objects name which.

CREATE INDEX objects_living ON objects (fabric_id, api_group, kind) WHERE state <> 'deleted';

-- The names in an object's value: its texts, as far as the first slash, and of a peering the keys too. See src/objects/names.rs.
CREATE TABLE object_names (
    object_id BIGINT NOT NULL,
    fabric_id BIGINT NOT NULL,
    name {text} NOT NULL,
    PRIMARY KEY (fabric_id, name, object_id)
);
CREATE INDEX names_of_object ON object_names (object_id);

INSERT INTO object_names (object_id, fabric_id, name) {names} ON CONFLICT DO NOTHING;
