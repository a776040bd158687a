"""The project's own pages; the areas bring theirs."""
