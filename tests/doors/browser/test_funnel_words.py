"""In no shape of the picture does one text run into another, nor out of the sheet."""

import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tundish.funnel.picture import Head, draw
from tundish.funnel.picture.paint import LIGHT
from tundish.funnel.stages.visits import Flow
from tundish.terms import Rate

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "kernel" / "picture"))
FONTS = ROOT / "src" / "tundish" / "web" / "static" / "vendor" / "fonts"
WEEKS = (3, 4, 5, 4, 6, 7, 5, 8, 6, 7, 9, 8)
LOOPED = [
    Flow("entered", None, 0, 4200), Flow("entered", None, 1, 380), Flow("entered", None, 2, 150),
    Flow("moved_on", 0, 1, 2300), Flow("moved_on", 0, 2, 260), Flow("still_here", 0, None, 640),
    Flow("lost", 0, None, 640, "silent for ninety days"), Flow("lost", 0, None, 360, "unsubscribed"),
    Flow("moved_on", 1, 2, 1320), Flow("moved_on", 1, 3, 60), Flow("still_here", 1, None, 520),
    Flow("lost", 1, None, 850, "price"), Flow("moved_on", 2, 3, 1390), Flow("still_here", 2, None, 420),
    Flow("lost", 2, None, 210, "money back"), Flow("fell_back", 2, 1, 70), Flow("looped", 2, 2, 20),
    Flow("moved_on", 3, 4, 620), Flow("moved_on", 3, 5, 110), Flow("still_here", 3, None, 540),
    Flow("lost", 3, None, 180, "silent for ninety days"), Flow("moved_on", 4, 5, 390),
    Flow("still_here", 4, None, 190), Flow("lost", 4, None, 40, "complaint"),
    Flow("looped", 5, 2, 360), Flow("still_here", 5, None, 140),
]  # fmt: skip
SEVEN = [
    Flow("entered", None, 0, 100_000), Flow("still_here", 6, None, 40),
    *[Flow("moved_on", k, k + 1, n) for k, n in enumerate((31_000, 9_100, 2_700, 800, 190, 40))],
    *[Flow("lost", k, None, n, "صمت تسعين يومًا متتالية") for k, n in enumerate(
        (69_000, 21_900, 6_400, 1_900, 610, 150))],
]  # fmt: skip
ARABIC = (
    "الوعي بالعلامة التجارية واكتشافها لأول مرة", "الاهتمام بالمنتج والبحث عنه", "مقارنة البدائل المتاحة",
    "التفضيل", "الاقتناع", "الشراء وسداد قيمة الطلب", "الولاء",
)  # fmt: skip
ENGLISH = ("Consider", "Evaluate", "Buy", "Enjoy", "Advocate", "Bond with us")
FAULTS = """() => {
  const svg = document.querySelector("svg"), sheet = svg.getBoundingClientRect(), found = [];
  const all = [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
  all.forEach(([text, a], i) => {
    if (a.left < sheet.left - 1 || a.right > sheet.right + 1) found.push([text, "leaves the sheet"]);
    for (const [other, b] of all.slice(i + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 6) found.push([text, other]);
    }
  });
  return found;
}"""


def face(family: str, file: str, *, range_: str) -> str:
    data = b64encode((FONTS / file).read_bytes()).decode()
    source = f"src:url(data:font/woff2;base64,{data});unicode-range:{range_}"
    return f"@font-face{{font-family:'{family}';font-weight:100 900;{source}}}"


def picture(flows: list[Flow], names: tuple[str, ...], **how: Any) -> str:
    from picture_walks import report_of

    n = len(names)
    report = report_of(n, flows)
    report["loop"] = {"rate": Rate(412, 1604).to_dict(), "median_seconds": 8_121_600.0}
    owners = ["marketing"] * (n // 2) + ["sales"] * n
    heads = [Head(name, owners[k], 0.6, k == n // 3, WEEKS) for k, name in enumerate(names)]
    return draw(report, flows, heads=heads, colours=LIGHT, **how)


@pytest.mark.parametrize(
    "how",
    [{}, {"shape": "tall"}, {"against": "before"}, {"shape": "small"}, {"direction": "rtl"},
     {"direction": "rtl", "shape": "tall"}, {"direction": "rtl", "against": "before"}],
    ids=lambda how: "-".join(how.values()) or "wide",
)  # fmt: skip
def test_no_text_runs_into_another(browser: Any, how: dict[str, Any]) -> None:
    fonts = face("Inter", "inter-latin.woff2", range_="U+0-FF,U+2000-206F")
    fonts += face("Noto Sans Arabic", "noto-sans-arabic.woff2", range_="U+600-6FF")
    page = browser.new_page(viewport={"width": 1320, "height": 900})
    for flows, names in ((LOOPED, ENGLISH), (SEVEN, ARABIC)):
        style = f"<style>{fonts} text{{font-variant-numeric:tabular-nums}}</style>"
        page.set_content(style + picture(flows, names, **how))
        page.evaluate("document.fonts.ready")
        assert page.evaluate(FAULTS) == []
    page.close()
