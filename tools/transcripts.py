"""Runs the commands and the Python of the documents, and writes what they really answer.

Run `.venv/bin/python tools/transcripts.py` after a change of what the command line prints; a test
fails when a document shows something else. In a document
- ```console blocks hold commands (`$ …`) and their output, run by bash;
- ```pycon blocks hold examples (`>>> …`) and their output, run in one namespace;
- ```yaml NAME and ```csv NAME blocks are files, written where the commands run.
All of it happens in order, in one empty folder a document. A block after the comment
`<!-- not run -->` is left as it is.
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "README.md",
    "docs/tutorial.md",
    "docs/semantics.md",
    "docs/importing.md",
    "docs/python.md",
    "docs/operating.md",
)
_BLOCK = re.compile(
    r"(?P<skip><!-- not run -->\n)?^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<body>.*?)^```$",
    re.M | re.S,
)


def rerun(text: str, *, folder: Path) -> str:
    """The document as it would be if everything in it were run now, in `folder`."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def fresh(block: re.Match[str]) -> str:
        kind, body = block["kind"], block["body"]
        if block["skip"]:
            return block[0]
        if block["file"]:
            (folder / block["file"]).write_text(body)
            return block[0]
        if kind == "console":
            return block[0].replace(body, "".join(_run(body, folder)))
        if kind == "pycon":
            return block[0].replace(body, "".join(_ask(body, names)))
        return block[0]

    with contextlib.chdir(folder):
        return _BLOCK.sub(fresh, text)


def _run(body: str, folder: Path) -> Iterator[str]:
    """Each command of a console block and what it prints."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TUNDISH_", "DJANGO_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    environment = kept | {"PATH": path, "COLUMNS": "110", "LC_ALL": "C.UTF-8"}
    for command in re.findall(r"^\$ (.*(?:\\\n.*)*)$", body, re.M):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        yield f"$ {command}\n" + _trimmed(done.stdout)


def _ask(body: str, names: dict[str, Any]) -> Iterator[str]:
    """Each example of a Python block and what it prints."""
    for part in doctest.DocTestParser().parse(body):
        if isinstance(part, str):
            yield part
            continue
        lines = part.source.splitlines()
        yield "".join(
            f"{'...' if n else '>>>'} {one}".rstrip() + "\n" for n, one in enumerate(lines)
        )
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(part.source, "<document>", "single"), names)
        yield _trimmed(printed.getvalue())


def _trimmed(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


if __name__ == "__main__":
    for document in DOCUMENTS:
        with tempfile.TemporaryDirectory() as empty:
            path = ROOT / document
            path.write_text(rerun(path.read_text(), folder=Path(empty)))
