"""Addresses of duplicates."""

from django.urls import path

from tundish.areas.people.duplicates import views

urlpatterns = [
    path("duplicates", views.duplicates, name="duplicates"),
    path("duplicates/merge", views.duplicates_merge, name="duplicates_merge"),
    path("duplicates/apart", views.duplicates_apart, name="duplicates_apart"),
]
