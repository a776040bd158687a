"""The import pages: from the upload to the result, and back."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.areas.capture.import_world import (
    DEALS,
    EVENTS,
    LOG,
    check,
    file,
    files_of,
    imported,
    order,
    run,
    text,
    tiles,
    upload,
)
from tundish.stores import imports as records
from tundish.stores import journal

MAVEN = (
    Path(os.environ.get("TUNDISH_SHARED_DATA", Path(__file__).parents[3].parent / "shared/data"))
    / "maven_crm_opportunities"
)
TABLES = ("accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv")


@pytest.fixture
def client(browse: Any, us: Any) -> Any:
    return browse(us.owner)


def get(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_upload_shows_its_kind_its_columns_and_three_samples(client: Any) -> None:
    page = get(client, upload(client, file("deals.csv", DEALS)))
    assert '<option value="crm-opportunities" selected>' in page
    assert len(re.findall(r'<select[^>]* name="map-\d+"', page)) == 7
    assert len(re.findall(r'<select[^>]* name="rule-\d+"', page)) == 7
    assert "D1 D2 D3" in text(page)
    assert "D4" not in text(page)


def test_the_dry_run_counts_tells_why_and_shows_the_refused_rows(
    client: Any, workspace: Any
) -> None:
    look = upload(client, file("deals.csv", DEALS))
    part = check(client, look)
    assert part.lstrip().startswith('<section id="check"')
    assert tiles(part) == {
        "Rows read": "5", "New records": "4", "Changed records": "0", "Nothing changes": "0",
        "New events": "7", "Refused rows": "1",
    }  # fmt: skip
    words = text(part)
    assert "time_unreadable" in words
    refused = text(check(client, look, show="refused"))
    assert "“soon” is not a date or a time. time_unreadable D5,won,Omar,2026-01-08,soon" in refused
    assert "Import 7 events" in words
    assert journal.position(workspace.connection) == 0
    assert workspace.imports() == []


def test_an_import_goes_in_by_the_worker_and_shows_what_it_brought(
    client: Any, workspace: Any
) -> None:
    one = order(client, upload(client, file("deals.csv", DEALS)))
    waiting = get(client, one)
    assert "Waiting" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    run(workspace)
    done = get(client, one)
    assert tiles(done)["New events"] == "7"
    assert "every 1s" not in done
    assert "7 new events stand in the journal." in text(done)
    assert [r.status for r in workspace.imports()] == ["done"]
    assert list((workspace.folder / "imports").glob("upload-*")) == []


def test_an_import_into_an_empty_workspace_makes_the_deals_funnel_the_active_one(
    client: Any, workspace: Any
) -> None:
    workspace.use("aida")
    imported(client, workspace, file("deals.csv", DEALS))
    assert workspace.active.name == "opportunities"
    stages = workspace.stage_funnel().to_dict()["stages"]
    assert [stage["reached"] for stage in stages] == [4, 2, 1]


def test_the_refused_rows_come_as_a_file(client: Any, workspace: Any) -> None:
    one = imported(client, workspace, file("deals.csv", DEALS))
    answer = client.get(f"{one}/rejects")
    assert answer["Content-Disposition"] == 'attachment; filename="import-1-rejects.csv"'
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "line,code,reason,raw"
    assert lines[1].startswith("6,time_unreadable,")
    clean = imported(client, workspace, file("log", LOG))
    assert client.get(f"{clean}/rejects").status_code == 404


def test_the_same_file_again_says_that_nothing_would_change(client: Any, workspace: Any) -> None:
    imported(client, workspace, file("deals.csv", DEALS))
    look = upload(client, file("deals.csv", DEALS))
    part = check(client, look)
    assert "the import would change nothing" in text(part)
    assert 'name="go"' not in part
    one = order(client, look)
    run(workspace)
    assert "All of it stood in the journal already" in text(get(client, one))


def test_a_corrected_value_is_no_nothing(client: Any, workspace: Any) -> None:
    imported(client, workspace, file("deals.csv", DEALS))
    part = check(client, upload(client, file("deals.csv", DEALS.replace("1200", "1300"))))
    assert tiles(part)["New events"] == "0"
    assert int(tiles(part)["Corrected values"]) >= 1
    assert "change nothing" not in text(part)
    assert 'name="go"' in part


def test_an_import_is_taken_back_with_a_word_and_may_come_again(
    client: Any, workspace: Any
) -> None:
    one = imported(client, workspace, file("deals.csv", DEALS))
    answer = client.post(f"{one}/undo", follow=True)
    assert "7 events no longer count." in text(answer.content.decode())
    workspace.catch_up()
    assert workspace.stage_funnel().to_dict()["passes"] == 0
    assert "was taken back" in text(get(client, one))
    again = client.post(f"{one}/undo", follow=True)
    assert "has been taken back already" in text(again.content.decode())
    assert tiles(check(client, upload(client, file("deals.csv", DEALS))))["New events"] == "7"


def test_an_import_that_runs_is_not_taken_back(client: Any, workspace: Any) -> None:
    one = order(client, upload(client, file("deals.csv", DEALS)))
    answer = client.post(f"{one}/undo", follow=True)
    assert "still runs" in text(answer.content.decode())
    assert workspace.imports()[0].status == "queued"


def test_without_script_the_look_button_leads_to_the_dry_run(client: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    answer = client.post(look, {"look": "1", "kind": "events", "as": "crm-opportunities"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{look}/check?kind=events")
    assert "csrf" not in answer["Location"]
    page = get(client, answer["Location"])
    assert "<html" in page
    assert "Say above which column is: Event" in text(page)


def test_two_columns_that_claim_one_field_are_named(client: Any, workspace: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    said = {"kind": "crm-opportunities", "as": "crm-opportunities", "map-0": "deal",
            "map-1": "stage", "map-3": "closed", "map-4": "closed"}  # fmt: skip
    part = check(client, look, **said)
    assert "Several columns claim to be “Closed on”: Create Date , Close Date" in text(part)
    answer = client.post(look, {"go": "1", **said})
    assert answer.status_code == 422
    assert answer.content.decode().count("is-invalid") == 2
    assert workspace.imports() == []


def test_a_column_that_is_given_up_stays_given_up(client: Any, workspace: Any) -> None:
    said = {"kind": "crm-opportunities", "as": "crm-opportunities", "map-0": "deal",
            "map-1": "stage", "map-3": "created"}  # fmt: skip
    imported(client, workspace, file("deals.csv", DEALS), **said)
    events = [event for _, event in journal.read(workspace.connection, limit=50)]
    assert {event.value for event in events} == {None}
    assert events[0].properties["Amount"] in (1200, "1200")


def test_another_kind_gets_columns_of_its_own(client: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    part = client.get(
        look,
        {"kind": "events", "as": "crm-opportunities", "map-0": "deal"},
        HTTP_HX_REQUEST="true",
        HTTP_HX_TARGET="look",
    ).content.decode()
    assert part.lstrip().startswith('<div id="look"')
    assert '<option value="anonymous"' in part
    assert 'name="as" value="events"' in part


def test_a_table_without_events_takes_one_event_for_every_row(client: Any, workspace: Any) -> None:
    table = "date,email\n2026-03-01,lena@acme.example\n2026-03-02,omar@borg.example\n"
    look = upload(client, file("leads.csv", table))
    assert 'name="event"' in get(client, look)
    said = {"kind": "events", "as": "events", "map-0": "time", "map-1": "email"}
    assert "Say above which column is: Event" in text(check(client, look, **said))
    order(client, look, event="form_submitted", **said)
    run(workspace)
    events = [event for _, event in journal.read(workspace.connection, limit=9)]
    assert [event.name for event in events] == ["form_submitted", "form_submitted"]


@pytest.mark.parametrize("kind", ["crm-opportunities", "events"])
def test_the_chosen_currency_reaches_the_amounts(client: Any, workspace: Any, kind: str) -> None:
    made = file("x.csv", DEALS if kind == "crm-opportunities" else EVENTS)
    imported(client, workspace, made, kind=kind, currency="sar")
    events = [event for _, event in journal.read(workspace.connection, limit=50)]
    found = {event.value.currency for event in events if event.value}
    assert found == {"SAR"}
    assert records.get(workspace.connection, 1).mapping["currency"] == "=SAR"


def test_a_currency_that_is_none_is_refused_beside_the_form(client: Any, workspace: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    assert "“EURO” is not a currency." in text(check(client, look, currency="EURO"))
    assert client.post(look, {"go": "1", "currency": "€"}).status_code == 422
    assert workspace.imports() == []


def test_a_file_of_another_kind_says_that_no_row_can_be_read(client: Any) -> None:
    part = check(client, upload(client, file("deals.csv", DEALS)), kind="weblog")
    assert "Not one row can be read this way." in text(part)
    assert 'name="go"' not in part


def test_a_table_with_headers_only_says_so(client: Any) -> None:
    part = check(client, upload(client, file("deals.csv", DEALS.splitlines()[0] + "\n")))
    assert "There is no row in it" in text(part)


def test_an_unknown_table_asks_what_it_is(client: Any) -> None:
    page = get(client, upload(client, file("things.csv", "a,b,c\n1,2,3\n")))
    assert "It cannot be told from the headers." in text(page)
    assert 'name="go"' not in page


def test_tables_that_only_go_with_deals_say_so(client: Any) -> None:
    page = get(client, upload(client, file("teams.csv", "sales_agent,manager\nRima,Ada\n")))
    assert "Upload them together with the table of deals." in text(page)


def test_a_file_of_another_kind_beside_it_is_named_as_not_read(client: Any) -> None:
    look = upload(client, file("deals.csv", DEALS), file("access.log", LOG))
    assert "Log of a web server: not read in this import" in text(get(client, look))


def test_a_web_log_tells_sessions_and_channels(client: Any, workspace: Any) -> None:
    look = upload(client, file("access.log", LOG))
    words = text(check(client, look))
    assert "Sessions of people 3" in words
    assert "Sessions: Search 3" in words
    order(client, look)
    run(workspace)
    assert workspace.imports()[0].new == 6


def test_an_event_file_in_json_lines_is_read(client: Any, workspace: Any) -> None:
    lines = [
        {"event": "form_submitted", "time": "2026-03-01T09:00:00Z", "person": "p1", "form": "demo"},
        {"event": "order_paid", "time": "2026-03-02T09:00:00Z", "person": "p1", "value": 5},
    ]
    content = "\n".join(json.dumps(line) for line in lines)
    imported(client, workspace, file("events.jsonl", content))
    assert [event.name for _, event in journal.read(workspace.connection, limit=9)] == [
        "form_submitted",
        "order_paid",
    ]


def test_an_upload_that_is_gone_leads_back_to_the_choice_of_files(client: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    assert client.post(look, {"drop": "1"})["Location"] == "/import"
    answers = (
        client.get(look),
        client.get(f"{look}/check"),
        client.post(look, {"go": "1"}),
        client.get("/import/new/..%2F..%2Fsecret-folder-here"),
    )
    assert {answer.status_code for answer in answers} == {404}
    assert "not here any more" in text(answers[0].content.decode())
    assert 'type="file"' in answers[2].content.decode()
    part = client.get(f"{look}/check", HTTP_HX_REQUEST="true")
    assert part["HX-Redirect"] == look


def test_the_second_of_two_orders_makes_no_second_import(client: Any, workspace: Any) -> None:
    look = upload(client, file("deals.csv", DEALS))
    order(client, look)
    assert client.post(look, {"go": "1"}).status_code == 404
    assert len(workspace.imports()) == 1


def test_an_import_that_waits_long_names_the_worker(
    client: Any, workspace: Any, settings: Any
) -> None:
    from tundish.weblib.page.workspaces import close_workspace

    one = order(client, upload(client, file("deals.csv", DEALS)))
    later = workspace.now() + 60_000_000
    settings.TUNDISH_CLOCK = lambda: later
    close_workspace()
    assert "tundish worker" in text(get(client, one))
    close_workspace()


@pytest.mark.skipif(not MAVEN.is_dir(), reason=f"no {MAVEN.name} in TUNDISH_SHARED_DATA")
def test_mavens_four_tables_go_in_together_with_the_right_numbers(
    client: Any, workspace: Any
) -> None:
    look = upload(client, *files_of(MAVEN, *TABLES))
    page = text(get(client, look))
    for name in ("Deals of a CRM", "Companies, for the deals", "Products, for the deals"):
        assert name in page
    part = check(client, look)
    assert tiles(part) == {
        "Rows read": "8,800", "New records": "8,800", "Changed records": "0",
        "Nothing changes": "0", "New events": "23,811", "Refused rows": "0",
    }  # fmt: skip
    assert "Deals 8,800 Won 4,238 Lost 2,473 In the works 1,589 Prospecting 500" in text(part)
    one = order(client, look)
    run(workspace)
    assert tiles(get(client, one))["New events"] == "23,811"
    assert workspace.active.name == "opportunities"
    report = workspace.live_report().to_dict()
    by_name = {stage["name"]: stage for stage in report["stages"]}
    assert [by_name[n]["entered"] for n in ("prospecting", "won")] == [8800, 4238]
    assert sum(stage["lost"] for stage in report["stages"]) == 2473
    assert by_name["engaging"]["still_here"] == 1589
    assert by_name["prospecting"]["still_here"] == 500
    assert "change nothing" in text(check(client, upload(client, *files_of(MAVEN, *TABLES))))
