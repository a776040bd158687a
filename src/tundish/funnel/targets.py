"""Target lists: whom of those who did not know us was made aware.

Somebody knows us from the first thing that they did or took part in. Being written to or put on
record is our doing, and an opened mail may be a machine's; none of that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tundish.terms import Rate

OURS = frozenset(
    """list_joined mail_sent mail_delivered mail_bounced mail_opened person_identified person_merged
    merge_suggested persons_differ company_joined company_identified company_created field_changed tag_added
    tag_removed address_added address_removed note_added note_pinned consent_granted
    consent_withdrawn group_joined group_left stage_moved handoff_offered handoff_accepted
    handoff_returned cost_recorded page_published page_withdrawn deal_created deal_stage_changed
    offer_sent events_voided""".split()
)
"""Events that are no behaviour of a prospect."""
KNEW, AWARE, NOT_YET = "knew", "aware", "not_yet"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a list has come: `members` persons, each of whom either knew us when put on it, was
    made `aware` since, or is not yet; `customers` bought since."""

    members: int
    knew: int
    aware: int
    customers: int

    @property
    def not_yet(self) -> int:
        """Who does not know us so far."""
        return self.members - self.knew - self.aware

    @property
    def made_aware(self) -> Rate:
        """The share made aware, of those who did not know us."""
        return Rate(self.aware, self.members - self.knew)


def standing(joined: int, first_own: int | None) -> str:
    """KNEW, AWARE or NOT_YET, from when one was put on the list and the first own event."""
    if first_own is None:
        return NOT_YET
    return KNEW if first_own < joined else AWARE


def reach(
    joined: Mapping[str, int], first_own: Mapping[str, int], bought: Mapping[str, list[int]]
) -> Reach:
    """One list's reach; all by person after merges, instants in microseconds UTC."""
    found = [standing(at, first_own.get(person)) for person, at in joined.items()]
    customers = sum(any(b >= at for b in bought.get(person, ())) for person, at in joined.items())
    return Reach(len(joined), found.count(KNEW), found.count(AWARE), customers)
