"""Senders over HTTP with keep-alive: each waits for its answer before it sends again."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

EVENTS = 20
PEOPLE = 50_000
_NAMES = ("page_viewed", "product_viewed", "price_viewed", "form_submitted", "cart_filled")


@dataclass
class Sent:
    """What was acknowledged: ids by request, and how long each request took, in seconds."""

    ids: list[list[str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def message(ident: str, chance: random.Random) -> dict[str, object]:
    """One message as a server's client sends it, of a person that the journal knows."""
    return {
        "type": "track",
        "event": chance.choice(_NAMES),
        "userId": f"u{chance.randrange(PEOPLE)}",
        "messageId": ident,
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "properties": {"path": f"/p/{chance.randrange(400)}", "position": chance.randrange(9)},
        "context": {"library": {"name": "bench", "version": "1.0.0"}},
    }


def request(key: str, *, prefix: str, number: int) -> tuple[bytes, list[str]]:
    """A whole HTTP request with EVENTS messages, and their ids."""
    chance = random.Random(f"{prefix}{number}")
    ids = [f"{prefix}-{number}-{place}-{chance.getrandbits(64):016x}" for place in range(EVENTS)]
    body = json.dumps({"writeKey": key, "batch": [message(one, chance) for one in ids]}).encode()
    head = (
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body, ids


def send(
    port: int, key: str, *, prefix: str, senders: int, until: Callable[[], bool], ahead: int = 0
) -> Sent:
    """Send from so many connections until `until()`; gives what was acknowledged.

    `ahead` requests of each sender are made before the first is sent, so that making them costs
    the server nothing while it is timed. A connection that breaks ends its sender.
    """
    found = [Sent() for _ in range(senders)]
    ready = [
        [request(key, prefix=f"{prefix}{n}", number=number) for number in range(ahead)]
        for n in range(senders)
    ]
    threads = [
        threading.Thread(target=_sender, args=(port, key, f"{prefix}{n}", until, ready[n], found[n]))
        for n in range(senders)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Sent(
        [ids for one in found for ids in one.ids], [s for one in found for s in one.seconds]
    )


def _sender(
    port: int,
    key: str,
    prefix: str,
    until: Callable[[], bool],
    ready: list[tuple[bytes, list[str]]],
    into: Sent,
) -> None:
    number = 0
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not until():
                raw, ids = (
                    ready[number]
                    if number < len(ready)
                    else request(key, prefix=prefix, number=number)
                )
                number += 1
                began = time.perf_counter()
                connection.sendall(raw)
                status = _status(connection)
                if status == 200:
                    into.seconds.append(time.perf_counter() - began)
                    into.ids.append(ids)
    except OSError:
        return


def _status(connection: socket.socket) -> int:
    """The status of one answer, read to its end."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError("the answer was cut off")
        raw += piece
    head, _, rest = raw.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(rest) < length:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError("the answer was cut off")
        rest += piece
    return int(head.split(b" ", 2)[1])
