"""The few modules that the areas share: page, access, refusals, charts, follower, outbox. A closed list."""
