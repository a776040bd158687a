"""Addresses of people, companies and deals. Ids may hold slashes."""

from django.urls import include, path

from tundish.areas.people import views

urlpatterns = [
    path("", include("tundish.areas.people.lists.urls")),
    path("people/<path:pk>", views.person, name="person"),
    path("companies/<path:pk>", views.company, name="company"),
    path("deals/<path:pk>", views.deal, name="deal"),
]
