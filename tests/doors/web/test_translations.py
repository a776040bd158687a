"""Every string of ours is in Arabic, with all its plural forms and placeholders."""

import re
from pathlib import Path

import polib
import pytest

import tundish

ROOT = Path(tundish.__file__).parent
CATALOGUES = sorted(ROOT.rglob("locale/ar/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.parents[3].name))
def test_no_string_is_untranslated_or_doubtful(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.parents[3].name))
def test_plurals_have_six_forms_and_no_placeholder_is_invented(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        known = set(PLACE.findall(entry.msgid + (entry.msgid_plural or "")))
        if entry.msgid_plural:
            assert len(entry.msgstr_plural) == 6, entry.msgid
            said = set(PLACE.findall(" ".join(entry.msgstr_plural.values())))
        else:
            said = set(PLACE.findall(entry.msgstr))
            assert said == known, entry.msgid
        assert said <= known, entry.msgid


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.parents[3].name))
def test_the_compiled_catalogue_says_the_same_as_its_source(path: Path) -> None:
    def spoken(entries: list[polib.POEntry]) -> dict[tuple[str, str], object]:
        return {(e.msgctxt or "", e.msgid): e.msgstr_plural or e.msgstr for e in entries if e.msgid}

    assert spoken(polib.mofile(str(path.with_suffix(".mo")))) == spoken(polib.pofile(str(path)))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.parents[3].name))
def test_the_catalogue_holds_every_string_of_its_templates(path: Path) -> None:
    room = path.parents[3]
    known = {entry.msgid for entry in polib.pofile(str(path))}
    missing = {
        text
        for template in room.rglob("templates/**/*.html")
        for text in re.findall(
            r"\{% translate \"([^\"]+)\"|\{% translate '([^']+)'", template.read_text("utf-8")
        )
        for text in text
        if text and text not in known
    }
    assert missing == set()
