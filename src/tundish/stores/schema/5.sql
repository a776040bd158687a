-- Derived: pairs of people who may be one, the likeliest first; the reasons are JSON.
CREATE TABLE likeness (
    one {text} NOT NULL, other {text} NOT NULL, bits DOUBLE PRECISION NOT NULL,
    exact SMALLINT NOT NULL, reasons {text} NOT NULL,
    PRIMARY KEY (one, other)
) {compact};
CREATE INDEX likeness_bits ON likeness (bits);
CREATE INDEX event_pair ON event (name, position) WHERE name IN ('merge_suggested', 'persons_differ');
