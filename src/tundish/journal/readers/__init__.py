"""From bytes to events: one file per wire format. Pure; what cannot be read is refused by line."""
