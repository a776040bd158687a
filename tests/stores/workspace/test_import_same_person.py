"""Nobody comes twice: who is known by a number of the other system, or by name and telephone together."""

from tests.stores.workspace.test_import_people import done, table
from tundish.stores import profiles

HEAD = "Contact ID,First name,Last name,Email,Phone"


def count(firm):
    return len(profiles.rows(firm.connection, "person"))


def test_who_came_by_another_mapping_is_found_by_id_and_name_or_by_telephone_and_name(
    firm, tmp_path
):
    done(firm, table(tmp_path, "501,Lena,Kern,lena@kern.example,+49 30 123456", head=HEAD))
    hubspot = {"preset": "=hubspot.contacts"}
    # The same number in a file that is said to be of a system, without address or telephone.
    done(firm, table(tmp_path, "501,Lena,Kern,,", head=HEAD), kind="people", mapping=hubspot)
    assert count(firm) == 1
    # No number: the name and the telephone, however it is written.
    done(firm, table(tmp_path, ",lena,KERN,,0049 (30) 12-3456", head=HEAD))
    assert count(firm) == 1


def test_who_came_from_a_system_is_found_when_nobody_names_it(firm, tmp_path):
    hubspot = {"preset": "=hubspot.contacts"}
    path = table(tmp_path, "501,Lena,Kern,lena@kern.example,", head=HEAD)
    done(firm, path, kind="people", mapping=hubspot)
    done(firm, table(tmp_path, "501,Lena,Kern,,+49 30 123456", head=HEAD), mapping={"preset": "="})
    assert count(firm) == 1


def test_another_systems_number_of_another_name_is_another_person(firm, tmp_path):
    done(firm, table(tmp_path, "501,Lena,Kern,lena@kern.example,+49 30 123456", head=HEAD))
    other = table(tmp_path, "501,Omar,Saleh,,+49 30 123456", head=HEAD)
    done(firm, other, kind="people", mapping={"preset": "=hubspot.contacts"})
    assert count(firm) == 2


def test_one_person_in_two_rows_of_one_file_comes_once(firm, tmp_path):
    rows = ("1,Lena,Kern,,+49 30 123456", "2,Lena,Kern,,+49 30 123456")
    done(firm, table(tmp_path, *rows, head=HEAD))
    assert count(firm) == 1
