"""Writes docs/reference/ and docs/models.md from the code itself.

Run `.venv/bin/python tools/reference.py`; a test fails when a page is not what this would write.
"""

import argparse
import ast
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tundish"
TARGET = ROOT / "docs"

SETTINGS = {
    "TUNDISH_DATA": "The workspace's folder. Default: `./tundish-data`, for the demo `./demo-data`.",
    "TUNDISH_HOST": "The address that the web server listens on. Default: `127.0.0.1`, this computer only.",
    "TUNDISH_PORT": "The port; the next free one is taken where it is busy. Default: `8600`.",
    "TUNDISH_HOSTS": "Names under which the web pages may be reached, with commas between; `*` for any. "
    "Default: this computer's loopback names, and what `--host` names.",
    "TUNDISH_HTTPS": "`1` where a proxy speaks HTTPS for Tundish: cookies are then sent over HTTPS only, "
    "and the proxy's `X-Forwarded-Proto` is believed.",
    "TUNDISH_DEBUG": "`1` shows the traceback of an error in the browser. Only for working on Tundish.",
    "TUNDISH_SHARED_DATA": "Where the tests find data that others made. Default: `../shared/data`.",
}
"""Every environment variable that the code reads; a test holds the list complete."""


def pages() -> dict[str, str]:
    """The text of every page that is made from the code, by its path below docs/."""
    return {
        "reference/commands.md": commands(),
        "reference/events.md": events(),
        "reference/errors.md": errors(),
        "reference/settings.md": settings(),
        "models.md": models(),
    }


