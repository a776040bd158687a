"""Which visitors are machines, and why we think so."""

import re
from functools import lru_cache

_WORDS = re.compile(
    r"https?://|@"  # people's browsers carry no address to ask about them
    r"|bot\b|bot[/;_ -]|robot|spider|crawl|slurp|archiver|nutch|scan(ner)?\b|monitor|pingdom|uptime"
    r"|feed|\brss\b|netvibes|newsblur|subscribers?\b|flipboard"
    r"|headless|phantomjs|selenium|puppeteer|playwright|lighthouse|pagespeed"
    r"|curl|wget|libwww-perl|lwp|python|java/|okhttp|go-http|go http|ruby|perl|php/|httpclient"
    r"|libfetch|http_request|guzzle|axios|node-fetch|scrapy|facebookexternalhit|embedly|preview"
    r"|validator|checker|mediapartners|yahoo pipes|zgrab|masscan|nmap|nikto|xenu|portscout"
)
ROBOTS_TXT, NO_AGENT, AGENT_WORD = "fetched robots.txt", "no agent", "agent names a machine"


@lru_cache(maxsize=2048)
def _names_machine(agent: str) -> bool:
    return _WORDS.search(agent.casefold()) is not None


def bot_reason(agent: str | None, *, fetched_robots: bool = False) -> str | None:
    """Why a visitor is taken for a machine, or None."""
    if not agent or agent == "-":
        return NO_AGENT
    if _names_machine(agent):
        return AGENT_WORD
    return ROBOTS_TXT if fetched_robots else None
