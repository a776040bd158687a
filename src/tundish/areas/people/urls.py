"""Addresses of people, companies and deals. Ids may hold slashes and line ends."""

from django.urls import include, path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converters `key` and `ident`
from tundish.areas.people import (
    field_views,
    making_views,
    note_views,
    record_views,
    touch_views,
    views,
)

urlpatterns = [
    path("record/back/<key:first>-<key:last>", note_views.bring_back, name="bring_back"),
    path("record/undo/<str:batch>", record_views.undo, name="undo"),
    path("record/note/<str:note>", note_views.note, name="note"),
    path("record/new/<str:kind>", making_views.record_new, name="record_new"),
    path("record/person/erase/<ident:pk>", making_views.person_erase, name="person_erase"),
    path(
        "record/<str:kind>/history/<ident:pk>", making_views.record_history, name="record_history"
    ),
    path("record/<str:kind>/delete/<ident:pk>", making_views.record_delete, name="record_delete"),
    path("settings/fields", field_views.settings_fields, name="settings_fields"),
    path("settings/fields/<str:kind>/new", field_views.settings_field, name="settings_field_new"),
    path(
        "settings/fields/<str:kind>/<str:name>", field_views.settings_field, name="settings_field"
    ),
    path("settings/consent", field_views.settings_purposes, name="settings_purposes"),
    path("settings/consent/new", field_views.settings_purpose, name="settings_purpose_new"),
    path("settings/consent/of/<str:name>", field_views.settings_purpose, name="settings_purpose"),
    path(
        "record/person/addresses/<ident:pk>", record_views.record_addresses, name="record_addresses"
    ),
    path("record/person/consent/<ident:pk>", record_views.record_consent, name="record_consent"),
    path("record/<str:kind>/field/<ident:pk>", record_views.record_field, name="record_field"),
    path("record/<str:kind>/tags/<ident:pk>", record_views.record_tags, name="record_tags"),
    path("record/<str:kind>/log/<ident:pk>", touch_views.record_touch, name="record_touch"),
    path("record/<str:kind>/notes/<ident:pk>", note_views.record_notes, name="record_notes"),
    path("record/<str:kind>/group/<ident:pk>", record_views.record_group, name="record_group"),
    path("", include("tundish.areas.people.duplicates.urls")),
    path("", include("tundish.areas.people.lists.urls")),
    path("people/<ident:pk>", views.person, name="person"),
    path("companies/<ident:pk>", views.company, name="company"),
    path("deals/<ident:pk>", views.deal, name="deal"),
]
