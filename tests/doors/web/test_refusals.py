"""Refusals of the core come to the browser as a page or a part, in the reader's language."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Your role does not allow this."), ("ar", "دورك لا يسمح بذلك.")]
)
def test_a_role_that_forbids_is_told_so_with_403(
    browse: Any, us: SimpleNamespace, language: str, said: str
) -> None:
    us.rep.language = language
    us.rep.save()
    answer = browse(us.rep).get("/settings/users")
    assert answer.status_code == 403
    assert said in answer.content.decode()
    assert "role_forbids" in answer.content.decode()


def test_htmx_gets_the_refusal_as_a_part(browse: Any, us: SimpleNamespace) -> None:
    answer = browse(us.rep).get("/settings/users", HTTP_HX_REQUEST="true")
    assert answer.content.decode().strip().startswith('<div class="alert-line lost" id="refusal"')


def test_what_the_core_refuses_is_422_and_what_it_does_not_know_404(us: SimpleNamespace) -> None:
    from django.http import Http404

    from tundish.terms import InputError, NotFoundError
    from tundish.weblib.refusals import RefusalMiddleware

    request = RequestFactory(HTTP_HOST="localhost").get("/")
    request.user = us.owner
    middleware = RefusalMiddleware(lambda _: None)
    refused = middleware.process_exception(
        request, InputError("“x” is no file.", "file_unreadable", "Look again.")
    )
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "The file cannot be read." in text
    assert "“x” is no file." in text
    assert "Look again." in text
    with pytest.raises(Http404):
        middleware.process_exception(request, NotFoundError("No such thing.", "thing_not_found"))
    assert middleware.process_exception(request, ValueError("a defect")) is None
