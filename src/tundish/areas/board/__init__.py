"""What the funnel is: the page of its definition, and another model in one click."""
