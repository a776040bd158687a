-- Capture: what an inlet received and refused last, without personal values; inlet '' is nobody's.
CREATE TABLE captured (
    id {serial},
    inlet {text} NOT NULL,
    at BIGINT NOT NULL,
    refused SMALLINT NOT NULL,
    kind {text} NOT NULL,
    name {text},
    person {text},
    code {text},
    detail {text},
    shown {text}
);
CREATE INDEX captured_inlet ON captured (inlet, refused, id);
-- How many in each hour; microseconds of its beginning.
CREATE TABLE captured_count (
    inlet {text} NOT NULL, hour BIGINT NOT NULL, received BIGINT NOT NULL, refused BIGINT NOT NULL,
    PRIMARY KEY (inlet, hour)
) {compact};
