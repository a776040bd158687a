"""Requests of our own snippet: visitors without a cookie, and those who ask not to be followed."""

from typing import Any

from tundish.journal.visitor import daily_visitor
from tundish.weblib.page.origins import address_in


def is_ours(body: Any) -> bool:
    """Whether a request's body is our snippet's."""
    return isinstance(body, dict) and bool(body.get("snippet"))


def asks_not_to_be_followed(environ: dict[str, Any]) -> bool:
    """Whether the browser says so: Global Privacy Control, or the older Do Not Track."""
    return environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1"


def known_for_a_day(
    body: dict[str, Any], environ: dict[str, Any], *, at: Any, secret: bytes
) -> dict[str, Any]:
    """The body with a visitor's id of the day on each message that has none."""
    messages = body.get("batch")
    if not body.get("cookieless") or not isinstance(messages, list):
        return body
    agent = environ.get("HTTP_USER_AGENT", "")
    visitor = daily_visitor(address_in(environ), agent, at=at, secret=secret)
    told = [
        {**one, "anonymousId": visitor} if isinstance(one, dict) and not one.get("anonymousId") else one
        for one in messages
    ]  # fmt: skip
    return {**body, "batch": told}
