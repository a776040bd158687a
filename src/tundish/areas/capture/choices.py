"""What the import page's form says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tundish.journal.readers.detect import Detected
from tundish.journal.readers.presets import presets
from tundish.journal.readers.record_fields import MATCHES, RECORDS, RULES
from tundish.terms import InputError
from tundish.weblib.page.event_names import EVENTS
from tundish.workspace.import_kinds import KINDS

IGNORED, OWN, NEW = "-", "own:", "new:"
"""Choices for a column beside the fields: left out, one of the firm's own fields, a new one."""
NEW_TYPES = ("text", "number", "date", "yes_no")
_CURRENCY = re.compile(r"[A-Z]{3}")
_STAGE = "stage-"


@dataclass(frozen=True)
class Choice:
    """What the page's form says; None is found out. `fields` and `rules` are by header, `stages` by
    the word of a lifecycle stage, of the funnel `definition`. `mapped` is what stood on the page for
    the columns when the files were called something else of the same kind (`mapped_as`)."""

    kind: str | None = None
    preset: str | None = None
    fields: Mapping[str, str] | None = None
    currency: str | None = None
    event: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    match: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    time_unit: str | None = None
    definition: str | None = None
    stages: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapping[str, str] | None = None
    mapped_as: str = ""


def choice_of(
    data: Mapping[str, str], main: Detected, *, fields: Mapping[str, tuple[str, ...]]
) -> Choice:
    """The choice in a submitted form; `map-<n>` is the field of the n-th header, `rule-<n>` its rule.

    What was chosen for the columns counts only where it was chosen for this kind (`as`).
    """
    said = data.get("kind") or None
    preset = said if said in presets() else None
    kind = presets()[preset].kind if preset else said
    if kind is not None and kind not in KINDS:
        raise InputError(
            _("“%(kind)s” is not a kind of file; there are %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(KINDS)},
            "file_kind_unknown",
            _("Choose one of these."),
        )
    allowed = fields.get(kind or "", ())
    chosen = data.get("as") == said and any(name.startswith("map-") for name in data)
    event = data.get("event", "")
    before = str(data.get("as", ""))
    of_before = presets()[before].kind if before in presets() else before
    kept = not chosen and kind in RECORDS and kind == of_before
    return Choice(
        kind=kind,
        preset=preset,
        fields=_fields(data, main, allowed) if chosen else None,
        currency=_currency(data),
        event=event if event in EVENTS else None,
        rules=_by_header(data, main, "rule-", RULES) if chosen or kept else {},
        match=_among(data, "match", MATCHES.get(kind or "", ())),
        date_order=_among(data, "date_order", ("day", "month")),
        decimal=_among(data, "decimal", (".", ",")),
        time_unit=_among(data, "time_unit", ("s", "ms", "us")),
        definition=data.get("definition") or None,
        stages={
            name.removeprefix(_STAGE): text
            for name, text in data.items()
            if name.startswith(_STAGE)
        },
        mapped=_fields(data, main, allowed, nothing=True) if kept else None,
        mapped_as=before,
    )


def _fields(
    data: Mapping[str, str], main: Detected, allowed: tuple[str, ...], *, nothing: bool = False
) -> dict[str, str]:
    """`{header: what it becomes}`; with `nothing` also the headers that were to become no field."""
    new = tuple(f"{NEW}{type_}" for type_ in NEW_TYPES)
    found = {}
    for index, header in enumerate(main.headers):
        said = data.get(f"map-{index}", "")
        if nothing and data.get(f"map-{index}") == "":
            found[header] = ""
        elif said in (*allowed, *new, IGNORED) or said.startswith(OWN):
            found[header] = said
    return found


def _by_header(
    data: Mapping[str, str], main: Detected, prefix: str, allowed: tuple[str, ...]
) -> dict[str, str]:
    return {
        header: said
        for index, header in enumerate(main.headers)
        if (said := data.get(f"{prefix}{index}", "")) in allowed
    }


def _among(data: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    said = data.get(name, "")
    return said if said in allowed else None


def _currency(data: Mapping[str, str]) -> str | None:
    said = data.get("currency", "").strip().upper()
    if said and not _CURRENCY.fullmatch(said):
        raise InputError(
            _("“%(said)s” is not a currency.") % {"said": said},
            "currency_unknown",
            _("Write its three letters, such as EUR, USD or SAR."),
        )
    return said or None
