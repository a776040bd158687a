"""The door of the command line: finds the noun, and tells errors in two lines.

A noun's file is imported only when it is named, so that `tundish --help` starts at once.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from tundish.cli.printable import printable
from tundish.terms.errors import InputError, TundishError

NOUNS: dict[str, tuple[str, str]] = {
    "funnel": ("tundish.cli.funnel", "Count who did A, then B, then C within a window."),
    "stages": ("tundish.cli.stages", "Draw the sales funnel: who stands where, who left."),
    "models": ("tundish.cli.models", "List the ready-made models, or show one of them."),
    "use": ("tundish.cli.use", "Choose the funnel that the workspace follows."),
    "import": ("tundish.cli.import_", "Read files of events, of a web server or of a CRM."),
    "imports": ("tundish.cli.imports", "List the imports."),
    "undo": ("tundish.cli.undo", "Take a whole import back."),
    "erase": ("tundish.cli.erase", "Delete the personal values of a person for good."),
    "explain": ("tundish.cli.explain", "Say why a prospect stands where it stands."),
    "start": ("tundish.cli.start", "Open the app on your own firm."),
    "demo": ("tundish.cli.demo", "Open the app on a believable firm, made for today."),
    "stop": ("tundish.cli.stop", "End what start or demo left running."),
    "worker": ("tundish.cli.worker", "Follow the journal and run waiting imports."),
    "rebuild": ("tundish.cli.rebuild", "Make all that is derived afresh from the journal."),
}
"""Every noun: the file that serves it (with `add_arguments(parser)` and `run(arguments)`) and its
sentence."""


_AFTER_A_FULL_DISK = (
    "What was written so far stays; see that the disk has room, then the same command goes on."
)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints leave by the same door as every other error."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise InputError(
            f"{message[:1].upper()}{message[1:]}.",
            "arguments_unreadable",
            f"See {self.prog} --help.",
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if argv is None:
        sys.meta_path.insert(0, _WithoutPandas)  # type: ignore[arg-type]
        # A name that the terminal cannot write becomes a question mark, not an error.
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except TundishError as wrong:
        _complain(str(wrong), wrong.hint)
    except BrokenPipeError:
        _let_go_of_stdout()
    except FileNotFoundError as wrong:
        _complain(f"There is no file {wrong.filename}.", "Check the path.")
    except IsADirectoryError as wrong:
        _complain(f"{wrong.filename} is a folder, not a file.", "Name a file in it.")
    except PermissionError as wrong:
        _complain(f"{wrong.filename} may not be opened.", "Check who owns it.")
    except OSError as wrong:
        named = f" ({wrong.filename})" if wrong.filename else ""
        _complain(f"{wrong.strerror or wrong}{named}.", _AFTER_A_FULL_DISK)
    except KeyboardInterrupt:
        _complain("Stopped.", "What was written so far stays; the same command goes on from there.")
        return 130
    except Exception as wrong:
        # The driver's own errors, told by name: most commands never load it.
        if type(wrong).__name__ != "OperationalError":
            raise
        _complain(f"The database could not go on: {wrong}.", _AFTER_A_FULL_DISK)
    return 1


class _WithoutPandas:
    """Finds no pandas, which pyarrow else imports at its first array wherever it is installed.

    That takes longer than most answers, and no command needs it.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("The command line does without pandas.", name=name)


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        _parser().print_help()
        return 0
    if words[0] == "--version":
        from tundish import __version__

        print(f"tundish {__version__}")
        return 0
    if words[0] not in NOUNS:
        raise InputError(
            f"“{words[0]}” is not a command; there are {', '.join(NOUNS)}.",
            "command_unknown",
            "See tundish --help.",
        )
    file, sentence = NOUNS[words[0]]
    noun = import_module(file)
    parser = _Parser(prog=f"tundish {words[0]}", description=sentence)
    noun.add_arguments(parser)
    try:
        arguments = parser.parse_intermixed_args(words[1:])
    except SystemExit as done:  # --help
        return int(done.code or 0)
    return int(noun.run(arguments))


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, NOUNS))
    listed = "\n".join(f"  {name:<{width}}  {sentence}" for name, (_, sentence) in NOUNS.items())
    return argparse.ArgumentParser(
        prog="tundish",
        usage="tundish COMMAND [...]",
        description=f"One journal, one fold, one funnel.\n\ncommands:\n{listed}",
        epilog="tundish COMMAND --help tells more about one of them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _complain(message: str, hint: str) -> None:
    for said in (message, hint):
        if line := printable(said):
            # A terminal that cannot show a character must not hide the message behind an error.
            encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
            print(line.encode(encoding, "replace").decode(encoding), file=sys.stderr)


def _let_go_of_stdout() -> None:
    # The reader left (as `head` does): Python would complain again when it flushes at its end.
    import os

    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
