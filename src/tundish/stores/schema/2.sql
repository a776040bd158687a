-- 1: nobody chose this definition; its visits are kept so that looking at it and choosing it take no time.
ALTER TABLE definition ADD COLUMN offered SMALLINT NOT NULL DEFAULT 0;

-- Derived: when a unit with very many events was folded last, so that it is not folded with every event.
CREATE TABLE busy_unit (
    definition BIGINT NOT NULL, unit {text} NOT NULL, folded BIGINT NOT NULL,
    PRIMARY KEY (definition, unit)
);
