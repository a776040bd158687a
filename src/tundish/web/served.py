"""The application as `start` and `demo` serve it: what the first pages need is loaded beforehand."""

import logging
import threading

from tundish.web.wsgi import application

__all__ = ["application"]

_TEMPLATES = ("insight/funnel.html", "people/lists/list.html", "people/record.html")


def _warm() -> None:
    """Import every view, compile the largest templates, and count the active funnel once.

    In a thread of its own: the server answers at once, and whoever asks in this second waits no
    longer than without it.
    """
    from django.template.loader import get_template
    from django.urls import get_resolver

    import tundish.areas.insight.drawing  # noqa: F401 - imported for the first picture
    from tundish.areas.insight import filters, queries
    from tundish.weblib.page import workspace_for
    from tundish.weblib.page.workspaces import close_workspace

    try:
        _ = get_resolver().url_patterns
        for name in _TEMPLATES:
            get_template(name)
        workspace = workspace_for()
        if workspace.active is not None:
            choice = queries.choice_of(workspace, "")
            report = queries.report_of(workspace, filters.Look(), choice=choice)
            kind = str(report.chosen.definition.unit)
            queries.values_of(workspace, kind, names=filters.PROPERTIES)
    except Exception:  # the pages themselves say what is wrong
        logging.getLogger("tundish.web").exception("The pages could not be prepared.")
    finally:
        close_workspace()


threading.Thread(target=_warm, name="warm", daemon=True).start()
