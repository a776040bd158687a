"""Two records of one person: found, compared side by side, made one, and two again."""
