"""How the command line starts: quickly, and with only what it needs."""

import os
import subprocess
import sys

import pytest

from tundish.cli.main import NOUNS, main


def loaded_by(*words, cwd=None):
    """The top-level modules that are loaded when a command ends, run as users run it."""
    code = (
        "import sys\nfrom tundish.cli.main import main\n"
        f"sys.argv = {['tundish', *words]!r}\ncode = main()\n"
        "print(' '.join({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_neither_numpy_nor_a_driver_nor_a_framework():
    loaded = loaded_by("--help")
    assert not loaded & {"numpy", "pyarrow", "duckdb", "pandas", "django", "rich", "yaml"}


def test_importing_the_package_loads_nothing_else():
    code = "import tundish, sys; print(len([m for m in sys.modules if m.startswith('tundish')]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_help_starts_within_60_ms_of_bare_python():
    def seconds(*command):
        # Processor time: a neighbour's work lengthens the wall clock's, not a program's own.
        before = os.times()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        used = (after.children_user, after.children_system)
        return sum(used) - before.children_user - before.children_system

    bare, ours = [], []
    for _ in range(12):
        bare.append(seconds(sys.executable, "-c", "0"))
        ours.append(seconds(sys.executable, "-m", "tundish", "--help"))
        if min(ours) - min(bare) < 0.060:
            return
    raise AssertionError(f"{1000 * (min(ours) - min(bare)):.0f} ms over bare Python")


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for name, (_, sentence) in NOUNS.items():
        assert name in told
        assert sentence in told


def test_no_words_at_all_show_the_help(capsys):
    assert main([]) == 0
    assert "commands:" in capsys.readouterr().out


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_every_command_has_a_help_of_its_own(noun, capsys):
    assert main([noun, "--help"]) == 0
    assert f"usage: tundish {noun}" in capsys.readouterr().out


def test_the_version_is_the_packages(capsys):
    import tundish

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tundish {tundish.__version__}\n"


def test_an_unknown_command_is_told_in_two_lines(capsys):
    assert main(["funel"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"“funel” is not a command; there are {', '.join(NOUNS)}.",
        "See tundish --help.",
    ]


def test_wrong_arguments_are_told_in_two_lines(capsys):
    assert main(["funnel", "--definitoin", "x.yaml"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[1] == "See tundish funnel --help."
