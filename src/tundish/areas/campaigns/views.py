"""Pages of campaigns: the list, one campaign with costs and parts, the form."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tundish.areas.campaigns import queries
from tundish.areas.campaigns.forms import CampaignForm, CostForm, PartForm
from tundish.areas.campaigns.models import Campaign
from tundish.terms import from_micros
from tundish.weblib.access.rights import may, requires
from tundish.weblib.page import page, toast, workspace_for
from tundish.weblib.page.formats import local
from tundish.workspace import campaigns as recorded


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns with what they cost and brought."""
    archived = request.GET.get("archived") == "1"
    ours, unknown = queries.listed(workspace_for(request), archived=archived)
    context = {
        "lines": ours,
        "unknown": [] if archived else unknown,
        "archived": archived,
        "any_archived": Campaign.objects.filter(archived_at__isnull=False).exists(),
        "may_plan": may(request.user, "plan_campaigns"),
    }
    return page(request, "campaigns/campaigns.html", context)


@requires("plan_campaigns")
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Set up a campaign; `key` in the address is that of one which events name already."""
    workspace = workspace_for(request)
    key = request.GET.get("key", "")[:80]
    form = CampaignForm(
        request.POST or None,
        currency=workspace.firm.currency,
        initial={"key": key, "name": key.replace("-", " ").replace("_", " ").capitalize()},
    )
    form.instance.created_at = from_micros(workspace.now())
    if form.is_valid():
        made = form.save()
        toast(request, _("%(name)s was set up.") % {"name": made.name})
        return redirect("campaign", made.pk)
    return _form(request, form)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: figures, costs, parts with their links."""
    return _shown(request, get_object_or_404(Campaign, pk=pk))


@requires("plan_campaigns")
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, key, days, budget."""
    found = get_object_or_404(Campaign, pk=pk)
    form = CampaignForm(request.POST or None, instance=found, currency=found.currency)
    if form.is_valid():
        form.save()
        toast(request, _("%(name)s was saved.") % {"name": found.name})
        return redirect("campaign", pk)
    return _form(request, form)


@require_POST
@requires("plan_campaigns")
def campaign_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a campaign away; nothing of it is lost."""
    found = get_object_or_404(Campaign, pk=pk)
    found.archived_at = from_micros(workspace_for(request).now())
    found.save(update_fields=["archived_at"])
    text = _("%(name)s was put away.") % {"name": found.name}
    toast(request, text, undo=reverse("campaign_restore", args=[pk]))
    return redirect("campaigns")


@require_POST
@requires("plan_campaigns")
def campaign_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a campaign back."""
    found = get_object_or_404(Campaign, pk=pk)
    found.archived_at = None
    found.save(update_fields=["archived_at"])
    toast(request, _("%(name)s is back.") % {"name": found.name})
    return redirect("campaign", pk)


@require_POST
@requires("plan_campaigns")
def cost_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was spent."""
    found = get_object_or_404(Campaign, pk=pk)
    form = CostForm(request.POST, currency=found.currency, today=_today(request))
    if not form.is_valid():
        return _shown(request, found, cost_form=form)
    recorded.record_cost(
        workspace_for(request),
        campaign=found.key,
        day=form.cleaned_data["day"],
        value=form.cleaned_data["amount"],
        channel=None,
        item=form.cleaned_data["item"],
        actor=request.user.public_id,
    )
    toast(request, _("The cost was written down."))
    return redirect(reverse("campaign", args=[pk]) + "#costs")


@require_POST
@requires("plan_campaigns")
def cost_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back; the notice offers to let it count again."""
    found = get_object_or_404(Campaign, pk=pk)
    workspace = workspace_for(request)
    entries = {cost.id: cost for cost in queries.costs(workspace, found)}
    entry = entries.get(request.POST.get("entry", ""))
    if entry is None:
        raise Http404
    first, last = recorded.remove_cost(workspace, entry.id, actor=request.user.public_id)
    toast(request, _("The cost was taken back."), undo=reverse("bring_back", args=[first, last]))
    return redirect(reverse("campaign", args=[pk]) + "#costs")


@require_POST
@requires("plan_campaigns")
def part_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a page, an advert, a mail."""
    found = get_object_or_404(Campaign, pk=pk)
    form = PartForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, part_form=form)
    form.instance.campaign = found
    part = form.save()
    toast(
        request, _("%(name)s belongs to the campaign; copy its link below.") % {"name": part.name}
    )
    return redirect(reverse("campaign", args=[pk]) + "#parts")


@require_POST
@requires("plan_campaigns")
def part_remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Take a part out; its link goes on counting for the campaign."""
    found = get_object_or_404(Campaign, pk=pk)
    gone = get_object_or_404(found.parts, pk=part)
    gone.delete()
    toast(request, _("%(name)s was taken out.") % {"name": gone.name})
    return redirect(reverse("campaign", args=[pk]) + "#parts")


def _shown(request: HttpRequest, found: Campaign, **forms: Any) -> HttpResponse:
    workspace = workspace_for(request)
    context = {
        "line": queries.one(workspace, found),
        "costs": queries.costs(workspace, found),
        "parts": queries.parts(found),
        "may_plan": may(request.user, "plan_campaigns"),
        "cost_form": CostForm(currency=found.currency, today=_today(request), prefix=None),
        "part_form": PartForm(),
    } | forms
    return page(request, "campaigns/campaign.html", context, status=422 if forms else 200)


def _form(request: HttpRequest, form: CampaignForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return page(request, "campaigns/campaign_form.html", {"form": form}, status=status)


def _today(request: HttpRequest) -> date:
    now = local(workspace_for(request).now())
    assert now is not None
    return now.date()
