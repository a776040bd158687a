-- One text for SQLite and PostgreSQL; {{words}} in braces are filled in by __init__.py.
CREATE TABLE tundish_schema (version INTEGER NOT NULL);

-- The journal. Rows are never changed and never deleted; positions have no gaps.
CREATE TABLE event (
    position {rowid},
    id {text} NOT NULL,
    name {text} NOT NULL,
    occurred BIGINT NOT NULL,
    day_only SMALLINT NOT NULL,
    estimated SMALLINT NOT NULL,
    recorded BIGINT NOT NULL,
    person {text},
    company {text},
    deal {text},
    session {text},
    channel {text},
    source {text},
    campaign {text},
    value_minor BIGINT,
    currency {text},
    properties {text},
    personal_key {text},
    inlet {text},
    batch {text},
    actor {text},
    bot SMALLINT NOT NULL
);
-- With company and deal, so that a person's companies are told without reading its events.
CREATE INDEX event_person ON event (person, company, deal) WHERE person IS NOT NULL;
CREATE INDEX event_company ON event (company) WHERE company IS NOT NULL;
CREATE INDEX event_deal ON event (deal, company) WHERE deal IS NOT NULL;
CREATE INDEX event_session ON event (session) WHERE session IS NOT NULL;
CREATE INDEX event_batch ON event (batch, position) WHERE batch IS NOT NULL;
CREATE INDEX event_identity ON event (position) WHERE name = 'person_merged';
CREATE INDEX event_void ON event (position) WHERE name = 'events_voided';

-- 64 bits of hash of the sender's id: small, so that the random inserts stay in memory.
CREATE TABLE event_key (key {rowid}, position BIGINT NOT NULL);

-- What the events_voided events say. A batch's events up to that position no longer count.
CREATE TABLE voided_batch (
    batch {text} NOT NULL, upto BIGINT NOT NULL, PRIMARY KEY (batch, upto)
);
CREATE TABLE voided_event (position {rowid}, voided_by BIGINT NOT NULL);

-- The only place where an event's personal values stand.
CREATE TABLE personal (
    key {text} NOT NULL, kind {text} NOT NULL, value {text} NOT NULL, PRIMARY KEY (key, kind)
);

CREATE TABLE person (
    id {text} NOT NULL PRIMARY KEY,
    name {text}, email {text}, phone {text}, title {text}, company {text}, owner {text},
    country {text}, channel {text}, source {text}, campaign {text}, product {text},
    stage_hint {text}, value BIGINT, currency {text}, first_seen BIGINT, last_seen BIGINT,
    properties {text}, search {text}
);
CREATE TABLE company (
    id {text} NOT NULL PRIMARY KEY,
    name {text}, email {text}, phone {text}, title {text}, company {text}, owner {text},
    country {text}, channel {text}, source {text}, campaign {text}, product {text},
    stage_hint {text}, value BIGINT, currency {text}, first_seen BIGINT, last_seen BIGINT,
    properties {text}, search {text}
);
CREATE TABLE deal (
    id {text} NOT NULL PRIMARY KEY,
    name {text}, email {text}, phone {text}, title {text}, company {text}, owner {text},
    country {text}, channel {text}, source {text}, campaign {text}, product {text},
    stage_hint {text}, value BIGINT, currency {text}, first_seen BIGINT, last_seen BIGINT,
    properties {text}, search {text}, person {text}
);
CREATE INDEX person_search ON person (search);
CREATE INDEX company_search ON company (search);
CREATE INDEX deal_search ON deal (search);
CREATE INDEX person_company ON person (company);
CREATE INDEX deal_company ON deal (company);
CREATE INDEX deal_person ON deal (person);
CREATE INDEX person_owner ON person (owner);
CREATE INDEX company_owner ON company (owner);
CREATE INDEX deal_owner ON deal (owner);

-- Derived: one row a visit; place orders a unit's visits.
CREATE TABLE visit (
    definition BIGINT NOT NULL,
    unit {text} NOT NULL,
    place INTEGER NOT NULL,
    pass_no INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    entered BIGINT NOT NULL,
    left_at BIGINT,
    outcome SMALLINT NOT NULL,
    to_stage INTEGER NOT NULL,
    imputed SMALLINT NOT NULL,
    by_hand SMALLINT NOT NULL,
    estimated SMALLINT NOT NULL,
    left_estimated SMALLINT NOT NULL,
    day_only SMALLINT NOT NULL,
    cause {text},
    left_cause {text},
    reason {text},
    value BIGINT NOT NULL,
    currency {text},
    PRIMARY KEY (definition, unit, place)
) {compact};
CREATE TABLE unit_due (
    definition BIGINT NOT NULL, unit {text} NOT NULL, due BIGINT NOT NULL,
    PRIMARY KEY (definition, unit)
);
CREATE INDEX unit_due_when ON unit_due (definition, due);

CREATE TABLE setting (key {text} NOT NULL PRIMARY KEY, value {text} NOT NULL);
CREATE TABLE definition (
    id {serial},
    name {text} NOT NULL,
    version INTEGER NOT NULL,
    unit {text} NOT NULL,
    body {text} NOT NULL,
    active SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    author {text},
    UNIQUE (name, version)
);
CREATE TABLE follow_cursor (name {text} NOT NULL PRIMARY KEY, position BIGINT NOT NULL);
CREATE TABLE lease (
    name {text} NOT NULL PRIMARY KEY, holder {text} NOT NULL, until BIGINT NOT NULL
);

CREATE TABLE import_record (
    id {serial},
    files {text} NOT NULL,
    kind {text},
    mapping {text},
    status {text} NOT NULL,
    read_count BIGINT NOT NULL,
    new_count BIGINT NOT NULL,
    known_count BIGINT NOT NULL,
    refused_count BIGINT NOT NULL,
    rejects {text},
    error {text},
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    actor {text},
    progress DOUBLE PRECISION NOT NULL
);
-- The last imported value of each field, by import, so that undo gives the one before back.
CREATE TABLE record_field (
    kind {text} NOT NULL, record {text} NOT NULL, field {text} NOT NULL,
    import_id BIGINT NOT NULL, value {text},
    PRIMARY KEY (kind, record, field, import_id)
) {compact};
CREATE INDEX record_field_import ON record_field (import_id);
