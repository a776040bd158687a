"""Addresses of people, companies and deals. Ids may hold slashes."""

from django.urls import path

from tundish.areas.people import views

urlpatterns = [
    path("people", views.people, name="people"),
    path("people/<path:pk>", views.person, name="person"),
    path("companies", views.companies, name="companies"),
    path("companies/<path:pk>", views.company, name="company"),
    path("deals", views.deals, name="deals"),
    path("deals/<path:pk>", views.deal, name="deal"),
]
