-- People: the firm's own fields, and the purposes of consent with every wording that was ever asked with.
CREATE TABLE own_field (
    kind {text} NOT NULL, name {text} NOT NULL, title {text} NOT NULL, type {text} NOT NULL,
    choices {text}, help {text}, currency {text}, place INTEGER NOT NULL, archived SMALLINT NOT NULL,
    PRIMARY KEY (kind, name)
);
CREATE TABLE purpose (
    name {text} NOT NULL PRIMARY KEY, title {text} NOT NULL, basis {text} NOT NULL,
    version INTEGER NOT NULL, place INTEGER NOT NULL, archived SMALLINT NOT NULL
);
CREATE TABLE purpose_wording (
    name {text} NOT NULL, version INTEGER NOT NULL, wording {text} NOT NULL, since BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);

-- Derived: which records carry a tag, so that a list by tag reads no row in vain.
CREATE TABLE record_tag (
    tag {text} NOT NULL, kind {text} NOT NULL, record {text} NOT NULL,
    PRIMARY KEY (kind, tag, record)
) {compact};
CREATE INDEX record_tag_record ON record_tag (kind, record);
-- Derived: people whose later page views are not recorded.
CREATE TABLE untracked (person {text} NOT NULL PRIMARY KEY);
