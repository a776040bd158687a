"""Addresses of the pages area: the app's own pages, and what visitors see."""

from django.urls import path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converter `key`
from tundish.areas.pages import editor, public, views

urlpatterns = [
    path("pages", views.pages, name="pages"),
    path("pages/new", views.page_new, name="page_new"),
    path("pages/frontage", views.pages_frontage, name="pages_frontage"),
    path("pages/<key:pk>", views.page_one, name="page_one"),
    path("pages/<key:pk>/edit", editor.page_edit, name="page_edit"),
    path("pages/<key:pk>/preview", editor.page_preview, name="page_preview"),
    path("pages/<key:pk>/publish", views.page_publish, name="page_publish"),
    path("pages/<key:pk>/versions/<key:number>/restore", views.page_restore, name="page_restore"),
    path("pages/<key:pk>/refused/<key:refused>/let-in", views.page_let_in, name="page_let_in"),
    path("pages/<key:pk>/do/<slug:what>", views.page_change, name="page_change"),
    path("p/<slug:slug>", public.landing, name="landing"),
    path("p/<slug:slug>/thanks", public.thanks, name="landing_thanks"),
    path("p/<slug:slug>/form", public.form, name="landing_form"),
    path("p/<slug:slug>/form/thanks", public.form_thanks, name="form_thanks"),
    path("p/<slug:slug>/confirm/<str:token>", public.confirm, name="landing_confirm"),
    path("picture/<slug:key>.<slug:kind>", public.picture, name="picture"),
    path("sitemap.xml", public.sitemap, name="sitemap"),
    path("robots.txt", public.robots, name="robots"),
]
