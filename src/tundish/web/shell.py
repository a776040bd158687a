"""What every page's frame needs: the firm, the navigation, and how this reader likes it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_bidi, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tundish.weblib.access.rights import may
from tundish.weblib.page import display, workspace_for


@dataclass(frozen=True)
class Entry:
    """One place in the navigation; `at` is the start of the paths that belong to it."""

    label: Any
    icon: str
    url_name: str
    at: str
    action: str = ""


NAVIGATION = (
    Entry(_("Funnel"), "chart-funnel", "funnel", "/funnel"),
    Entry(_("People"), "users", "people", "/people"),
    Entry(_("Companies"), "building", "companies", "/companies"),
    Entry(_("Deals"), "briefcase", "deals", "/deals"),
    Entry(_("Target lists"), "target", "target_lists", "/targets"),
    Entry(_("Campaigns"), "speakerphone", "campaigns", "/campaigns"),
    Entry(_("Landing pages"), "device-laptop", "pages", "/pages"),
    Entry(_("Definition"), "sitemap", "definition", "/definition"),
    Entry(pgettext_lazy("navigation", "Import"), "database-import", "imports", "/import", "import_data"),
    Entry(_("Settings"), "settings", "settings", "/settings"),
)  # fmt: skip

GO = {
    "funnel": "f", "people": "p", "companies": "c", "deals": "d", "definition": "m", "imports": "i",
    "settings": "s", "campaigns": "a", "board": "b", "pages": "l",
}  # fmt: skip
"""The letter that leads to a place after g, by the name of its address."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template, for every page."""
    workspace = workspace_for(request)
    user = getattr(request, "user", None)
    return {
        "firm": workspace.firm,
        "now": workspace.now(),
        "display": display.current(),
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "theme": _theme(request),
        "navigation": _entries(request) if user is not None and user.is_authenticated else (),
        "may_import": may(user, "import_data"),
        "may_add": may(user, "add_prospect"),
        "may_define": may(user, "change_definition"),
    }


def _theme(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    own = user.theme if user is not None and user.is_authenticated else ""
    theme = own or request.COOKIES.get("tundish_theme", "")
    return theme if theme in ("light", "dark") else "system"


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    shown = []
    for entry in NAVIGATION:
        if entry.action and not may(request.user, entry.action):
            continue
        try:
            href = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        here = request.path == entry.at or request.path.startswith(entry.at + "/")
        shown.append(
            {"label": entry.label, "icon": entry.icon, "href": href, "here": here}
            | {"key": GO.get(entry.url_name, "")}
        )
    return shown
