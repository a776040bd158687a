"""Addresses of the capture area."""

from django.urls import path

from tundish.areas.capture import inlets, views

urlpatterns = [
    path("import", views.imports, name="imports"),
    path("import/upload", views.import_upload, name="import_upload"),
    path("import/new/<str:token>", views.import_new, name="import_new"),
    path("import/new/<str:token>/check", views.import_check, name="import_check"),
    path("import/<int:number>", views.import_one, name="import_one"),
    path("import/<int:number>/undo", views.import_undo, name="import_undo"),
    path("import/<int:number>/rejects", views.import_rejects, name="import_rejects"),
    path("inlets", inlets.inlets, name="inlets"),
    path("inlets/<int:pk>/close", inlets.inlet_close, name="inlet_close"),
    path("inlets/<int:pk>/reopen", inlets.inlet_reopen, name="inlet_reopen"),
]
