"""Which owner field and which actor means which user of ours.

Nobody decides here what they see themselves: a name, an address and a name in imported data are
changed by administrators only, and a name that two users could claim means neither of them.
"""

from collections import Counter
from collections.abc import Mapping

from tundish.weblib.access.models import User


def owner_names() -> dict[int, frozenset[str]]:
    """What an owner field says when it means a user, by the user's key."""
    users = list(User.objects.only("pk", "name", "email", "known_as"))
    claimed = Counter(text for user in users for text in _claims(user))
    return {
        user.pk: frozenset(
            text
            for text in (user.public_id, user.email, user.known_as, user.name)
            if text and (text != user.name or claimed[_plain(text)] == 1)
        )
        for user in users
    }


def shown_names() -> Mapping[str, str]:
    """The name to show for every text that means one of us, as an owner or as an actor."""
    said = owner_names()
    return {text: user.name for user in User.objects.only("pk", "name") for text in said[user.pk]}


def name_for_owner(user: User) -> str:
    """What to write into an owner field so that it means this user."""
    if user.known_as:
        return user.known_as
    return user.name if user.name in owner_names()[user.pk] else user.public_id


def claimed_by_another(text: str, user: User) -> bool:
    """Whether another user is called so already: by name, address or in imported data, in any case."""
    others = User.objects.exclude(pk=user.pk).only("pk", "name", "email", "known_as")
    return bool(_plain(text)) and any(_plain(text) in _claims(other) for other in others)


def _claims(user: User) -> set[str]:
    said = (user.public_id, user.email, user.known_as, user.name)
    return {_plain(text) for text in said if text}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
