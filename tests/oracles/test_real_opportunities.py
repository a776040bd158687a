"""Real CRM exports, read and counted."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.shared import shared
from tundish.journal.profile import profile_changes
from tundish.journal.readers import opportunities
from tundish.journal.readers.detect import detect
from tundish.journal.readers.reading import Options


@pytest.mark.parametrize(
    ("path", "rows", "refused"),
    [("hubspot/deal_data.csv", 44, 0), ("salesforce/sf_opportunity_data.csv", 10, 10)],
)
def test_the_layouts_of_real_exports_are_proposed_and_read(path, rows, refused):
    data = shared(f"crm_export_headers/{path}").read_bytes()
    assert detect(data, name=path).kind == "crm-opportunities"
    options = Options(secret=b"key", currency="USD")
    reading = opportunities.read(data, options=options)
    assert (reading.rows, len(reading.rejects)) == (rows, refused)
    assert {r.code for r in reading.rejects} <= {"record_deleted"}


@pytest.fixture(scope="module")
def maven():
    folder = shared("maven_crm_opportunities")
    return {path.stem: path.read_bytes() for path in folder.glob("*.csv")}


def test_the_maven_tables_give_their_known_numbers(maven):
    assert b"\r\n" in maven["sales_pipeline"]
    kinds = {name: detect(data, name=name + ".csv").kind for name, data in maven.items()}
    assert kinds == {
        "sales_pipeline": "crm-opportunities", "accounts": "companies", "products": "products",
        "sales_teams": "teams", "data_dictionary": None,
    }  # fmt: skip
    others = [data for name, data in maven.items() if name != "sales_pipeline"]
    options = Options(secret=b"key", currency="USD")
    reading = opportunities.read(maven["sales_pipeline"], options=options, others=others)
    assert reading.rejects == []
    assert reading.rows == 8_800
    notes = reading.notes
    assert (notes["won"], notes["lost"], notes["engaging"], notes["prospecting"]) == (
        4_238, 2_473, 1_589, 500,
    )  # fmt: skip
    assert notes["without_company"] == 1_425
    names = Counter(e.name for e in reading.events)
    assert names == {
        "deal_created": 8_800, "deal_engaged": 8_300, "deal_won": 4_238, "deal_lost": 2_473,
    }  # fmt: skip
    worth = sum(e.value.minor_units for e in reading.events if e.name == "deal_won")
    assert worth == 10_005_534_00
    products = {e.properties["product"] for e in reading.events}
    assert "GTX Pro" in products
    assert "GTXPro" not in products
    assert len({e.id for e in reading.events}) == len(reading.events)
    prospects = [e for e in reading.events if e.properties["stage"] == "Prospecting"]
    assert {(e.occurred_at, e.estimated, e.precision) for e in prospects} == {
        (datetime(2017, 12, 31, tzinfo=UTC), True, "day")
    }
    rows = profile_changes(reading.events)
    hints = Counter(row["stage_hint"] for (kind, _), row in rows.items() if kind == "deal")
    assert hints == {"won": 4_238, "lost": 2_473, "engaging": 1_589, "prospecting": 500}
    assert sum(kind == "company" for kind, _ in rows) == 85
    assert rows["company", "Cancity"]["properties"]["sector"] == "retail"
