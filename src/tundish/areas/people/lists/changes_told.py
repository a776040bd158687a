"""What a change of many records did, in words; the value of a field is not told, it may be personal."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tundish.areas.people.fields_shown import title_of
from tundish.areas.people.standing import active_funnel
from tundish.stores import fields
from tundish.stores.bulk_changes import BulkChange
from tundish.terms import NotFoundError
from tundish.weblib.access.models import User

if TYPE_CHECKING:
    from tundish.workspace import Workspace


def told(workspace: "Workspace", made: BulkChange) -> str:
    """One line: “Tag added: vip”, “Owner: Rima Haddad”."""
    change = {key: str(value) for key, value in made.change.items()}
    do = change.get("do", "")
    if do == "tag":
        return _("Tag added: %(what)s") % {"what": change["tag"]}
    if do == "untag":
        return _("Tag removed: %(what)s") % {"what": change["tag"]}
    if do == "owner":
        return _("Owner: %(what)s") % {"what": _owner(change["owner"])}
    if do == "field":
        return _("Field changed: %(what)s") % {"what": _field(workspace, made, change["field"])}
    if do == "stage":
        return _("Moved to the stage: %(what)s") % {"what": _stage(workspace, change["stage"])}
    return _("Put on the target list: %(what)s") % {"what": change.get("list", "")}


def _owner(key: str) -> str:
    found = User.objects.filter(pk=key).first() if key.isdigit() else None
    return found.name if found else _("Nobody")


def _field(workspace: "Workspace", made: BulkChange, name: str) -> str:
    try:
        return title_of(fields.field_of(workspace.connection, made.kind, name))
    except NotFoundError:
        return name


def _stage(workspace: "Workspace", name: str) -> str:
    funnel = active_funnel(workspace)
    stages = [str(one["name"]) for one in funnel.stages] if funnel else []
    return funnel.titles[stages.index(name)] if funnel and name in stages else name
