"""The import page before anything is written: presets, rules, the plan row by row, what is asked."""

import io
import re
import zipfile
from typing import Any

import pytest

from tests.areas.capture.import_world import check, file, imported, order, run, text, tiles, upload
from tundish.areas.capture import uploads
from tundish.journal.event import Event
from tundish.stores import journal, profiles
from tundish.stores.fields import own_fields
from tundish.terms import from_micros

HEAD = "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Create Date,Shoe size"
CONTACTS = f"""{HEAD}
1,Lena,Berg,lena@acme.example,+49 30 1,Lead,2026-01-13,38
2,Omar,Saleh,omar@borg.example,,Customer,2026-01-14,44
3,Bad,Mail,bad-mail,,Lead,2026-01-14,40
"""


@pytest.fixture
def client(browse: Any, us: Any) -> Any:
    return browse(us.owner)


def page_of(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def chosen(html: str, name: str) -> str:
    """What a select of the page shows."""
    found = re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.S)
    assert found
    option = re.search(r'<option value="([^"]*)" selected', found[0])
    return option[1] if option else ""


def test_an_export_is_named_with_what_speaks_for_it_and_may_be_called_something_else(
    client: Any,
) -> None:
    look = upload(client, file("contacts.csv", CONTACTS))
    html = page_of(client, look)
    assert chosen(html, "kind") == "hubspot.contacts"
    assert "Known by the columns Lifecycle Stage" in text(html)
    assert chosen(html, "match") == "external_id"
    assert [chosen(html, f"map-{n}") for n in range(8)] == [
        "external_id", "first_name", "last_name", "email", "phone", "lifecycle", "created", "",
    ]  # fmt: skip
    other = page_of(client, f"{look}?kind=events")
    assert chosen(other, "kind") == "events"


def test_the_plan_tells_each_row_field_by_field_and_the_import_does_just_that(
    client: Any, workspace: Any
) -> None:
    look = upload(client, file("contacts.csv", CONTACTS))
    part = check(client, look)
    assert tiles(part)["New records"] == "2"
    words = text(part)
    assert "Lena Berg E-mail lena@acme.example Telephone +49 30 1 Lifecycle stage Lead" in words
    assert "Shoe size 38" in words
    assert "“bad-mail” is not an e-mail address." in words
    assert journal.position(workspace.connection) == 0
    order(client, look)
    run(workspace)
    people = profiles.rows(workspace.connection, "person").values()
    assert {(row["name"], row["shoe_size"]) for row in people} == {
        ("Lena Berg", "38"), ("Omar Saleh", "44"),
    }  # fmt: skip


def test_old_and_new_stand_side_by_side_and_rows_are_filtered(client: Any, workspace: Any) -> None:
    imported(client, workspace, file("contacts.csv", CONTACTS))
    later = CONTACTS.replace("+49 30 1", "+49 30 2") + "4,New,One,new@x.example,,Lead,2026-02-13,\n"
    look = upload(client, file("contacts.csv", later))
    words = text(check(client, look))
    assert "All rows 4 New 1 Changed 1 Nothing changes 1 Refused 1" in words
    changed = check(client, look, show="changed")
    assert "from +49 30 1" in text(changed)
    assert "to +49 30 2" in text(changed)
    assert "new@x.example" not in changed
    assert "No such row." not in changed
    assert "Omar Saleh" in check(client, look, show="same")


def test_many_rows_come_in_pages(client: Any) -> None:
    rows = "".join(f"p{n}@x.example,Ada {n}\n" for n in range(120))
    look = upload(client, file("people.csv", f"email,name\n{rows}"))
    assert "1 of 3" in text(check(client, look))
    last = check(client, look, page="3")
    assert "Ada 119" in last
    assert "Ada 99 " not in text(last)
    assert "No such row." in check(client, look, page="99")


def test_a_column_becomes_a_new_field_another_is_left_out(client: Any, workspace: Any) -> None:
    said = {"kind": "hubspot.contacts", "as": "hubspot.contacts", "map-0": "external_id",
            "map-3": "email", "map-1": "-", "map-2": "-", "map-4": "", "map-7": "new:number",
            "rule-3": "never"}  # fmt: skip
    look = upload(client, file("contacts.csv", CONTACTS))
    assert own_fields(workspace.connection, "person") == []
    assert "Shoe size 38" in text(check(client, look, **said))
    assert own_fields(workspace.connection, "person") == []
    order(client, look, **said)
    run(workspace)
    (made,) = own_fields(workspace.connection, "person")
    assert (made.title, made.kind) == ("Shoe size", "number")
    people = list(profiles.rows(workspace.connection, "person").values())
    assert {row[made.name] for row in people} == {38, 44}
    assert not any("name" in row for row in people)
    html = page_of(client, upload(client, file("contacts.csv", CONTACTS)))
    assert chosen(html, "map-7") == f"own:{made.name}"


def test_dates_that_may_be_read_either_way_are_asked_for(client: Any, workspace: Any) -> None:
    doubtful = CONTACTS.replace("2026-01-13", "05/03/2026").replace("2026-01-14", "06/03/2026")
    look = upload(client, file("contacts.csv", doubtful))
    html = page_of(client, look)
    assert "Nothing in the file tells how 05/03/2026 is meant." in text(html)
    assert "Order of day and month" in text(html)
    assert 'name="go"' not in html
    assert client.post(look, {"go": "1"}).status_code == 422
    part = check(client, look, date_order="month")
    assert tiles(part)["New records"] == "2"
    order(client, look, date_order="month")
    run(workspace)
    seen = {row["first_seen"] for row in profiles.rows(workspace.connection, "person").values()}
    assert min(seen) == 1_777_766_400_000_000  # the third of May
    proved = upload(client, file("c.csv", CONTACTS.replace("2026-01-13", "31/12/2025")))
    assert "31/12/2025 shows it." in text(page_of(client, proved))


