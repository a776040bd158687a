"""What an import was told about its files, in the flat mapping of texts that its record keeps.

Beside `field: header` (or `=constant`, or empty for none) stand the settings of the whole file,
always as constants (`date_order: =month`), and words about single columns: `rule:HEADER: =fill`,
`ignore:HEADER: =`, `own:NAME: HEADER` for a field of the firm's own with `type:NAME: =date`, and
`stage:WORD: =STAGE` for what a lifecycle stage means here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tundish.journal.readers.columns_guess import guess, mapped
from tundish.journal.readers.contents_guess import by_contents
from tundish.journal.readers.presets import Preset, presets
from tundish.journal.readers.record_fields import FIELDS, RULES
from tundish.journal.readers.text import plain_header
from tundish.terms import InputError, from_micros

SETTINGS = ("time_unit", "date_order", "decimal", "preset", "match", "definition")
"""What is said of the whole file."""
TYPES = ("text", "number", "date", "yes_no")
"""Types of the values of an own field."""
_PER_COLUMN = ("rule", "ignore", "own", "type", "stage")
_FIRST_OF_TWO = frozenset(("vorname", "rufname", "prenom"))
_YES = frozenset(("true", "1", "yes", "y", "x", "نعم"))
_NO = frozenset(("false", "0", "no", "n", "لا"))


@dataclass(frozen=True)
class Said:
    """A mapping, read: `columns` by field, `rules` by header, own fields by name."""

    columns: Mapping[str, str] = field(default_factory=dict)
    preset: Preset | None = None
    match: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    definition: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    time_unit: str | None = None
    preset_said: bool = False

    def for_further_file(self, preset: Preset | None) -> "Said":
        """The same for another file of the import: what is none in the first may be there in this one."""
        columns = {f: h for f, h in self.columns.items() if h and not h.startswith("=")}
        return replace(self, columns=columns, preset=preset)

    @property
    def system(self) -> str:
        """Whose export it is; empty where nobody said."""
        return self.preset.system if self.preset else ""

    def typed(self, name: str, text: str, instant: Callable[[str], tuple[int, bool]]) -> Any:
        """A cell as a value of the own field's type. Raises InputError."""
        type_ = self.types.get(name, "text")
        if type_ == "number":
            from tundish.journal.readers.cells import number

            plain = number(text, decimal=self.decimal or ".")
            return float(plain) if "." in plain else int(plain)
        if type_ == "date":
            micros, day = instant(text)
            at = from_micros(micros)
            return at.date().isoformat() if day else at.isoformat()
        if type_ == "yes_no":
            said = text.strip().casefold()
            if said in _YES or said in _NO:
                return said in _YES
            raise InputError(f"“{text}” is neither yes nor no.", "flag_unreadable")
        return text


def read_said(mapping: Mapping[str, str] | None) -> Said:
    """The mapping's parts. Raises InputError for a word that is none of those above."""
    columns: dict[str, str] = {}
    settings: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {name: {} for name in _PER_COLUMN}
    for name, text in (mapping or {}).items():
        kind, colon, about = name.partition(":")
        if colon and kind in parts:
            parts[kind][about] = text if kind == "own" else text.removeprefix("=")
        elif name in SETTINGS:
            settings[name] = text.removeprefix("=")
        else:
            columns[name] = text
    _check(settings, parts["rule"], parts["type"])
    preset = settings.get("preset")
    return Said(
        columns=columns,
        preset=presets()[preset] if preset else None,
        match=settings.get("match") or None,
        rules=parts["rule"],
        ignored=frozenset(parts["ignore"]),
        own=parts["own"],
        types=parts["type"],
        stages={word: stage for word, stage in parts["stage"].items() if stage},
        definition=settings.get("definition") or None,
        date_order=settings.get("date_order") or None,
        decimal=settings.get("decimal") or None,
        time_unit=settings.get("time_unit") or None,
        preset_said="preset" in settings,
    )


def preset_columns(headers: Iterable[str], preset: Preset | None) -> dict[str, str]:
    """`{field: header or =constant}` as a preset knows them; empty without one."""
    if preset is None:
        return {}
    found = guess(headers, fields={f: tuple(a) for f, a in preset.columns.items()})
    return {f: f"={text}" for f, text in preset.constants.items()} | found


def columns_of(
    headers: list[str], *, kind: str, said: Said, contents: Mapping[str, str] | None = None
) -> dict[str, str]:
    """`{field: header}` of a table of records: what was said, what the preset knows, what the words
    of the headers say, and what the `contents` of the columns are.

    A header that this file has not is passed over: the files of one import differ.
    """
    fields = FIELDS[kind]
    plain = {plain_header(header): header for header in reversed(headers)}
    told: dict[str, str] = {}
    for name, header in said.columns.items():
        if name not in fields:
            mapped([], fields=fields, said={name: ""})  # refuses it by name
        if header.startswith("=") or not header or header in headers:
            told[name] = header
        elif plain_header(header) in plain:
            told[name] = plain[plain_header(header)]
    own = {n: plain[plain_header(h)] for n, h in said.own.items() if plain_header(h) in plain}
    free = [h for h in headers if h not in {*told.values(), *own.values(), *said.ignored}]
    known = {f: h for f, h in preset_columns(free, said.preset).items() if not told.get(f)}
    known = {f: h for f, h in known.items() if h.startswith("=") or f not in told}
    # What a preset says by itself holds for its own file whatever was said of columns.
    told = known | {f: h for f, h in told.items() if h or not known.get(f, "").startswith("=")}
    rest = [h for h in free if h not in told.values()]
    unsaid = {f: a for f, a in fields.items() if f not in told}
    told |= _surname(guess(rest, fields=unsaid), unsaid)
    rest = [h for h in rest if h not in told.values()]
    told |= by_contents(rest, contents or {}, kind=kind, taken=told)
    return {f: h for f, h in (told | own).items() if h}


def _surname(guessed: dict[str, str], unsaid: Mapping[str, object]) -> dict[str, str]:
    """`Vorname, Name` and `Prénom, Name`: beside a first name the bare name is the last one."""
    first, name = (plain_header(guessed.get(field, "")) for field in ("first_name", "name"))
    is_free = "last_name" in unsaid and "last_name" not in guessed
    if first in _FIRST_OF_TWO and name == "name" and is_free:
        guessed["last_name"] = guessed.pop("name")
    return guessed


def _check(settings: Mapping[str, str], rules: Mapping[str, str], types: Mapping[str, str]) -> None:
    allowed = {
        "time_unit": ("", "s", "ms", "us"),
        "date_order": ("", "day", "month"),
        "decimal": ("", ".", ","),
        "preset": ("", *presets()),
    }
    for name, text in settings.items():
        if name in allowed and text not in allowed[name]:
            raise _unknown(text, name, allowed[name])
    for text in rules.values():
        if text not in RULES:
            raise _unknown(text, "rule", RULES)
    for text in types.values():
        if text not in TYPES:
            raise _unknown(text, "type", TYPES)


def _unknown(text: str, name: str, allowed: Iterable[str]) -> InputError:
    there = ", ".join(one for one in allowed if one)
    if name == "time_unit":
        return InputError(
            f"“{text}” is not a unit of time; there are {there}.",
            "time_unit_unknown",
            "Choose one of these.",
        )
    return InputError(
        f"“{text}” is no {name}; there are {there}.", "setting_unknown", "Choose one of these."
    )
