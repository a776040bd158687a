"""A mail is claimed before it is sent, sent once, and what nobody knows is left to a person."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.areas.outbox.mail_world import MailHost, Postbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def host(postbox: Postbox, firm_folder: Any) -> Iterator[MailHost]:  # noqa: ARG001
    from tundish.weblib.outbox.models import MailServer, Security

    host = MailHost(postbox)
    host.start()
    MailServer.objects.create(
        host="127.0.0.1", port=host.port, security=Security.NONE,
        sender="team@narwhal.example", sender_name="نظم Narwhal",
    )  # fmt: skip
    yield host
    host.stop()


def hand_in(key: str = "k1", **said: Any) -> Any:
    from tundish.weblib.outbox import queue

    return queue.enqueue(
        **{
            "key": key,
            "to": "noor@delta.example",
            "subject": "Please confirm",
            "text": "Confirm: https://narwhal.example/c/1",
            "purpose": "double_opt_in",
            "now": NOW,
            **said,
        }
    )


def deliver(workspace: Any) -> bool:
    from tundish.weblib.outbox.delivery import deliver_next

    return deliver_next(workspace)


def state(key: str = "k1") -> Any:
    from tundish.weblib.outbox.models import Mail

    return Mail.objects.get(key=key)


@pytest.mark.usefixtures("host")
def test_a_mail_arrives_once_however_often_it_is_handed_in(
    workspace: Any, postbox: Postbox
) -> None:
    first, second = hand_in(), hand_in(subject="Another subject")
    assert first.pk == second.pk
    assert deliver(workspace)
    assert not deliver(workspace)
    [envelope] = postbox.letters
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["noor@delta.example"]
    assert letter["Subject"] == "Please confirm"
    assert letter["Message-ID"] == first.message_id
    assert letter["From"].addresses[0].display_name == "نظم Narwhal"
    assert "https://narwhal.example/c/1" in letter.get_content()
    assert state().state == "sent"


@pytest.mark.usefixtures("host")
def test_the_mail_stands_on_the_receivers_timeline_once(workspace: Any) -> None:
    from tundish.weblib.outbox.models import Mail

    hand_in(person="p-noor")
    deliver(workspace)
    Mail.objects.update(told=False)  # as after a kill between the journal and the outbox
    deliver(workspace)
    columns = workspace.events()
    assert columns.event.to_list() == ["mail_sent"]
    assert columns.units["person"].to_list() == ["p-noor"]


@pytest.mark.usefixtures("host")
def test_a_passing_fault_is_tried_again_later_and_a_lasting_one_is_not(
    workspace: Any, postbox: Postbox
) -> None:
    postbox.answers = ["451 come back", "550 no such mailbox"]
    hand_in()
    assert deliver(workspace)
    assert (state().state, state().answer) == ("waiting", "451 come back")
    assert not deliver(workspace)  # not due before a minute has passed
    from tundish.weblib.outbox.models import Mail

    Mail.objects.update(due_at=NOW)
    assert deliver(workspace)
    assert (state().state, state().answer) == ("refused", "550 no such mailbox")
    assert not deliver(workspace)
    assert len(postbox.letters) == 2


@pytest.mark.usefixtures("host")
def test_a_line_that_breaks_after_the_text_leaves_the_mail_unclear_and_unsent(
    workspace: Any, postbox: Postbox
) -> None:
    postbox.cut = True
    hand_in()
    assert deliver(workspace)
    assert state().state == "uncertain"
    assert not deliver(workspace)
    assert len(postbox.letters) == 1


def test_a_server_that_is_not_there_costs_no_mail(workspace: Any) -> None:
    import socket

    from tundish.weblib.outbox.models import MailServer, Security

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
        MailServer.objects.create(
            host="127.0.0.1", port=taken.getsockname()[1], security=Security.NONE,
            sender="team@narwhal.example",
        )  # fmt: skip
        hand_in()
        assert deliver(workspace)
    assert state().state == "waiting"
    assert "refused" in state().answer.lower()


def test_without_a_mail_server_mails_wait(workspace: Any) -> None:
    hand_in()
    assert not deliver(workspace)
    assert state().state == "waiting"


@pytest.mark.usefixtures("host")
def test_a_worker_killed_while_sending_leaves_it_unclear_not_sent_twice(
    workspace: Any, postbox: Postbox
) -> None:
    from tundish.weblib.outbox import queue

    hand_in()
    claimed = queue.claim(NOW)
    assert claimed is not None
    assert queue.claim(NOW) is None
    assert queue.claim(NOW + timedelta(minutes=11)) is None
    assert state().state == "uncertain"
    assert not deliver(workspace)
    assert postbox.letters == []
    assert queue.again(claimed.pk, now=NOW)
    assert deliver(workspace)
    assert len(postbox.letters) == 1


@pytest.mark.usefixtures("host")
def test_many_workers_at_once_send_each_mail_once(
    workspace: Any, postbox: Postbox, firm_folder: Any
) -> None:
    from django.db import connections

    import tundish

    for n in range(30):
        hand_in(f"k{n}")
    workspace.close()

    def work() -> None:
        with tundish.open(firm_folder) as own:
            misses = 0
            while misses < 3:
                misses = 0 if deliver(own) else misses + 1
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    from tundish.weblib.outbox.models import Mail

    ids = [message_from_bytes(one.content)["Message-ID"] for one in postbox.letters]
    assert len(ids) == len(set(ids)) == 30
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_an_address_that_is_none_and_a_subject_of_two_lines(workspace: Any) -> None:  # noqa: ARG001
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        hand_in(to="noor@delta\nBcc: all@delta.example")
    assert hand_in(subject="One\r\nBcc: x@delta.example").subject == "One Bcc: x@delta.example"
