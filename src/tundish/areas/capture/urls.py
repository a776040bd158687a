"""Addresses of the capture area."""

from django.urls import path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converter `key`
from tundish.areas.capture import debugger, inlets, snippet, views

urlpatterns = [
    path("t.js", snippet.snippet, name="snippet"),
    path("import", views.imports, name="imports"),
    path("import/upload", views.import_upload, name="import_upload"),
    path("import/new/<str:token>", views.import_new, name="import_new"),
    path("import/new/<str:token>/check", views.import_check, name="import_check"),
    path("import/<key:number>", views.import_one, name="import_one"),
    path("import/<key:number>/cancel", views.import_cancel, name="import_cancel"),
    path("import/<key:number>/undo", views.import_undo, name="import_undo"),
    path("import/<key:number>/rejects", views.import_rejects, name="import_rejects"),
    path("settings/inlets/<str:name>", debugger.inlet, name="inlet"),
    path("settings/inlets/<str:name>/title", debugger.inlet_rename, name="inlet_rename"),
    path("settings/inlets/<str:name>/key", debugger.inlet_key, name="inlet_key"),
    path("settings/refused-requests", debugger.refused_requests, name="refused_requests"),
    path("inlets", inlets.inlets, name="inlets"),
    path("inlets/<key:pk>/close", inlets.inlet_close, name="inlet_close"),
    path("inlets/<key:pk>/reopen", inlets.inlet_reopen, name="inlet_reopen"),
]
