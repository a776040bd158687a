"""What each role may do. Aggregates are open to everyone who may sign in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from tundish.terms import NotAllowedError
from tundish.weblib.access.models import Role, User

_WHO: dict[str, frozenset[str]] = {
    "manage_firm": frozenset({Role.OWNER, Role.ADMIN}),
    "manage_users": frozenset({Role.OWNER, Role.ADMIN}),
    "change_definition": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING}),
    "import_data": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING}),
    "change_record": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING, Role.SALES}),
    "erase_person": frozenset({Role.OWNER, Role.ADMIN}),
    "plan_campaigns": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING}),
    "edit_pages": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING}),
    "add_prospect": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETING, Role.SALES}),
}
View = Callable[..., HttpResponseBase]


def may(user: User | AnonymousUser, action: str) -> bool:
    """Whether the user's role allows `action`, one of the keys above."""
    return isinstance(user, User) and user.is_active and user.role in _WHO[action]


def requires(action: str) -> Callable[[View], View]:
    """A view only for those who may do `action`; others get 403 and the reason."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user, action):
                raise NotAllowedError(
                    "Your role does not allow this.",
                    "role_forbids",
                    "Ask an owner or administrator of this workspace.",
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate
