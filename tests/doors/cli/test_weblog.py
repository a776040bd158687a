"""A real web server's log through the command line: bots apart, sessions, channels, no addresses."""

import pytest

import tundish
from tests.shared import SHARED
from tundish.cli.main import main

LOG = SHARED / "web_access_log" / "apache_logs"

pytestmark = pytest.mark.skipif(not LOG.is_file(), reason=f"absent shared data: {LOG.name}")


def test_a_web_servers_log_becomes_sessions_with_channels_and_without_bots(tmp_path, capsys):
    place = tmp_path / "firm"
    assert main(["import", str(LOG), "--data", str(place)]) == 0
    assert "from 10,000 rows (weblog)" in capsys.readouterr().out
    with tundish.open(place) as workspace:
        events = workspace.events()
        assert {"session_started", "page_viewed"} == set(events.event.to_list())
        assert {"search", "referral", "direct"} <= set(events.property("channel").values)
        whole = workspace.position
        people = workspace.unit_properties("person")
        assert 0 < len(events) < whole  # the bots' events are kept, and counted nowhere
        assert set(people) == set(events.units["person"].values)
        assert all(person.startswith("anon:") for person in people)
    assert main(["import", str(LOG), "--data", str(place)]) == 0
    assert "0 new events" in capsys.readouterr().out
    kept = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    assert b"83.149.9.216" not in kept
    assert b"semicomplete.com" in kept
