"""The Django project: settings, root URLs, base templates, sign-in, first run, health."""

import os
from pathlib import Path


def prepare(folder: str | Path) -> None:
    """Make the workspace's tables and Django's own in `folder`; nothing changes where they stand.

    Sets TUNDISH_DATA for this process, so that the settings read afterwards find the same folder.
    """
    place = Path(folder).expanduser().resolve()
    os.environ["TUNDISH_DATA"] = str(place)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tundish.web.settings")
    import tundish
    from tundish.stores import firm

    with tundish.open(place, create=True) as workspace:
        firm.secret(workspace.connection)  # before Django reads its settings

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