def commands() -> str:
    """One section a command, with its own help text."""
    from tundish.cli.main import NOUNS

    lines = [
        "# Commands",
        "",
        "`tundish` works on the workspace named by `--data` or `TUNDISH_DATA`; `./run tundish …` is the same",
        "without activating the environment.",
        "",
    ]
    for name, (file, sentence) in sorted(NOUNS.items()):
        parser = argparse.ArgumentParser(
            prog=f"tundish {name}", description=sentence, formatter_class=_WideHelp
        )
        importlib.import_module(file).add_arguments(parser)
        lines += [f"## tundish {name}", "", "```", parser.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


class _WideHelp(argparse.HelpFormatter):
    """Help text whose width does not depend on the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=96, max_help_position=30)


def events() -> str:
    """The standard event names, with what each means."""
    from tundish.journal.names import STANDARD, TOUCHPOINTS

    lines = [
        "# Event names",
        "",
        "These names mean something out of the box: the ready-made models, the readers and the demo firm",
        "speak them. Any other name in the form `noun_pastverb` may come as well. A **touchpoint** has a",
        "channel and may earn credit for a conversion.",
        "",
        "| name | means | touchpoint |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{n}` | {text} | {'yes' if n in TOUCHPOINTS else ''} |" for n, text in STANDARD.items()
    ]
    return "\n".join([*lines, ""])


def errors() -> str:
    """Every error code with a message and the hint that comes with it."""
    lines = [
        "# Error codes",
        "",
        "Every refusal has a code that does not change, a sentence and a hint. `…` stands for the thing it",
        "names. Rows that a file reader refuses stand with the same codes in the import's rejects file.",
        "",
        "| code | says | do |",
        "|---|---|---|",
    ]
    lines += [f"| `{code}` | {says} | {do} |" for code, (says, do) in sorted(codes().items())]
    return "\n".join([*lines, ""])


def settings() -> str:
    """The environment variables."""
    lines = [
        "# Settings",
        "",
        "What belongs to the firm (name, currency, time zone, language, digits) is set on the settings page",
        "and lies in the workspace. What belongs to the machine is set by environment variables:",
        "",
        "| variable | means |",
        "|---|---|",
    ]
    return "\n".join([*lines, *(f"| `{name}` | {text} |" for name, text in SETTINGS.items()), ""])


def models() -> str:
    """Every ready-made model: where it comes from, its stages, its losses, its loop."""
    from tundish.funnel import catalogue

    lines = [
        "# The ready-made models",
        "",
        "Six models of buying behaviour, which read the same events of people, and one for a CRM's deals.",
        "Choose one on the definition page, by `workspace.use(NAME)`, or as `--definition NAME`;",
        "`tundish models NAME --yaml` prints it as a [definition](definitions.md) to begin your own from.",
        "",
    ]
    for one in catalogue.models():
        lines += _model(one.body)
    return "\n".join(lines)


def _model(body: dict[str, Any]) -> list[str]:
    from tundish.workspace.wording import text_in

    heading = "CRM opportunities" if body["unit"] == "deal" else text_in(body["title"])
    lines = [
        f"## {heading}",
        "",
        f"`{body['name']}` · {body['title']['ar']} · counts {body['unit']}s",
        "",
        text_in(body["description"]).strip(),
        "",
        f"*Where it comes from:* {text_in(body['origin']).strip()}",
        "",
        "| stage | | enters with | owner | target | stuck after |",
        "|---|---|---|---|---|---|",
    ]
    for stage in body["stages"]:
        title = text_in(stage["title"]) + (" (purchase)" if stage.get("purchase") else "")
        target = f"{stage['target']:.0%}" if "target" in stage else ""
        cells = (
            f"`{stage['name']}` {title}", stage["title"]["ar"], _rule(stage["enter"]),
            stage.get("owner", ""), target, stage.get("stuck_after", ""),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    for loss in body.get("loss", ()):
        lines.append(f"- *Lost*, `{loss['reason']}`: {_rule(loss['when'])}.")
    if loop := body.get("loop"):
        within = f", within {loop['within']}" if "within" in loop else ""
        lines.append(f"- *Loop*: from `{loop['from']}` to `{loop['to']}`{within}.")
    return [*lines, ""]


def _rule(rule: dict[str, Any]) -> str:
    """A rule by its events' names; other forms stand as the definition writes them."""
    if set(rule) == {"event"}:
        return f"`{rule['event']}`"
    if set(rule) == {"any"}:
        return " or ".join(_rule(one) for one in rule["any"])
    if "at_least" in rule:
        within = f" within {rule['within']}" if "within" in rule else ""
        return f"{rule['at_least']} times {_rule(rule['of'])}{within}"
    if "silent_for" in rule:
        return f"for {rule['silent_for']} none of {_rule(rule['of']).replace(' or ', ', ')}"
    return _cell(f"`{json.dumps(rule)}`")


def codes() -> dict[str, tuple[str, str]]:
    """Code -> (message, hint) of every error raised and every row refusal in the source."""
    from tundish.journal.refusals import REFUSALS

    found: dict[str, tuple[str, str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for code, says, do in _errors_in(ast.parse(path.read_text())):
            known = found.get(code, ("", ""))
            found[code] = (known[0] or says, known[1] or do)
    # A reader's refusals have a sentence of their own, that holds for every file.
    return found | {
        code: (meaning, found.get(code, ("", ""))[1]) for code, meaning in REFUSALS.items()
    }


_ERRORS = re.compile(r"\w*Error$|^_?refus\w*|^Reject$|^fail$|^_wrong$")
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)+|busy")


def _errors_in(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            # The code that a helper such as `fail` puts in where its caller names none.
            yield from ((c, "", "") for c in _default_codes(node))
        if not isinstance(node, ast.Call) or not _ERRORS.search(_name(node.func)):
            continue
        named = {word.arg: _text(word.value) for word in node.keywords}
        texts = [_text(argument) for argument in node.args]
        code = named.get("code") or next((t for t in texts if t and _CODE.fullmatch(t)), None)
        if code is None:
            continue
        at = texts.index(code) if code in texts else len(texts)
        says = next((t for t in (*texts[:at], *texts[at + 1 :]) if t and " " in t), "")
        after = (t for t in texts[at + 1 :] if t and " " in t and t != says)
        yield code, _cell(says), _cell(named.get("hint") or next(after, ""))


def _default_codes(function: ast.FunctionDef) -> Iterator[str]:
    words = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    for word, default in words:
        if word.arg == "code" and default is not None and (text := _text(default)):
            yield text


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str | None:
    """A text's value, with … for what is put in at run time."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in node.values)
    if isinstance(node, ast.Call) and _name(node.func) in ("_", "gettext", "str") and node.args:
        return _text(node.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = _text(node.left)
        return None if left is None else re.sub(r"%\(\w+\)s|%s", "…", left)
    if isinstance(node, ast.BinOp):
        return f"{_text(node.left) or '…'}{_text(node.right) or '…'}"
    return None


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    (TARGET / "reference").mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (TARGET / name).write_text(text)
    sys.exit(0)
