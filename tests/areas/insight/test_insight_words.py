"""Nothing on the funnel and definition pages is left untranslated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

import tundish.areas.board
import tundish.areas.insight

AREAS = {Path(area.__file__ or "").parent for area in (tundish.areas.board, tundish.areas.insight)}
_TEXT = r"u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\""
CALL = rf"\b(?:n?p?n?gettext|_)\((?:{_TEXT}|[^()'\"]*)*\)"
CALLS = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1, "gettext_lazy": 0}


def messages(area: Path) -> Iterator[str]:
    """Every text that the code and the templates of an area ask to be translated."""
    sources = [file.read_text("utf-8") for file in area.rglob("*.py")]
    for file in area.rglob("*.html"):
        # templatize leaves calls, and runs of X for what is no text
        code = templatize(file.read_text("utf-8"), origin=str(file))
        sources += re.findall(CALL, code)
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


@pytest.mark.parametrize("area", sorted(AREAS), ids=lambda area: area.name)
def test_every_text_has_an_arabic_translation_with_all_plural_forms(area: Path) -> None:
    catalog = polib.pofile(str(area / "locale" / "ar" / "LC_MESSAGES" / "django.po"))
    known = {entry.msgid: entry for entry in catalog if not entry.obsolete}
    asked = set(messages(area))
    assert len(asked) > 20
    assert asked - set(known) == set()
    for entry in known.values():
        assert "fuzzy" not in entry.flags
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert len(forms) == (6 if entry.msgid_plural else 1)
        assert all(forms), entry.msgid
        assert re.search("[\u0600-\u06ff]", forms[-1]) or not re.search(
            r"[A-Za-z]", re.sub(r"\{.*?\}|%\(.*?\)s", "", entry.msgid)
        )


@pytest.mark.parametrize("area", sorted(AREAS), ids=lambda area: area.name)
def test_the_compiled_catalog_is_that_of_the_texts(area: Path) -> None:
    folder = area / "locale" / "ar" / "LC_MESSAGES"
    texts = {
        (e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural
        for e in polib.pofile(str(folder / "django.po"))
    }
    compiled = {
        (e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural
        for e in polib.mofile(str(folder / "django.mo"))
    }
    assert compiled == texts
