"""The templates that a first page starts from; their words are examples to be overwritten."""

from collections.abc import Callable
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from tundish.areas.pages.content import LANGUAGES, Content, block, field, page

TITLES = {
    "contact": pgettext_lazy("purpose of a page", "Contact"),
    "download": gettext_lazy("Download"),
    "event": gettext_lazy("Event registration"),
    "empty": gettext_lazy("Empty page"),
}
ADDRESSES = {"contact": "contact", "download": "download", "event": "event", "empty": "page"}
"""The address of a page whose title gives none."""


def start(template: str, *, language: str, title: str) -> Content:
    """The content of a new page, in the page's own language."""
    with override(language):
        return _MAKERS[template](language, title)


@cache
def words() -> frozenset[str]:
    """The sentences of all templates in all languages that a firm should write itself."""
    made = [start(t, language=lang, title="-") for t in _MAKERS for lang in LANGUAGES]
    blocks = [one for content in made for one in content["blocks"]]
    return frozenset(text for one in blocks for k in ("sub", "body") if (text := one.get(k)))


def _contact(language: str, title: str) -> Content:
    form = block(
        "form", heading=_("Write to us"), button=_("Send"),
        fields=[
            field("name", _("Your name"), required=True),
            field("email", _("E-mail"), required=True),
            field("company", _("Company")),
            field("event", _("What is it about?"), shape="long", key="message"),
            field("consent", _("News by mail"), purpose="newsletter", wording=_(
                "Yes, send me news by mail now and then. I can unsubscribe at any time."
            )),
        ],
    )  # fmt: skip
    return page(
        language, title, look="clear", accent="blue",
        blocks=[
            block("headline", text=title, sub=_("Tell us what you need. We answer within one working day.")),
            block("text", body=_(
                "What happens next:\n\n- We read your message and call or write back.\n"
                "- We tell you honestly whether we can help.\n- You decide, without any obligation."
            )),
            form,
        ],
    )  # fmt: skip


def _download(language: str, title: str) -> Content:
    form = block(
        "form", heading=_("Where shall we send it?"), button=_("Send me the guide"),
        double_opt_in=True,
        thanks_title=_("One more step"),
        thanks_text=_("We have sent you a mail. Click the link in it, and the guide is yours."),
        fields=[
            field("email", _("E-mail"), required=True),
            field("first_name", _("First name")),
            field("company", _("Company")),
            field(
                "consent", _("News by mail"), purpose="newsletter", required=True,
                wording=_(
                    "Yes, send me the guide and now and then news by mail. "
                    "I can unsubscribe at any time."
                ),
            ),
        ],
    )  # fmt: skip
    return page(
        language, title, look="warm", accent="plum",
        blocks=[
            block("headline", text=title, sub=_("A short guide for people who decide. Free, by mail.")),
            block("text", body=_(
                "In the guide you find:\n\n- The five questions to ask before you begin\n"
                "- A worked example with all its numbers\n- A checklist to print"
            )),
            form,
        ],
    )  # fmt: skip


def _event(language: str, title: str) -> Content:
    form = block(
        "form", heading=_("Keep a seat"), button=_("Register"),
        fields=[
            field("name", _("Your name"), required=True),
            field("email", _("E-mail"), required=True),
            field("company", _("Company")),
            field("phone", _("Telephone")),
            field(
                "event", _("How will you take part?"), shape="choice", key="attendance", required=True,
                options=[_("On site"), _("Online")],
            ),
        ],
    )  # fmt: skip
    return page(
        language, title, look="night", accent="green",
        blocks=[
            block("headline", text=title, sub=_("Day, time and place: write them here.")),
            block("text", body=_(
                "**Programme**\n\n- Welcome\n- The talk, with time for questions\n- Coffee and conversation"
            )),
            form,
        ],
    )  # fmt: skip


def _empty(language: str, title: str) -> Content:
    return page(language, title, blocks=[block("headline", text=title)])


_MAKERS: dict[str, Callable[[str, str], Content]] = {
    "contact": _contact,
    "download": _download,
    "event": _event,
    "empty": _empty,
}
