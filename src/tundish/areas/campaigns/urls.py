"""Addresses of campaigns."""

from django.urls import path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converter `key`
from tundish.areas.campaigns import target_views, views

urlpatterns = [
    path("targets", target_views.target_lists_page, name="target_lists"),
    path("targets/list", target_views.target_list, name="target_list"),
    path("targets/add", target_views.target_list_add, name="target_list_add"),
    path("targets/remove", target_views.target_list_remove, name="target_list_remove"),
    path("campaigns", views.campaigns, name="campaigns"),
    path("campaigns/new", views.campaign_new, name="campaign_new"),
    path("campaigns/<key:pk>", views.campaign, name="campaign"),
    path("campaigns/<key:pk>/edit", views.campaign_edit, name="campaign_edit"),
    path("campaigns/<key:pk>/archive", views.campaign_archive, name="campaign_archive"),
    path("campaigns/<key:pk>/restore", views.campaign_restore, name="campaign_restore"),
    path("campaigns/<key:pk>/costs", views.cost_add, name="cost_add"),
    path("campaigns/<key:pk>/costs/remove", views.cost_remove, name="cost_remove"),
    path("campaigns/<key:pk>/parts", views.part_add, name="part_add"),
    path("campaigns/<key:pk>/parts/<key:part>/remove", views.part_remove, name="part_remove"),
]
