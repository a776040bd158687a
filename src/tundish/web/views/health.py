"""Whether this process can answer from its database."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tundish.weblib.page import workspace_for


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with `{"status": "ok"}`; says nothing about the firm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    workspace_for(request).now()
    return JsonResponse({"status": "ok"})
