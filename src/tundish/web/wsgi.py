"""The web application as a WSGI callable."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tundish.web.settings")

django = get_wsgi_application()

# Importable only once Django has its apps; events from outside never reach Django.
from tundish.areas.capture.wiring import in_front_of  # noqa: E402
from tundish.web.bodies import Bodies  # noqa: E402

application = Bodies(in_front_of(django))
