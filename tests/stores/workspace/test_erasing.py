"""Erasing a person: nothing that says who it is stays anywhere, and the figures stay."""

import json

import pytest
from small_firm import PEOPLE, happened, reached

from tundish.stores import bulk_changes, journal, profiles, saved_views
from tundish.stores import imports as records
from tundish.terms import NotFoundError

ADA = {"name": "Ada Berg", "email": "ada@cedar.example", "phone": "+49 170 1234567"}


@pytest.fixture
def known(firm):
    firm.use(PEOPLE)
    merge = {"other": "anon:a", "kept": "ada"}
    firm.append(
        [
            happened("e1", "page_viewed", day=-3, person="anon:a", personal={"text": "Ada here"}),
            happened("e2", "person_identified", day=-2, person="ada", personal=ADA),
            happened("e3", "person_merged", day=-2, person="ada", properties=merge, actor="us"),
            happened("e4", "page_viewed", day=-1, person="bob", personal={"name": "Bob Ost"}),
        ]
    )
    firm.catch_up()
    return firm


def _everything_kept(workspace):
    tables = ("event", "personal", "person", "company", "deal", "record_field")
    rows = [workspace.connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
    return str(rows)


def test_a_person_is_erased_under_all_its_ids_and_from_search(known):
    before = reached(known)
    assert profiles.find(known.connection, "person", "ada b") == ["ada"]
    assert known.erase("anon:a") == 4
    left = _everything_kept(known)
    assert not [said for said in (*ADA.values(), "Ada here", "ada b") if said in left]
    assert "Bob Ost" in left
    assert profiles.find(known.connection, "person", "ada b") == []
    row = profiles.rows(known.connection, "person", ids=["ada"])["ada"]
    assert "name" not in row
    assert "first_seen" in row
    known.rebuild()
    assert reached(known) == before
    assert "Ada" not in _everything_kept(known)
    assert known.erase("ada") == 0


def test_views_and_changes_that_name_a_person_go_too(known):
    def save(name, **body):
        return saved_views.save(
            known.connection, "person", name=name, owner="user:1", shared=True, body=body, now=1
        )

    def begin(value, back):
        change = {"do": "field", "value": value}
        made = bulk_changes.begin(
            known.connection,
            "person",
            actor="user:1",
            change=change,
            records=["ada"],
            back=back,
            now=1,
        )
        bulk_changes.went_on(known.connection, made, done=1, status="done", batches=[])

    asked = {"all": [{"field": "email", "op": "equals", "value": "ADA@cedar.example"}]}
    save("by address", filter=asked)
    save("by name", q="ada berg")
    kept = save("of a place", q="berg", filter={"all": [{"field": "country", "value": "DE"}]})
    begin("DE", "f=country%3Aequals%3ADE")
    begin("Ada Berg", "all=1")
    begin("DE", "f=email%3Aequals%3Aada%40cedar.example")
    known.erase("ada")
    views = saved_views.views(known.connection, "person", reader="user:1")
    assert [view.id for view in views] == [kept]
    left = known.connection.execute("SELECT change, back FROM bulk_change").fetchall()
    assert len(left) == 1
    assert "country" in left[0][1]


def test_what_imports_keep_of_a_person_goes_too(known):
    record = records.create(known.connection, files=["f"], kind="k", mapping=None, now=1)
    said = [("d1", "contact", json.dumps("Ada Berg")), ("d1", "product", json.dumps("Pro"))]
    records.save_record_fields(known.connection, record.id, kind="k", values=said)
    folder = known.folder / "imports"
    folder.mkdir()
    for number, text in ((1, "3,code,why,ADA BERG;never"), (2, "3,code,why,Bob Ost;never")):
        (folder / f"import-{number}-rejects.csv").write_text(text)
    known.erase("ada")
    assert records.record_field(known.connection, "k", "d1", "contact") is None
    assert records.record_field(known.connection, "k", "d1", "product") == '"Pro"'
    assert [path.name for path in folder.iterdir()] == ["import-2-rejects.csv"]


def test_the_personal_values_of_an_undone_import_are_deleted(firm, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("event,time,email,name\nform_submitted,2025-01-02,ada@cedar.example,Ada Berg\n")
    result = firm.import_files(file)
    firm.catch_up()
    assert "ada@cedar.example" in _everything_kept(firm)
    firm.undo(result.id)
    firm.catch_up()
    left = _everything_kept(firm)
    assert "ada@cedar" not in left
    assert "Ada" not in left


def test_one_who_is_not_there_cannot_be_erased(known):
    with pytest.raises(NotFoundError) as nobody:
        known.erase("zed")
    assert nobody.value.code == "person_not_found"
    assert journal.position(known.connection) == 4
