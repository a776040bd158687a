-- Imports. What each import said of a record, as JSON by field; undo gives the one before back.
-- Personal values stand here as keyed hashes.
CREATE TABLE import_said (
    kind {text} NOT NULL, record {text} NOT NULL, import_id BIGINT NOT NULL, said {text} NOT NULL,
    PRIMARY KEY (kind, record, import_id)
) {compact};
CREATE INDEX import_said_import ON import_said (import_id);
-- By what a later import finds a record again: the id of an outside system, the hash of an address.
CREATE TABLE import_key (
    kind {text} NOT NULL, name {text} NOT NULL, value {text} NOT NULL, import_id BIGINT NOT NULL,
    record {text} NOT NULL, PRIMARY KEY (kind, name, value, import_id)
) {compact};
CREATE INDEX import_key_import ON import_key (import_id);
