"""Addresses of the lists, their filters, columns, views, bulk changes, and the search."""

from django.urls import path

from tundish.areas.people.lists import changing, search, views

urlpatterns = [
    path("people", views.people, name="people"),
    path("companies", views.companies, name="companies"),
    path("deals", views.deals, name="deals"),
    path("search", search.search, name="search"),
    path("search/quick", search.search_quick, name="search_quick"),
    path("lists/<slug:plural>/filter", views.list_filter, name="list_filter"),
    path("lists/<slug:plural>/columns", views.list_columns, name="list_columns"),
    path("lists/<slug:plural>/views", changing.list_views, name="list_views"),
    path("lists/<slug:plural>/bulk", changing.bulk_change, name="bulk"),
    path("lists/<slug:plural>/export", changing.list_export, name="list_export"),
    path("lists/view/<key:pk>", changing.list_view, name="list_view"),
    path("lists/view/<key:pk>/restore", changing.list_view_restore, name="list_view_restore"),
    path("lists/changes", changing.bulk_list, name="bulk_list"),
    path("lists/bulk/<key:pk>", changing.bulk_progress, name="bulk_progress"),
    path("lists/bulk/<key:pk>/undo", changing.bulk_undo, name="bulk_undo"),
]
