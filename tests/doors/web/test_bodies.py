"""A body is taken whole before it is answered, and closed with its answer."""

import io
from collections.abc import Iterable
from typing import Any

import pytest

from tundish.web.bodies import Bodies


def ask(inner: Any) -> Any:
    environ = {"PATH_INFO": "/x", "CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"hello, more")}
    return Bodies(inner)(environ, lambda *_: None)


def test_a_body_is_closed_with_its_answer() -> None:
    seen: list[Any] = []

    class Answer(list[bytes]):
        def close(self) -> None:
            seen.append("answer")

    def inner(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        seen.append(environ["wsgi.input"])
        return Answer([environ["wsgi.input"].read()])

    answer = ask(inner)
    assert list(answer) == [b"hello"]
    assert not seen[0].closed
    answer.close()
    assert seen[1] == "answer"
    assert seen[0].closed


def test_a_body_is_closed_where_nothing_answers_it() -> None:
    seen: list[Any] = []

    def inner(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        seen.append(environ["wsgi.input"])
        raise ValueError("a defect")

    with pytest.raises(ValueError, match="a defect"):
        ask(inner)
    assert seen[0].closed
