"""The import page on lists of other languages: columns by their cells, what the user chose, who is found."""

from typing import Any

import pytest

from tests.areas.capture.import_world import check, file, imported, text, tiles, upload
from tests.areas.capture.test_import_wizard import chosen, page_of
from tundish.stores import profiles

HEAD = "Kontakt-Nr.,Vorname,Nachname,E-Mail Adresse,Telefonnummer,Firma"
GERMAN = f"{HEAD}\n501,Lena,Kern,lena@kern.example,+49 30 123456,Kern AG\n"


@pytest.fixture
def client(browse: Any, us: Any) -> Any:
    return browse(us.owner)


def fields(html: str, count: int) -> list[str]:
    return [chosen(html, f"map-{n}") for n in range(count)]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (HEAD, ["external_id", "first_name", "last_name", "email", "phone", "company"]),
        (
            "Numéro client,Prénom,Nom,Adresse e-mail,Téléphone,Société",
            ["external_id", "first_name", "last_name", "email", "phone", "company"],
        ),
        (
            "ID cliente,Nombre,Apellidos,Correo electrónico,Teléfono,Empresa",
            ["external_id", "first_name", "last_name", "email", "phone", "company"],
        ),
        (
            "رقم العميل,الاسم الأول,اسم العائلة,عنوان البريد الإلكتروني,رقم الهاتف,الشركة",
            ["external_id", "first_name", "last_name", "email", "phone", "company"],
        ),
        ("A,Vorname,Name,X,Y,Z", ["", "first_name", "last_name", "email", "phone", ""]),
    ],
)
def test_the_columns_of_four_languages_are_known_by_header_or_by_their_cells(
    client: Any, head: str, found: list[str]
) -> None:
    html = page_of(client, upload(client, file("liste.csv", GERMAN.replace(HEAD, head))))
    assert chosen(html, "kind") == "people"
    assert fields(html, 6) == found
    assert "No column is" not in text(html)


def test_a_match_key_without_a_column_is_told_before_the_import(client: Any) -> None:
    look = upload(client, file("liste.csv", "Vorname,Nachname,Telefon\nLena,Kern,+49 30 123456\n"))
    words = text(page_of(client, look))
    assert "Then by the others: e-mail, the number in the same other system" in words
    assert "No column is “E-mail”" in words
    said = {"kind": "people", "as": "people", "map-0": "first_name", "map-1": "last_name"}
    assert "or the same people come twice" in text(check(client, look, **said))
    with_phone = text(check(client, look, **said, **{"map-2": "phone"}))
    assert "Without it only these find them: Telephone and name together" in with_phone
    assert "No column" not in text(
        check(client, look, **said, **{"map-2": "phone", "match": "phone"})
    )


def test_a_preset_chosen_by_hand_keeps_what_the_user_mapped_and_what_it_does_not_name(
    client: Any,
) -> None:
    look = upload(client, file("liste.csv", GERMAN))
    said = {"kind": "hubspot.contacts", "as": "people", "map-0": "external_id", "map-1": "first_name",
            "map-2": "last_name", "map-3": "email", "map-4": "", "map-5": "company",
            "rule-3": "never"}  # fmt: skip
    html = page_of(client, f"{look}?{'&'.join(f'{k}={v}' for k, v in said.items())}")
    assert chosen(html, "kind") == "hubspot.contacts"
    assert fields(html, 6) == ["external_id", "first_name", "last_name", "email", "", "company"]
    assert chosen(html, "rule-3") == "never"


def test_lifecycle_stages_are_proposed_without_a_preset_too(client: Any, workspace: Any) -> None:
    workspace.use("aida")
    names = [stage["name"] for stage in workspace.active.body["stages"]]
    words = ("lead", "marketingqualifiedlead", "opportunity", "customer")
    rows = "".join(f"a{n}@x.example,Ada,{word}\n" for n, word in enumerate(words))
    look = upload(client, file("list.csv", f"Email,Name,Lifecycle Stage\n{rows}"))
    html = page_of(client, look)
    assert [chosen(html, f"stage-{word}") for word in words] == [
        names[1], names[2], names[min(3, len(names) - 2)], names[-1],
    ]  # fmt: skip


def test_the_plan_calls_companies_by_their_names_and_no_formula_is_a_telephone_number(
    client: Any, workspace: Any
) -> None:
    odd = GERMAN + "502,Omar,Saleh,omar@kern.example,=1+1,Kern AG\n"
    part = check(client, upload(client, file("liste.csv", odd)))
    assert "Company Kern AG" in text(part)
    assert "Telephone =1+1" not in text(part)
    imported(client, workspace, file("liste.csv", odd))
    phones = {row.get("phone") for row in profiles.rows(workspace.connection, "person").values()}
    assert phones == {"+49 30 123456", None}
    moved = odd.replace("lena@kern.example,+49 30 123456,Kern AG", "lena@kern.example,,Borg SE")
    assert "kern.example" not in text(check(client, upload(client, file("b.csv", moved)))).split(
        "Company", 1
    )[-1].replace("@kern.example", "")


def test_a_row_of_an_id_alone_is_nobody(client: Any) -> None:
    look = upload(client, file("c.csv", "Contact ID,Name,Email\n505,,\n506,Ada,a@x.example\n"))
    part = tiles(check(client, look))
    assert (part["New records"], part["Refused rows"]) == ("1", "1")
