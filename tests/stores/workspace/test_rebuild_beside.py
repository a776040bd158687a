"""A rebuild beside a worker: the lake has one writer at a time."""

import pytest
from small_firm import happened

from tundish.stores import lake
from tundish.terms import WorkspaceError
from tundish.workspace import follow, leases, rebuild
from tundish.workspace.leases import holding


@pytest.fixture
def busy(firm):
    firm.append([happened(f"e{n}", "page_viewed", person=f"p{n}") for n in range(5)])
    firm.catch_up()
    return firm


def test_a_rebuild_waits_for_the_one_who_writes_the_lake(busy, monkeypatch):
    waited = []
    with holding(busy, follow.LAKE) as held:

        def done_meanwhile(seconds):
            waited.append(seconds)
            if len(waited) == 2:
                assert lake.parts(busy.folder)  # nobody took the files away from the other
                rebuild.firm.drop_lease(busy.connection, follow.LAKE, holder=held.holder)

        monkeypatch.setattr(leases, "sleep", done_meanwhile)
        assert busy.rebuild() == 5
    assert len(waited) == 2
    assert [(part.first, part.last) for part in lake.parts(busy.folder)] == [(1, 5)]


def test_a_lake_that_stays_taken_is_told(busy, monkeypatch):
    monkeypatch.setattr(leases, "sleep", lambda _: None)
    with holding(busy, follow.LAKE), pytest.raises(WorkspaceError) as taken:
        busy.rebuild()
    assert taken.value.code == "workspace_busy"


def test_nobody_else_writes_the_lake_while_it_is_made_anew(busy, monkeypatch):
    append, stopped = lake.append, []

    def meanwhile(*given, **named):
        if not stopped:
            stopped.append(True)
            with pytest.raises(follow.Overtaken), holding(busy, follow.LAKE):
                pass
        return append(*given, **named)

    monkeypatch.setattr(lake, "append", meanwhile)
    monkeypatch.setattr(rebuild, "_EVENTS_AT_ONCE", 2)
    busy.rebuild()
    assert stopped
    assert sum(part.rows for part in lake.parts(busy.folder)) == 5
