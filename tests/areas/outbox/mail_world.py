"""A real mail server on a free loopback port, whose answers a test chooses."""

from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Postbox:
    """Keeps what arrives; `answers` are given in turn instead of taking the mail."""

    letters: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    cut: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        self.letters.append(envelope)
        if self.cut:
            server.transport.abort()
        return self.answers.pop(0) if self.answers else "250 taken"


class MailHost(Controller):
    """The server; `port` is known once it runs."""

    def __init__(self, postbox: Postbox) -> None:
        super().__init__(postbox, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        # aiosmtpd connects to the port it was told; ours is the system's choice.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
