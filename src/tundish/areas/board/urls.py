"""Addresses of the definition page."""

from django.urls import path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converter `key`
from tundish.areas.board import views

urlpatterns = [
    path("definition", views.definition, name="definition"),
    path("definition/models/<slug:name>", views.definition_model, name="definition_model"),
    path("definition/use/<slug:name>", views.definition_use, name="definition_use"),
    path("definition/back/<key:pk>", views.definition_back, name="definition_back"),
]
