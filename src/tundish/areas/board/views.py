"""The definition page: read it, see what another model would change, switch, and switch back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tundish.areas.board import actions, queries
from tundish.terms import NotFoundError
from tundish.weblib.access.rights import requires
from tundish.weblib.page import page, redirect_to, toast, workspace_for


def definition(request: HttpRequest) -> HttpResponse:
    """What the firm's funnel is, stage by stage, and the other models."""
    workspace = workspace_for(request)
    active = workspace.active
    context: dict[str, Any] = {"active": active, "models": _models(active.name if active else "")}
    if active is not None:
        context |= _shown(active.body) | {"author": active.author, "created_at": active.created_at}
    return page(request, "board/definition.html", context)


def definition_model(request: HttpRequest, name: str) -> HttpResponse:
    """A ready-made model beside today's funnel: the stages, and who would stand where."""
    workspace = workspace_for(request)
    body = _body(name)
    active = workspace.active
    context = {
        "name": name, "new": _shown(body), "active": active,
        "old": None if active is None else _shown(active.body),
        "standing": None if active is None else queries.standing(workspace, name),
    }  # fmt: skip
    return page(request, "board/definition_model.html", context)


@require_POST
@requires("change_definition")
def definition_use(request: HttpRequest, name: str) -> HttpResponse:
    """Switch to a model; the notice offers the way back."""
    workspace = workspace_for(request)
    before = workspace.active
    now = actions.use(workspace, _body(name), author=request.user)
    title = queries.said(now.body.get("title"), now.name)
    undo = reverse("definition_back", args=[before.id]) if before is not None else None
    toast(request, _("%(model)s is your funnel now.") % {"model": title}, undo=undo)
    return redirect_to(request, "definition")


@require_POST
@requires("change_definition")
def definition_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to a definition that was in use before."""
    workspace = workspace_for(request)
    kept = next((one for one in workspace.definitions() if one.id == pk), None)
    if kept is None:
        raise NotFoundError(
            f"There is no definition {pk}.", "definition_not_found", "Choose another."
        )
    now = actions.use(workspace, kept, author=request.user)
    title = queries.said(now.body.get("title"), now.name)
    toast(request, _("%(model)s is your funnel again.") % {"model": title})
    return redirect_to(request, "definition")


def _body(name: str) -> Any:
    body = dict(queries.ready_models()).get(name)
    if body is None:
        raise NotFoundError(
            f"“{name}” is no model.", "model_unknown", "Choose one on the page Definition."
        )
    return body


def _shown(body: Any) -> dict[str, Any]:
    return {
        "title": queries.said(body.get("title"), body.get("name", "")),
        "description": queries.said(body.get("description")),
        "origin": queries.said(body.get("origin")),
        "unit": _UNITS.get(str(body.get("unit", "person")), lambda: str(body.get("unit")))(),
        "stages": queries.stages_shown(body),
        "losses": queries.losses_shown(body),
        "loop": queries.loop_shown(body),
    }


_UNITS = {
    "person": lambda: _("people"),
    "company": lambda: _("companies"),
    "deal": lambda: _("deals"),
}


def _models(active: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "title": queries.said(body.get("title"), name),
            "origin": queries.said(body.get("origin")), "in_use": name == active,
            "stages": [
                {"title": queries.said(s.get("title"), s["name"]), "purchase": bool(s.get("purchase"))}
                for s in body["stages"]
            ],
            "loop": bool(body.get("loop")),
        }
        for name, body in queries.ready_models()
    ]  # fmt: skip
