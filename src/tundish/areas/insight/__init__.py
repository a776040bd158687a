"""What the journal shows: the funnel page and the lists behind its numbers."""
