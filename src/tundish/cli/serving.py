"""The web server and the worker of one workspace, started and ended together."""

import argparse
import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tundish.terms import InputError, WorkspaceError

PORT = 8600
_STATE = "run.json"
# Far more than work at a time: a sender that is waited for costs a thread and nothing else.
_THREADS = 64


def add_serving(parser: argparse.ArgumentParser) -> None:
    """The options of `start` and `demo`."""
    parser.add_argument("--data", help="the workspace's folder")
    parser.add_argument("--host", default=os.environ.get("TUNDISH_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("TUNDISH_PORT", PORT)))
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")


def serve(folder: Path, args: argparse.Namespace, *, sign_in: str = "") -> int:
    """Prepare the workspace in `folder`, start web and worker, and watch over both."""
    # What lies in the folder is for nobody else on this machine.
    os.umask(0o077)
    folder = folder.resolve()
    running = _running(folder)
    if running:
        print(f"Tundish runs already on this folder: {running['address']}")
        print(f"Stop it with: ./run stop --data {folder}")
        return 0
    prepare(folder)
    port, held = free_port(args.host, args.port)
    address = f"http://{'localhost' if args.host in _LOOPBACK else args.host}:{port}/"
    environment = _environment(folder, args.host)
    with held, Children(_commands(folder, args.host, port), environment) as children:
        _wait_for(f"http://{_reachable(args.host)}:{port}/health", children)
        state = {"pid": os.getpid(), "address": address, "port": port}
        (folder / _STATE).write_text(json.dumps(state))
        print(f"\n  Tundish is open at  {address}")
        if sign_in:
            print(sign_in)
        print(f"  Data: {folder}\n  Stop: Ctrl-C here, or ./run stop\n", flush=True)
        if not args.no_open:
            _open_browser(address)
        children.watch()
    (folder / _STATE).unlink(missing_ok=True)
    return 0


def prepare(folder: Path) -> None:
    """Make the folder, the stores' tables and Django's, or bring them up to date."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["TUNDISH_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tundish.web.settings")
    import importlib

    # web and cli stand side by side; the settings' name is the only thing they share.
    importlib.import_module("tundish.web").prepare(folder)


def stop(folder: Path) -> str | None:
    """End what runs on `folder`; gives its address, or None where nothing ran."""
    running = _running(folder)
    if not running:
        return None
    os.kill(int(running["pid"]), signal.SIGTERM)
    for _ in range(100):
        if not _running(folder):
            return str(running["address"])
        time.sleep(0.1)
    raise WorkspaceError(
        f"The process {running['pid']} does not stop.",
        "stop_timeout",
        f"End it with: kill -9 {running['pid']}",
    )


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def free_port(host: str, wanted: int) -> tuple[int, socket.socket]:
    """The wanted port, or the next free one after it, and a socket that keeps it ours.

    Servers of one user may share a port, so that two starts at once would answer for each other;
    a socket that is bound but does not listen keeps the next start away.
    """
    if not 0 < wanted < 65_536:
        raise InputError(
            f"{wanted} is not a port; they go from 1 to 65535.",
            "port_out_of_range",
            "Name another one.",
        )
    for port in range(wanted, min(wanted + 50, 65_536)):
        held = _held(host, port) if _is_free(host, port) else None
        if held is not None:
            if port != wanted:
                print(f"Port {wanted} is busy; using {port}.", file=sys.stderr)
            return port, held
    raise WorkspaceError(
        f"No port from {wanted} to {wanted + 49} is free on {host}.",
        "port_busy",
        "Name another one with --port.",
    )


def _is_free(host: str, port: int) -> bool:
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _held(host: str, port: int) -> socket.socket | None:
    held = socket.socket(_family(host), socket.SOCK_STREAM)
    try:
        # Without SO_REUSEADDR: with it on both sides a second socket could still be bound.
        if hasattr(socket, "SO_REUSEPORT"):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            held.bind((host, port))
    except OSError:
        held.close()
        return None
    return held


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class Children:
    """The processes of one workspace: started together, restarted when one dies, ended together."""

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.commands = commands
        self.environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def __enter__(self) -> "Children":
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._stop)
        for name in self.commands:
            self._start(name)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping = True
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 8
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
            _end_group(process)

    def watch(self) -> None:
        """Restart what dies, until a signal says stop."""
        died: dict[str, float] = {}
        while not self.stopping:
            for name, process in list(self.processes.items()):
                if process.poll() is None or self.stopping:
                    continue
                # A process that dies at once must not spin.
                if time.monotonic() - died.get(name, -9.0) < 2:
                    time.sleep(1)
                died[name] = time.monotonic()
                print(
                    f"The {name} process ended ({process.returncode}); starting it again.",
                    file=sys.stderr,
                )
                _end_group(process)
                self._start(name)
            time.sleep(0.1)

    def failed(self) -> str | None:
        """The name of a process that has ended, if one has."""
        return next((n for n, p in self.processes.items() if p.poll() is not None), None)

    def _start(self, name: str) -> None:
        self.processes[name] = subprocess.Popen(
            self.commands[name],
            env=self.environment,
            # In a group of its own: Ctrl-C reaches the parent only, which ends them in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def _stop(self, *_: object) -> None:
        self.stopping = True


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End what a process that is gone has left behind: the server's own workers would hold the port."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _die_with_parent() -> None:
    """On Linux: end when the parent was killed, so that no orphan holds the port."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _commands(folder: Path, host: str, port: int) -> dict[str, list[str]]:
    python = sys.executable
    return {
        "web": [
            python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", "1", "--blocking-threads", str(_THREADS), "--no-ws", "--log-level", "error",
            "tundish.web.served:application",
        ],
        "worker": [python, "-m", "tundish", "worker", "--data", str(folder)],
    }  # fmt: skip


def _environment(folder: Path, host: str) -> dict[str, str]:
    named = os.environ.get("TUNDISH_HOSTS", "")
    if not named and host not in _LOOPBACK:
        named = ",".join(_names()) if host in ("0.0.0.0", "::") else host
    return os.environ | {
        "TUNDISH_DATA": str(folder),
        "TUNDISH_HOSTS": named,
        "DJANGO_SETTINGS_MODULE": "tundish.web.settings",
    }


def _names() -> list[str]:
    """The names and addresses under which other computers reach this one."""
    name = socket.gethostname()
    found = {name, socket.getfqdn()}
    with contextlib.suppress(OSError):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Sends nothing: it only asks the system which address it would use.
        probe.connect(("192.0.2.1", 9))
        found.add(probe.getsockname()[0])
    return sorted(found)


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _wait_for(url: str, children: Children) -> None:
    for _ in range(600):
        dead = children.failed()
        if dead or children.stopping:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise WorkspaceError(
        "The web server did not come up.", "start_failed", "The lines above say why."
    )


def _running(folder: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads((folder / _STATE).read_text())
        os.kill(state["pid"], 0)
        command = Path(f"/proc/{state['pid']}/cmdline")
        if command.exists() and b"tundish" not in command.read_bytes():
            return None
    except (OSError, ValueError, KeyError):
        return None
    return state


def _open_browser(address: str) -> None:
    graphical = (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if graphical and sys.stdout.isatty():
        import webbrowser

        with contextlib.suppress(Exception):
            webbrowser.open(address)
