"""Links that say which campaign they belong to."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tundish.areas.campaigns.models import MEDIUM, Kind, Part


def tagged(part: Part) -> str:
    """The part's address with the campaign's tags; tags that stood there before are replaced."""
    place = urlsplit(part.address)
    tags = {
        "utm_campaign": part.campaign.key,
        "utm_medium": MEDIUM[Kind(part.kind)],
        "utm_source": part.source.strip().casefold(),
    }
    kept = [(k, v) for k, v in parse_qsl(place.query, keep_blank_values=True) if k not in tags]
    query = urlencode([*kept, *((k, v) for k, v in tags.items() if v)])
    return urlunsplit(place._replace(query=query))
