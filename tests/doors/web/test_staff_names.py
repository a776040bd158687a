"""What our own people did is shown with their names; the journal keeps only their public ids."""

from typing import Any

from tests.areas.capture.import_world import EVENTS, file, order, run, upload


def test_an_import_names_whoever_ordered_it_and_the_journal_only_their_public_id(
    browse: Any, us: Any, workspace: Any
) -> None:
    client = browse(us.owner)
    at = order(client, upload(client, file("events.csv", EVENTS)))
    run(workspace)
    assert f"<bdi>{us.owner.name}</bdi>" in client.get(at).content.decode()
    client.post(f"{at}/undo")
    actors = workspace.connection.execute("SELECT DISTINCT name, actor FROM event").fetchall()
    # The rows' deeds are nobody's of ours; the undo is.
    assert {row[1] for row in actors if row[0] != "events_voided"} == {None}
    assert ("events_voided", f"user:{us.owner.pk}") in {tuple(row) for row in actors}
