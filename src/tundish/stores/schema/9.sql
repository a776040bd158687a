-- By hand: target lists.
CREATE INDEX event_listed ON event (person, occurred) WHERE name = 'list_joined';

-- What a campaign brought is counted on every look at its page.
CREATE INDEX event_campaign ON event (campaign, name, person, occurred) WHERE campaign IS NOT NULL;
CREATE INDEX event_purchase ON event (person, occurred) WHERE name IN ('deal_won', 'order_paid');

-- Lists: views that somebody saved. An empty name: the columns of the whole list as its owner likes it.
CREATE TABLE saved_view (
    id {serial},
    kind {text} NOT NULL, name {text} NOT NULL, owner {text} NOT NULL, shared SMALLINT NOT NULL,
    body {text} NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT
);
CREATE INDEX saved_view_kind ON saved_view (kind, owner);
-- Which views a reader has as tabs, and which of them opens first.
CREATE TABLE pinned_view (
    reader {text} NOT NULL, view_id BIGINT NOT NULL, opens SMALLINT NOT NULL,
    PRIMARY KEY (reader, view_id)
);
-- A change of many records in one go: which records, how far it has come, under which batch.
CREATE TABLE bulk_change (
    id {serial},
    kind {text} NOT NULL, actor {text} NOT NULL, batch {text} NOT NULL, change {text} NOT NULL,
    records {text} NOT NULL, total BIGINT NOT NULL, done BIGINT NOT NULL, status {text} NOT NULL,
    back {text} NOT NULL, created_at BIGINT NOT NULL
);
