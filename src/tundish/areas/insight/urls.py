"""Addresses of the funnel page and of what belongs to it."""

from django.urls import path

from tundish.areas.insight import downloads, views

urlpatterns = [
    path("funnel", views.funnel, name="funnel"),
    path("funnel/position", views.funnel_position, name="funnel_position"),
    path("funnel/list", views.funnel_list, name="funnel_list"),
    path("funnel/list.csv", downloads.funnel_list_csv, name="funnel_list_csv"),
    path("funnel/picture.svg", downloads.funnel_svg, name="funnel_svg"),
    path("funnel/picture.png", downloads.funnel_png, name="funnel_png"),
    path("funnel/table.csv", downloads.funnel_csv, name="funnel_csv"),
]
