"""The documents tell the truth: what the code has, they name, and what they name, it has."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import reference  # noqa: E402

SOURCES = [p for p in (ROOT / "src" / "tundish").rglob("*.py") if "migrations" not in p.parts]
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]


MADE = ["commands.md", "events.md", "errors.md", "settings.md"]


@pytest.mark.parametrize("name", [*(f"reference/{name}" for name in MADE), "models.md"])
def test_a_page_made_from_the_code_says_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text()
    assert written == reference.pages()[name], (
        f"docs/{name} is out of date: .venv/bin/python tools/reference.py"
    )


def test_every_setting_that_the_code_reads_is_documented() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), ROOT / "run", *(ROOT / "tools").iterdir()]
    texts = [path.read_text() for path in files if path.is_file()]
    read = {name for text in texts for name in re.findall(r"\bTUNDISH_[A-Z_]+\b", text)}
    # Django's own names inside the process, not variables of the environment.
    assert read - {"TUNDISH_FOLDER", "TUNDISH_CLOCK"} == set(reference.SETTINGS)


def test_every_error_has_a_code_that_is_unlike_a_sentence() -> None:
    codes = reference.codes()
    assert len(codes) > 40
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code) for code in codes)
    assert [code for code, (says, _) in codes.items() if not says] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_links_of_a_document_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    broken = [
        target
        for target in targets
        if not target.startswith(("http", "#", "mailto:"))
        and not (path.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


def test_every_command_named_in_a_document_exists() -> None:
    from tundish.cli.main import NOUNS

    verbs = set(re.findall(r"^  ([a-z]+)  ", (ROOT / "run").read_text(), flags=re.M))
    for path in DOCUMENTS:
        blocks = "\n".join(re.findall(r"```(?:sh|console|bash)?\n(.*?)```", path.read_text(), re.S))
        named = re.findall(r"^\$? ?tundish ([a-z]+)", blocks, flags=re.M)
        assert set(named) <= set(NOUNS), path
        assert set(re.findall(r"^\$? ?\./run ([a-z]+)", blocks, flags=re.M)) <= verbs, path


def test_the_architecture_stays_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 150


def test_no_source_file_is_longer_than_500_lines() -> None:
    assert [str(p) for p in SOURCES if len(p.read_text().splitlines()) > 500] == []
