"""Nothing on the import pages is left untranslated, and every refusal has words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.utils.translation import override
from django.utils.translation.template import templatize

import tundish.areas.capture
from tests.areas.capture.import_world import DEALS, check, file, text, upload
from tundish.areas.capture import proposals, wording
from tundish.journal.readers.columns_guess import DEAL_FIELDS, EVENT_FIELDS
from tundish.journal.readers.presets import presets
from tundish.journal.readers.record_fields import COMPANIES, PEOPLE
from tundish.journal.refusals import REFUSALS
from tundish.stores.imports import STATUSES

AREA = Path(tundish.areas.capture.__file__ or "").parent
LOCALE = AREA / "locale" / "ar" / "LC_MESSAGES"
CALLS = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1, "gettext_lazy": 0,
         "pgettext_lazy": 1}  # fmt: skip
# Refusals of requests, not of files.
REQUESTS = frozenset(
    "event_too_large group_missing message_unreadable person_missing person_reserved"
    " person_unreadable previous_missing type_unknown".split()
)


def messages() -> Iterator[str]:
    """Every text that the area's code and templates ask to be translated."""
    sources = [path.read_text("utf-8") for path in AREA.rglob("*.py")]
    for path in AREA.rglob("*.html"):
        # templatize leaves calls between runs of X for what is no text
        sources += re.findall(
            r"\b(?:n?p?n?gettext|_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[^()'\"]*)*\)",
            templatize(path.read_text("utf-8"), origin=str(path)),
        )
    for source in sources:
        for node in ast.walk(ast.parse(source.strip())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CALLS
            ):
                said = node.args[CALLS[node.func.id]] if node.args else None
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


def test_every_text_has_an_arabic_translation_with_all_plural_forms() -> None:
    catalog = polib.pofile(str(LOCALE / "django.po"))
    known = {entry.msgid: entry for entry in catalog if not entry.obsolete}
    asked = set(messages())
    assert len(asked) > 150
    assert asked - set(known) == set()
    assert set(known) - asked == set()
    for entry in catalog:
        assert "fuzzy" not in entry.flags
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert len(forms) == (6 if entry.msgid_plural else 1)
        for form in forms:
            assert re.search("[\u0600-\u06ff]", form), entry.msgid
        used = set(re.findall(r"%\(\w+\)s", entry.msgid))
        assert set(re.findall(r"%\(\w+\)s", forms[-1])) == used or entry.msgid_plural


def test_the_compiled_catalog_is_that_of_the_texts() -> None:
    texts, compiled = (
        {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in entries}
        for entries in (
            polib.pofile(str(LOCALE / "django.po")),
            polib.mofile(str(LOCALE / "django.mo")),
        )
    )
    assert compiled == texts


def test_every_field_state_and_refusal_of_a_row_has_words() -> None:
    assert set(DEAL_FIELDS) | set(EVENT_FIELDS) <= set(wording.FIELDS)
    for kind in (PEOPLE, COMPANIES):
        assert set(proposals.FIELDS_SHOWN[kind]) <= set(wording.FIELDS)
    assert {preset.table for preset in presets().values()} == set(wording.TABLES)
    assert set(STATUSES) == set(wording.STATES)
    codes = list(REFUSALS)
    rows = set(codes[: codes.index("batch_missing")]) - REQUESTS
    assert rows - set(wording.REFUSALS) == set()
    with override("ar"):
        for words in (
            wording.FIELDS,
            wording.REFUSALS,
            wording.KINDS,
            wording.NOTES,
            wording.TABLES,
        ):
            assert all(re.search("[\u0600-\u06ff]", str(text)) for text in words.values())


@pytest.mark.parametrize("digits", ["latin", "arabic"])
def test_the_dry_run_speaks_arabic_with_the_readers_digits(
    browse: Any, us: Any, digits: str
) -> None:
    us.owner.language, us.owner.digits = "ar", digits
    us.owner.save()
    client = browse(us.owner)
    words = text(check(client, upload(client, file("صفقات.csv", DEALS))))
    seven = "7" if digits == "latin" else "٧"
    assert f"استورد {seven} أحداث" in words
    assert "الوقت ليس تاريخًا ولا وقتًا." in words
    assert "is not a date" not in words
