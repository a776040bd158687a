"""Campaigns: what belongs together, what it may cost, what it cost, what it brought."""
