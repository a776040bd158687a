"""The Django app of campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Campaigns with their parts, budget and costs."""

    name = "tundish.areas.campaigns"
    label = "campaigns"
