"""Pages of target lists: all of them, one of them, adding and taking off."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tundish.areas.campaigns import target_lists
from tundish.areas.campaigns.target_lists import Refused
from tundish.areas.people.models import Person
from tundish.funnel.targets import AWARE, KNEW, NOT_YET
from tundish.terms import InputError, NotFoundError
from tundish.weblib.access.rights import may, requires
from tundish.weblib.access.visibility import may_see, visible_ids
from tundish.weblib.page import page, toast, workspace_for
from tundish.weblib.page.formats import number
from tundish.workspace import targets

STANDINGS = {
    AWARE: gettext_lazy("Made aware"), NOT_YET: gettext_lazy("Not yet"),
    KNEW: gettext_lazy("Knew us before"),
}  # fmt: skip
_ON_A_PAGE = 50


@require_safe
def target_lists_page(request: HttpRequest) -> HttpResponse:
    """All target lists with the share made aware."""
    return _all(request)


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """One list: how far it has come, and who is on it."""
    workspace, name = workspace_for(request), request.GET.get("name", "")
    reach, members = targets.members(workspace, name)
    chosen = request.GET.get("standing", "")
    seen = visible_ids(request.user, "person", members)
    shown = [one for one in seen if chosen not in STANDINGS or members[one][0] == chosen]
    current = Paginator(shown, _ON_A_PAGE).get_page(request.GET.get("page"))
    people = Person.objects.in_bulk(list(current))
    lines = [(people[one], *members[one]) for one in current if one in people]
    context = {
        "name": name, "reach": reach, "chosen": chosen, "hidden": len(members) - len(seen),
        "lines": [(who, STANDINGS[state], state, at) for who, state, at in lines],
        "current": current, "may_add": may(request.user, "add_prospect"),
        "states": [(key, label, getattr(reach, key)) for key, label in STANDINGS.items()],
    }  # fmt: skip
    return page(request, "campaigns/target_list.html", context)


@require_POST
@requires("add_prospect")
def target_list_add(request: HttpRequest) -> HttpResponse:
    """Put pasted people on a list, which this may begin."""
    said, workspace = request.POST, workspace_for(request)
    try:
        name = target_lists.list_name(said.get("name", ""))
        lines, refused = target_lists.read_lines(said.get("lines", ""))
    except InputError as wrong:
        return _all(request, error=wrong, typed=said)
    # What was refused stands in the form again, to be put right; the others are on the list.
    left = {"name": name, "lines": "\n".join(one.row for one in refused)}
    if not lines:
        return _all(request, refused=refused, typed=left)
    done, new = target_lists.put_on(workspace, name, lines, by=request.user)
    workspace.catch_up()
    text = ngettext(
        "%(n)s person was put on the list, %(new)s of them new.",
        "%(n)s people were put on the list, %(new)s of them new.", done.changed,
    ) % {"n": number(done.changed), "new": number(new)}  # fmt: skip
    toast(request, text, undo=reverse("undo", args=[done.batch]))
    if refused:
        return _all(request, refused=refused, typed=left)
    return redirect(_address(name))


@require_POST
@requires("add_prospect")
def target_list_remove(request: HttpRequest) -> HttpResponse:
    """Take somebody off a list."""
    name, person = request.POST.get("name", ""), request.POST.get("person", "")
    if not may_see(request.user, "person", person):
        raise NotFoundError("There is no such prospect.", "prospect_not_found")
    first, last = targets.take_off(
        workspace_for(request), name, person=person, actor=request.user.public_id
    )
    toast(request, _("Taken off the list."), undo=reverse("bring_back", args=[first, last]))
    known = name in targets.lists(workspace_for(request))
    return redirect(_address(name) if known else reverse("target_lists"))


def _all(
    request: HttpRequest,
    *,
    error: InputError | None = None,
    refused: Sequence[Refused] = (),
    typed: object = None,
) -> HttpResponse:
    found = targets.lists(workspace_for(request))
    context = {
        "lists": [(name, reach, _address(name)) for name, reach in found.items()],
        "may_add": may(request.user, "add_prospect"), "error": error, "refused": refused, "typed": typed,
        "most": target_lists.MOST_LINES,
    }  # fmt: skip
    status = 422 if error or refused else 200
    return page(request, "campaigns/target_lists.html", context, status=status)


def _address(name: str) -> str:
    return f"{reverse('target_list')}?{urlencode({'name': name})}"
