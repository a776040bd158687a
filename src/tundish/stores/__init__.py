"""Where events and what is derived from them lie. Stores append, filter and order; they never divide."""

from tundish.stores.schema import ensure_all

__all__ = ["ensure_all"]
