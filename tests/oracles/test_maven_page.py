"""A real CRM export through the pages: the figures that the firm knows stand on the funnel page."""

import re
from typing import Any

from tests.shared import shared

PAGE = ("8,800", "8,300", "4,238", "2,473", "1,589", "500", "63.15%", "57 days", "14 days")


def test_the_funnel_page_says_what_the_export_says(workspace: Any, us: Any, browse: Any) -> None:
    workspace.import_files(shared("maven_crm_opportunities"), currency="USD")
    workspace.catch_up()
    page = browse(us.owner).get("/funnel").content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert [figure for figure in PAGE if figure not in text] == []
    assert "4,238 won and 2,473 lost, of 6,711 that were closed." in text
    assert "$10,005,534" in text
