"""Where a visit came from: channel, source and campaign, from tags, click ids and the referrer.

The order of the rules is the order of the table RULES: the first that holds names the channel.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CLICK_IDS = {
    "gclid": "google", "gbraid": "google", "wbraid": "google", "dclid": "google",
    "fbclid": "facebook", "msclkid": "bing", "ttclid": "tiktok", "twclid": "twitter",
    "li_fat_id": "linkedin",
}  # fmt: skip
"""Click ids of paid adverts, and the network that sets each."""
MAIL_IDS = {"mc_cid": "mailchimp", "mc_eid": "mailchimp"}
CODES = ("ref", "referral_code", "aff", "affiliate", "affiliate_id", "aff_id", "partner")

_PAID = re.compile(r"cpc|ppc|cpm|cpv|cpa|paid.*|.*display|retargeting|banner|sponsored")
_MAIL = re.compile(r"e-?mail|newsletter|mail")
_PARTNER = re.compile(r"affiliates?|partners?|referral_?code")
_SOCIAL = re.compile(r"(organic_?)?social(-?media|-?network)?|sm")
_SEARCH = re.compile(r"organic(_?search)?|search")

_SOCIAL_HOSTS = """facebook.com fb.com instagram.com twitter.com x.com t.co linkedin.com lnkd.in
    youtube.com youtu.be pinterest.com reddit.com tiktok.com snapchat.com tumblr.com vk.com
    whatsapp.com wa.me telegram.org t.me threads.net mastodon.social bsky.app xing.com quora.com
    news.ycombinator.com plus.google.com plus.url.google.com stumbleupon.com digg.com
    weibo.com line.me discord.com slack.com""".split()
_SEARCH_HOSTS = """bing.com duckduckgo.com baidu.com ecosia.org qwant.com startpage.com ask.com
    aol.com search.brave.com naver.com seznam.cz sogou.com so.com kagi.com search.com
    search.babylon.com isearch.avg.com""".split()
_SEARCH_NAMES = re.compile(r"(^|\.)(google|yahoo|yandex)\.[a-z]{2,3}(\.[a-z]{2})?$")
_MAIL_HOSTS = re.compile(
    r"^(e?mail|webmail|outlook)\.|\.mail\.|^deref-(gmx|web)|(^|\.)(proton\.me|mail\.ru|hey\.com)$"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a visit came: `channel` is one of CHANNELS; source and campaign lower-case, or None."""

    channel: str
    source: str | None = None
    campaign: str | None = None


def arrival(
    parameters: Mapping[str, Any] | None = None,
    *,
    referrer: str | None = None,
    own_hosts: Iterable[str] = (),
) -> Arrival:
    """The arrival by a landing page's query `parameters` (utm_*, click ids, codes) and `referrer`.

    A referrer on one of `own_hosts` is none.
    """
    said = {k: _tidy(v) for k, v in (parameters or {}).items() if v}
    host = host_of(referrer)
    if host and _in_hosts(host, [h.removeprefix("www.") for h in own_hosts]):
        host = ""
    channel = next(name for name, holds in RULES if holds(said, host))
    return Arrival(channel, _source(said, host), said.get("utm_campaign") or None)


def arrival_of_url(
    url: str, *, referrer: str | None = None, own_hosts: Iterable[str] = ()
) -> Arrival:
    """The arrival on a landing page by its whole address."""
    query = dict(parse_qsl(_split(url).query))
    return arrival(query, referrer=referrer, own_hosts=own_hosts)


def host_of(url: str | None) -> str:
    """The host of an address, lower-case and without www.; empty where there is none."""
    return (_split(url or "").hostname or "").removeprefix("www.")


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname is not None or parts.query else urlsplit("")
    except ValueError:
        return urlsplit("")


def _tidy(value: Any) -> str:
    return str(value).strip().casefold()


def _source(said: Mapping[str, str], host: str) -> str | None:
    if said.get("utm_source"):
        return said["utm_source"]
    for key, network in (CLICK_IDS | MAIL_IDS).items():
        if key in said:
            return network
    for code in CODES:
        if said.get(code):
            return said[code]
    return host or None


def _in_hosts(host: str, hosts: Iterable[str]) -> bool:
    return any(host == known or host.endswith("." + known) for known in hosts)


def _medium(pattern: re.Pattern[str]) -> Callable[[Mapping[str, str], str], bool]:
    return lambda said, _: pattern.fullmatch(said.get("utm_medium", "")) is not None


def _any_of(keys: Iterable[str]) -> Callable[[Mapping[str, str], str], bool]:
    known = frozenset(keys)
    return lambda said, _: not known.isdisjoint(said)


def _from_search(_: Mapping[str, str], host: str) -> bool:
    return bool(_SEARCH_NAMES.search(host)) or _in_hosts(host, _SEARCH_HOSTS)


def _from(hosts: Iterable[str]) -> Callable[[Mapping[str, str], str], bool]:
    return lambda said, host: _in_hosts(host or said.get("utm_source", ""), hosts)


RULES: tuple[tuple[str, Callable[[Mapping[str, str], str], bool]], ...] = (
    ("paid", _any_of(CLICK_IDS)),
    ("paid", _medium(_PAID)),
    ("email", _medium(_MAIL)),
    ("email", _any_of(MAIL_IDS)),
    ("email", lambda _, host: bool(_MAIL_HOSTS.search(host))),
    ("affiliate", _medium(_PARTNER)),
    ("affiliate", _any_of(CODES)),
    ("social", _medium(_SOCIAL)),
    ("social", _from(_SOCIAL_HOSTS)),
    ("search", _medium(_SEARCH)),
    ("search", _from_search),
    ("referral", lambda said, host: bool(host or said.get("utm_source"))),
    ("direct", lambda _said, _host: True),
)
"""(channel, whether it holds for the tidied parameters and the referrer's host), first wins."""
NOTED = ("call", "cold_mail", "event", "review")
"""Channels that no address tells: one of us or an import writes them down."""
CHANNELS = (*dict.fromkeys(name for name, _ in RULES), *NOTED)
"""paid, email, affiliate, social, search, referral, direct, and those of NOTED: the one vocabulary."""
