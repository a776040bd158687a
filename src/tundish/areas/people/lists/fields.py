"""What a list can filter by, sort by and show: the fields of a kind with their types and choices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tundish.areas.people.queries import TOLD
from tundish.areas.people.standing import Funnel, active_funnel
from tundish.stores import record_index
from tundish.stores.fields import fields_of
from tundish.weblib.page import labels
from tundish.weblib.page.wording import stage_title

if TYPE_CHECKING:
    from tundish.workspace import Workspace

_TEXT = ("icontains", "equals", "not_equals", "starts_with", "in", "is_set", "is_not_set")
_CHOICE = ("equals", "not_equals", "in", "not_in", "is_set", "is_not_set")
_NUMBER = ("gte", "gt", "lte", "lt", "equals", "between", "is_set", "is_not_set")
_DAY = (
    "in_last", "not_in_last", "this", "previous", "on", "before", "after", "between", "is_set",
    "is_not_set",
)  # fmt: skip
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": _TEXT,
    "choice": _CHOICE,
    "several": _CHOICE,
    "tags": _CHOICE,
    "stage": _CHOICE,
    "number": _NUMBER,
    "money": _NUMBER,
    "days": _NUMBER[:-2],
    "instant": _DAY,
    "day": (*_DAY[:2], "in_next", *_DAY[2:]),
    "flag": ("equals",),
}
"""The operators of each type, the commonest first."""
DEFAULT_COLUMNS = {
    "person": ("stage", "stage_days", "company_name", "channel", "owner", "last_seen"),
    "company": ("stage", "stage_days", "country", "channel", "owner", "last_seen"),
    "deal": (
        "stage", "stage_days", "stage_hint", "company_name", "channel", "owner", "value",
        "last_seen",
    ),
}  # fmt: skip
_OF_OWN_KIND = {
    "number": "number", "money": "money", "date": "day", "yes_no": "flag", "one_of": "choice",
    "several_of": "several",
}  # fmt: skip
_CHOSEN_FROM_RECORDS = ("country", "channel", "source", "campaign", "product", "owner")
_COMMON = ("country", "owner", "channel", "source", "campaign")
_STANDARD = {
    "person": ("name", "email", "phone", "title", "company_name", *_COMMON),
    "company": ("name", "email", "phone", *_COMMON),
    "deal": ("name", "company_name", "product", *_COMMON),
}
_LABELS = {
    "company_name": _("Company"), "channel": _("Channel"), "source": _("Source"),
    "campaign": _("Campaign"), "first_seen": _("Known since"), "last_seen": _("Last activity"),
    "stage": _("Stage"), "stage_days": _("Time there"), "tags": _("Tags"), "value": _("Value"),
    "do_not_contact": _("Do not contact"), "do_not_track": _("Do not track"),
    "title": pgettext_lazy("of a person", "Job title"), "stage_hint": _("Status"),
}  # fmt: skip
_STATUS = {
    "prospecting": pgettext_lazy("status of a deal", "Open"),
    "engaging": pgettext_lazy("status of a deal", "In work"),
    "won": pgettext_lazy("status of a deal", "Won"),
    "lost": pgettext_lazy("status of a deal", "Lost"),
}
"""What a deal's own events say of it, where the funnel counts something else than deals."""


@dataclass(frozen=True)
class ListField:
    """One field of a list; `choices` are (value, label), empty where any text may be typed."""

    name: str
    label: str
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    own: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """What may be asked of it."""
        return OPERATORS[self.type]

    def shown_value(self, value: Any) -> str:
        """A value in words."""
        return dict(self.choices).get(str(value), str(value))


def list_fields(
    workspace: "Workspace", kind: str, *, options: dict[str, list[str]], names: dict[str, str]
) -> dict[str, ListField]:
    """The fields of a kind by name, in the order of the chooser.

    `options` are the values that the records have, `names` the names of our users by owner text.
    """
    found = [_standard(name, options, names) for name in _STANDARD[kind]]
    found.append(_field("tags", "tags", _tags(workspace, kind)))
    funnel = active_funnel(workspace)
    if funnel is not None and funnel.unit == kind:
        found += [_field("stage", "stage", _stages(funnel)), _field("stage_days", "days")]
    elif kind == "deal":
        found.append(_field("stage_hint", "choice", _statuses()))
    if kind == "deal":
        found.append(_field("value", "money"))
    found += [_field("first_seen", "instant"), _field("last_seen", "instant")]
    taken = {field.name for field in found}
    for field in fields_of(workspace.connection, kind):
        if field.name in taken:
            continue
        choices = tuple((choice, choice) for choice in field.choices)
        label = str(_LABELS.get(field.name, field.title))
        type_ = _OF_OWN_KIND.get(field.kind, "text")
        found.append(ListField(field.name, label, type_, choices, own=not field.built_in))
    known = {field.name: field for field in found}
    for name in options.get(TOLD, []):
        known.setdefault(name, told_field(name))
    return known


def told_field(name: str) -> ListField:
    """A property that senders or files told, and of which nobody made a field."""
    return ListField(name, label_of(name), own=True)


def label_of(name: str) -> str:
    """A standard field's name in words."""
    return str(_LABELS.get(name) or labels.field(name))


def default_columns(kind: str, known: dict[str, ListField]) -> tuple[str, ...]:
    """The columns of a list that nobody has changed, the name aside."""
    return tuple(name for name in DEFAULT_COLUMNS[kind] if name in known)


def _standard(name: str, options: dict[str, list[str]], names: dict[str, str]) -> ListField:
    if name not in _CHOSEN_FROM_RECORDS:
        return _field(name, "text")
    values = options.get(name, [])
    shown = {"channel": labels.channel, "owner": lambda value: names.get(value, value)}
    choices = tuple((value, str(shown.get(name, str)(value))) for value in values)
    return _field(name, "choice" if choices else "text", choices)


def _field(name: str, type_: str, choices: tuple[tuple[str, str], ...] = ()) -> ListField:
    return ListField(name, label_of(name), type_, choices)


def _stages(funnel: Funnel) -> tuple[tuple[str, str], ...]:
    found = [(str(stage["name"]), stage_title(stage)) for stage in funnel.stages]
    return (*found, ("-lost", str(_("Lost"))))


def _statuses() -> tuple[tuple[str, str], ...]:
    return tuple((name, str(said)) for name, said in _STATUS.items())


def _tags(workspace: "Workspace", kind: str) -> tuple[tuple[str, str], ...]:
    return tuple((tag, tag) for tag in record_index.tags(workspace.connection, kind=kind)[:300])