def test_lifecycle_stages_mean_stages_of_the_firms_funnel(client: Any, workspace: Any) -> None:
    workspace.use("aida")
    look = upload(client, file("contacts.csv", CONTACTS))
    html = page_of(client, look)
    assert "What the lifecycle stages mean here" in text(html)
    names = [stage["name"] for stage in workspace.active.body["stages"]]
    assert chosen(html, "stage-customer") == names[-1]
    said = {"definition": "aida", "stage-lead": names[1], "stage-customer": ""}
    assert "Stage:" in text(check(client, look, **said))
    order(client, look, **said)
    run(workspace)
    moved = [e for _, e in journal.read(workspace.connection, limit=50) if e.name == "stage_moved"]
    assert [(e.properties["stage"], e.estimated) for e in moved] == [(names[1], True)]


def test_a_pasted_table_is_looked_at_like_a_file(client: Any) -> None:
    answer = client.post("/import/upload", {"pasted": "Email\tName\r\na@x.example\tAda\r\n"})
    html = page_of(client, answer["Location"])
    assert chosen(html, "kind") == "people"
    assert tiles(check(client, answer["Location"]))["New records"] == "1"


def test_the_tables_of_a_zip_take_its_place_and_a_spreadsheet_is_told_what_to_do(
    client: Any,
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/contacts.csv", CONTACTS)
        archive.writestr("__MACOSX/._contacts.csv", "x")
        archive.writestr("read me.md", "hello")
    packed.name, _ = "all.zip", packed.seek(0)
    html = page_of(client, upload(client, packed))
    assert chosen(html, "kind") == "hubspot.contacts"
    assert "contacts.csv" in text(html)
    assert "all.zip" not in text(html)
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
    sheet.name, _ = "people.xlsx", sheet.seek(0)
    answer = client.post("/import/upload", {"files": [sheet]})
    assert answer.status_code == 422
    assert "Save the sheet as CSV (UTF-8)" in text(answer.content.decode())


def test_three_hundred_columns_repeated_headers_and_ragged_rows_do_no_harm(client: Any) -> None:
    wide = ",".join(["email", "name", *(f"c{n}" for n in range(298))])
    part = check(client, upload(client, file("wide.csv", f"{wide}\na@x.example,Ada{',1' * 298}\n")))
    assert tiles(part)["New records"] == "1"
    twice = "email,email,name\na@x.example,b@x.example,Ada\nshort\n"
    part = check(client, upload(client, file("twice.csv", twice)))
    assert (tiles(part)["New records"], tiles(part)["Refused rows"]) == ("1", "1")
    only = check(client, upload(client, file("only.csv", "email,name\n")))
    assert "There is no row in it" in text(only)


def test_an_import_that_waits_can_be_stopped_and_its_files_go(client: Any, workspace: Any) -> None:
    one = order(client, upload(client, file("contacts.csv", CONTACTS)))
    assert "Stop the import" in text(page_of(client, one))
    assert client.post(f"{one}/cancel").status_code == 302
    run(workspace)
    assert "stopped before anything was written" in text(page_of(client, one))
    assert journal.position(workspace.connection) == 0
    assert list((workspace.folder / "imports").iterdir()) == []


def test_a_viewer_stops_no_import(browse: Any, us: Any, client: Any) -> None:
    one = order(client, upload(client, file("contacts.csv", CONTACTS)))
    assert browse(us.viewer).post(f"{one}/cancel").status_code in (403, 404)


def test_a_plan_goes_with_its_files(client: Any, workspace: Any) -> None:
    look = upload(client, file("contacts.csv", CONTACTS))
    check(client, look)
    kept = list((workspace.folder / "imports").glob("look-*/*.sqlite3"))
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o077 == 0
    check(client, look, match="email")
    assert len(list((workspace.folder / "imports").glob("look-*/*.sqlite3"))) == 1
    client.post(look, {"drop": "1"})
    assert list((workspace.folder / "imports").iterdir()) == []
    assert uploads.Pasted("x").name == "pasted.csv"


def test_undo_keeps_what_others_changed_since_and_says_so(client: Any, workspace: Any) -> None:
    one = imported(client, workspace, file("contacts.csv", CONTACTS))
    person = next(iter(profiles.rows(workspace.connection, "person")))
    said = {"field": "city", "old": None, "new": "Aqaba"}
    at = from_micros(workspace.now())
    workspace.append([Event("by-hand", "field_changed", at, person=person, properties=said)])
    page = client.post(f"{one}/undo", follow=True).content.decode()
    assert "1 record was changed by others since; that stays." in text(page)
    workspace.catch_up()
    (left,) = profiles.rows(workspace.connection, "person").values()
    assert (left["city"], left.get("name")) == ("Aqaba", None)


def test_an_import_of_nothing_but_corrections_says_so_and_can_be_taken_back(
    client: Any, workspace: Any
) -> None:
    imported(client, workspace, file("contacts.csv", CONTACTS))
    one = imported(
        client, workspace, file("contacts.csv", CONTACTS.replace("+49 30 1", "+49 30 2"))
    )
    page = page_of(client, one)
    assert "1 new event stands in the journal." in text(page)
    assert "Take the import back" in text(page)
    client.post(f"{one}/undo")
    workspace.catch_up()
    phones = {r.get("phone") for r in profiles.rows(workspace.connection, "person").values()}
    assert phones == {"+49 30 1", None}
