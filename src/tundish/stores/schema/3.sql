-- Derived: the fields that an import or one of us has told, with spaces between; an inlet may not change them.
ALTER TABLE person ADD COLUMN held {text};
ALTER TABLE company ADD COLUMN held {text};
ALTER TABLE deal ADD COLUMN held {text};

-- Derived: events of which the follower could make nothing; a rebuild tries them again.
CREATE TABLE set_aside (
    part {text} NOT NULL, position BIGINT NOT NULL, id {text} NOT NULL, why {text} NOT NULL,
    PRIMARY KEY (part, position)
);
