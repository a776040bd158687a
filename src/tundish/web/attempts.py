"""How often one may guess at sign-in.

Few times for an account from one address, so that whoever merely knows an address locks nobody else
out; more times for an account from anywhere, and for an address at any account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.http import HttpRequest

from tundish.weblib.access.models import SignInFailure
from tundish.weblib.page.origins import address_of

HERE, ANYWHERE, WAIT = 5, 50, timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """A guess that was counted before it was looked at; `here` is the account from this address."""

    here: str
    rows: tuple[int, ...]


def begin(request: HttpRequest, email: str, *, now: datetime) -> Attempt | None:
    """Count a guess as failed, or None where there were too many in the last quarter of an hour.

    Counted first, under the write lock: guesses at the same instant are told apart.
    """
    address = address_of(request)
    limits = {
        _key(f"here:{email}:{address}"): HERE,
        _key(f"mail:{email}"): ANYWHERE,
        _key(f"ip:{address}"): ANYWHERE,
    }
    with transaction.atomic():
        SignInFailure.objects.filter(at__lt=now - WAIT).delete()
        rows = SignInFailure.objects.bulk_create(SignInFailure(key=k, at=now) for k in limits)
        counts = {key: SignInFailure.objects.filter(key=key).count() for key in limits}
        if any(counts[key] > limit for key, limit in limits.items()):
            # A refused guess is not counted, so that the wait ends however often one knocks.
            transaction.set_rollback(True)
            return None
    return Attempt(next(iter(limits)), tuple(row.pk for row in rows))


def succeeded(attempt: Attempt) -> None:
    """It was no guess: take it back, and forgive what went wrong before from this address."""
    SignInFailure.objects.filter(pk__in=attempt.rows).delete()
    SignInFailure.objects.filter(key=attempt.here).delete()


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()
