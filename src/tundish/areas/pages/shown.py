"""A page's content as its template draws it, for visitors and in the preview alike."""

from dataclasses import dataclass, field
from typing import Any

from tundish.areas.pages import content as shapes
from tundish.areas.pages.answers import Answers
from tundish.areas.pages.content import Block, Content
from tundish.areas.pages.models import Frontage, Picture
from tundish.areas.pages.text import formatted, inline

_TYPES = {"email": "email", "phone": "tel"}
_COMPLETE = {
    "email": "email", "name": "name", "first_name": "given-name", "last_name": "family-name",
    "phone": "tel", "title": "organization-title", "company": "organization",
    "country": "country-name",
}  # fmt: skip
_WRITTEN_LEFT_TO_RIGHT = ("email", "phone")


@dataclass
class ShownForm:
    """The form with what was filled in; `address` is where it is sent to, `hidden` travels along."""

    block: Block
    address: str
    hidden: dict[str, str]
    answers: Answers = field(default_factory=Answers)
    notice: str = ""

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Each field with its control's name and type, value and error."""
        return [self._field(said) for said in self.block["fields"]]

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """The fields that have an error."""
        return [said for said in self.fields if said["error"]]

    def _field(self, said: dict[str, Any]) -> dict[str, Any]:
        to, name = said["to"], shapes.input_name(said)
        return {
            **said, "name": name, "at": f"form-{name}",
            "type": _TYPES.get(to, "text"), "complete": _COMPLETE.get(to, "off"),
            "ltr": to in _WRITTEN_LEFT_TO_RIGHT,
            "kind": "consent" if to == "consent" else said["shape"] if to in shapes.OWN else "line",
            "html": inline(said["wording"]) if to == "consent" else "",
            "value": self.answers.values.get(said["id"], ""),
            "error": self.answers.errors.get(said["id"], ""),
        }  # fmt: skip


def sections(content: Content) -> list[dict[str, Any]]:
    """The blocks in order; proofs that follow each other stand side by side in one section."""
    pictures = _pictures(content)
    found: list[dict[str, Any]] = []
    headlines = 0
    for one in content["blocks"]:
        shown: dict[str, Any] = {"kind": one["kind"], "block": one}
        shown["picture"] = pictures.get(one.get("picture", ""))
        if one["kind"] == "headline":
            shown["first"] = headlines == 0
            headlines += 1
        if one["kind"] == "text":
            shown["html"] = formatted(one["body"])
        if one["kind"] == "proof":
            if not found or found[-1]["kind"] != "proofs":
                found.append({"kind": "proofs", "items": []})
            found[-1]["items"].append(shown)
        else:
            found.append(shown)
    return found


def context(
    content: Content, *, frontage: Frontage, firm: str, form: ShownForm | None
) -> dict[str, Any]:
    """What the page's template takes."""
    pictures = list(_pictures(content).values())
    return {
        "content": content,
        "sections": sections(content),
        "form": form,
        "frontage": frontage,
        "firm_name": firm,
        "page_direction": "rtl" if content["language"] == "ar" else "ltr",
        "lead_picture": pictures[0] if pictures else None,
        "thanks_html": formatted(form.block["thanks_text"]) if form else "",
    }


def _pictures(content: Content) -> dict[str, Picture]:
    names = dict.fromkeys(shapes.pictures_of(content))
    keys = [name.partition(".")[0] for name in names]
    found = {p.name: p for p in Picture.objects.filter(key__in=keys).defer("data")}
    return {name: found[name] for name in names if name in found}
