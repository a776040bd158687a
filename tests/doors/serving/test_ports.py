"""Two starts at once never answer on the same port."""

import contextlib
import socket

import pytest

from tundish.cli.serving import free_port
from tundish.terms import WorkspaceError


def test_a_busy_port_moves_on_to_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = busy.getsockname()[1]
        port, held = free_port("127.0.0.1", taken)
        held.close()
        assert taken < port < taken + 50
        assert f"Port {taken} is busy; using {port}." in capsys.readouterr().err


def test_a_port_is_taken_from_the_moment_it_was_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        wanted = probe.getsockname()[1]
    first, held = free_port("127.0.0.1", wanted)
    with held:
        second, other = free_port("127.0.0.1", first)
        other.close()
        assert second > first


def test_no_free_port_is_told_with_what_to_do() -> None:
    with contextlib.ExitStack() as stack:
        wanted, held = free_port("127.0.0.1", 23_400)
        stack.enter_context(held)
        for port in range(wanted + 1, wanted + 50):
            with contextlib.suppress(OSError):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
        with pytest.raises(WorkspaceError) as refused:
            free_port("127.0.0.1", wanted)
        assert refused.value.code == "port_busy"
