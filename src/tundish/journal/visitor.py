"""A browser without a cookie: known for one day at most, by a hash whose key changes with the day.

It is no person: several may use one address and browser. Each visit has a visitor of its own, and
this hash only finds the visit that goes on.
"""

import hashlib
import hmac
from datetime import datetime


def keyed_hash(text: str, *, period: str, secret: bytes) -> str:
    """24 hexadecimal letters of `text`, under a key of the `period` that is kept nowhere."""
    key = hmac.new(secret, period.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:24]


def daily_visitor(address: str, agent: str, *, at: datetime, secret: bytes) -> str:
    """The hash of whoever comes from this network address with this browser on the day of `at` (UTC).

    The same on landing pages and on the firm's own site; on the next day it is another.
    """
    return keyed_hash(f"{address}|{agent}", period=f"visitor:{at:%Y-%m-%d}", secret=secret)
