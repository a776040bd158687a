"""The demo firm's records into a workspace, through the same ways as anyone's."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

Progress = Callable[[str, int, int | None], None]
_GROUP = 2_000


def seed_workspace(
    folder: Path, *, seed: int, variant: Any, now: datetime, progress: Progress
) -> dict[str, Any]:
    """Make the firm of `seed` in a prepared, empty workspace; gives what the greeting names."""
    import tundish
    from tundish.demo.firm import demo_firm
    from tundish.stores import firm as firm_store

    (folder / "demo.begun").touch()
    progress("imagining 18 months", 0, None)
    made = demo_firm(seed=seed, today=now.date(), now=now, variant=variant)
    with tundish.open(folder) as workspace:
        firm_store.save_settings(
            workspace.connection,
            name=made.name,
            currency=made.currency,
            time_zone=made.time_zone,
            language="en",
            digits="latin",
        )
        for start in range(0, len(made.events), _GROUP):
            workspace.append(made.events[start : start + _GROUP])
            progress("writing the journal", start, len(made.events))
        workspace.use(made.definition_name)
        workspace.catch_up(
            progress=lambda done, total: progress("following every prospect", done, total)
        )
    password = token_urlsafe(9)
    _users(made.users, password=password)
    _inlet(now)
    _campaigns(made.costs, now=now)
    owner = next(user.email for user in made.users if user.role == "owner")
    return {
        "owner": owner,
        "password": password,
        "others": [user.email for user in made.users if user.role != "owner"][:4],
        "people": len(made.people),
        "companies": len(made.companies),
        "events": len(made.events),
    }


def _users(users: Any, *, password: str) -> None:
    from django.contrib.auth.hashers import make_password

    from tundish.weblib.access.models import Scope, Team, User

    # One hash for all: hashing is slow on purpose.
    hashed = make_password(password)
    for user in users:
        team = Team.objects.get_or_create(name=user.team)[0] if user.team else None
        scope = Scope.OWN if user.role == "sales" else Scope.ALL
        User.objects.create(
            email=user.email,
            name=user.name,
            known_as=user.id,
            role=user.role,
            scope=scope,
            team=team,
            language=user.language,
            password=hashed,
        )


def _inlet(now: datetime) -> None:
    from tundish.areas.capture.actions import open_inlet

    open_inlet("website", now=now)


def _campaigns(costs: Any, *, now: datetime) -> None:
    """A campaign for each that money was spent on, with a budget that most of them kept."""
    from tundish.areas.campaigns.models import Campaign

    spent: dict[str, int] = {}
    for cost in costs:
        spent[cost.campaign] = spent.get(cost.campaign, 0) + cost.amount.minor_units
    for place, (key, minor) in enumerate(sorted(spent.items())):
        share = 0.95 if place == 0 else 1.05 + 0.06 * place
        Campaign.objects.create(
            name=key.replace("-", " ").capitalize(),
            key=key,
            budget_minor=round(minor * share / 50_000) * 50_000,
            currency=costs[0].amount.currency,
            created_at=now,
        )
