"""The fast index against a count by hand: units, merges and attempts told from the rules alone."""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import tundish
from tundish.journal.event import Event
from tundish.stores import journal
from tundish.stores.index import disk, ids, part, place_of
from tundish.workspace import indexing

T0 = datetime(2026, 1, 1, tzinfo=UTC)
ODD = [datetime(1960, 5, 5, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]
SPANS = {"0s": 0, "1m": 60, "2d": 172_800, "4000d": 345_600_000}
MIXED = [1, 1.0, True, "1", "", 0, False, "é\n\u2028"]
STAGES = [
    {"name": "seen", "enter": {"event": "a"}},
    {"name": "asked", "enter": {"event": "b"}},
    {"name": "bought", "enter": {"event": "c"}, "purchase": True},
]


class ByHand:
    """A workspace in which things happen, and the same told once more in plain lists."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.workspace = tundish.open(folder, create=True, clock=lambda: 1_800_000_000_000_000)
        self.told, self.live, self.minutes = [], [], 0

    def send(self):
        draw, events = self.random, []
        for _ in range(draw.randrange(1, 20)):
            self.minutes += draw.choice([0, 0, 1, 60])
            late = draw.randrange(9_000) if draw.random() < 0.1 else 0
            at = T0 + timedelta(minutes=self.minutes - late)
            event = Event(
                id=f"e{len(self.told) + len(events)}", name=draw.choice("abcd"),
                occurred_at=draw.choice(ODD) if draw.random() < 0.005 else at,
                person=draw.choice([None, *(f"p{i}" for i in range(7))]),
                session=draw.choice([None, "s0", "s1", "s2"]),
                properties={"mix": draw.choice(MIXED)} if draw.random() < 0.5 else {},
                batch=draw.choice([None, None, "x", "y"]), bot=draw.random() < 0.05,
            )  # fmt: skip
            events.append(event)
        self._append(events)

    def merge(self):
        other, kept = self.random.sample([f"p{i}" for i in range(7)], 2)
        said = {"other": other, "kept": kept}
        self._append([Event(
            id=f"e{len(self.told)}", name="person_merged", occurred_at=T0, actor="us",
            properties=said,
        )])  # fmt: skip

    def take_back(self):
        connection, now = self.workspace.connection, self.workspace.now()
        batch = self.random.choice("xy")
        standing = [at for at, live in enumerate(self.live) if live]
        of_batch = [at for at in standing if self.told[at].batch == batch]
        if of_batch and self.random.random() < 0.2:
            journal.void(connection, batch=batch, now=now, actor="us")
        elif standing:
            merges = [at for at in standing if self.told[at].name == "person_merged"]
            of_batch = [self.random.choice(merges or standing)]
            journal.void(connection, event=self.told[of_batch[0]].id, now=now, actor="us")
        else:
            of_batch = []
        for at in of_batch:
            self.live[at] = False

    def follow(self):
        indexing.follow(self.workspace, whole=self.random.random() < 0.2)

    def _append(self, events):
        self.workspace.append(events)
        self.told += events
        self.live += [True] * len(events)

    def units(self, kind):
        """({unit: its events}, who somebody is after all merges)."""
        standing = [e for e, live in zip(self.told, self.live, strict=True) if live]
        joined, found = {}, {}
        for event in standing:
            if event.name == "person_merged":
                joined.setdefault(event.properties["other"], event.properties["kept"])
        who = {f"p{i}": f"p{i}" for i in range(7)}
        for one, two in joined.items():
            old, new = who[one], who[two]
            who = {p: new if w == old else w for p, w in who.items()}
        for event in standing:
            unit = getattr(event, kind)
            if unit is not None and not event.bot and event.name != "person_merged":
                found.setdefault(who.get(unit, unit), []).append(event)
        return found, who


def fills(event, step):
    if event.name != step["event"]:
        return False
    wanted = step.get("where", {}).get("mix")
    value = event.properties.get("mix")
    same = isinstance(value, bool) == isinstance(wanted, bool) and value == wanted
    return wanted is None or (value is not None and same)


def longest(events, said):
    """How many steps the unit's longest attempt fills: every first event, every next one tried."""
    steps, window = said["steps"], timedelta(seconds=SPANS[said["window"]])
    last = None
    if "to" in said:
        last = datetime.fromisoformat(said["to"])
        if said.get("range_limits") == "attempt":
            events = [e for e in events if e.occurred_at <= last]

    def further(step, event, used, end):
        if step == len(steps):
            return step
        found = step
        for following_one in events:
            at = following_one.occurred_at
            if (
                event.occurred_at <= at <= end
                and following_one.id not in used
                and fills(following_one, steps[step])
            ):
                used_now = {*used, following_one.id}
                found = max(found, further(step + 1, following_one, used_now, end))
                if found == len(steps):
                    break
        return found

    begin = [e for e in events if fills(e, steps[0]) and (last is None or e.occurred_at <= last)]
    if said.get("entry") == "first" and begin:
        first = min(e.occurred_at for e in begin)
        begin = [e for e in begin if e.occurred_at == first]
    return max((further(1, e, {e.id}, e.occurred_at + window) for e in begin), default=0)


def step_question(draw):
    steps = [{"event": draw.choice("abcd")} for _ in range(draw.randrange(1, 4))]
    if draw.random() < 0.4:
        steps[-1]["where"] = {"mix": draw.choice(MIXED)}
    said = {
        "steps": steps, "unit": draw.choice(["person", "session"]),
        "window": draw.choice(list(SPANS)),
    }  # fmt: skip
    if draw.random() < 0.3:
        said["to"] = "2026-01-02T00:00:00+00:00"
        said["range_limits"] = draw.choice(["entry", "attempt"])
    if draw.random() < 0.2:
        said["entry"] = "first"
    return said


def check_steps(firm):
    said = step_question(firm.random)
    found, who = firm.units(said["unit"])
    depth = {unit: longest(events, said) for unit, events in found.items()}
    with indexing.asking("index"):
        answer = firm.workspace.step_funnel(said).to_dict(lists=True)
    for place, people in enumerate(answer["lists"]["reached"]):
        wanted = sorted(unit for unit, deep in depth.items() if deep > place)
        assert sorted(who.get(one, one) for one in people) == wanted, (said, place)


def check_stages(firm):
    kind, wanted = firm.random.choice(["person", "session"]), [0, 0, 0]
    for events in firm.units(kind)[0].values():
        past = [e for e in events if e.occurred_at.year < 2090]
        bought = len({e.occurred_at for e in past if e.name == "c"})  # each begins a pass
        names = {e.name for e in past}
        told = [bool(names & {"a", "b"}), "b" in names, False]
        wanted = [n + (bought or one) for n, one in zip(wanted, told, strict=True)]
    said = {"name": "own", "unit": kind, "stages": STAGES}
    with indexing.asking("index"):
        stages = firm.workspace.stage_funnel(said).to_dict()["stages"]
    assert [stage["reached"] for stage in stages] == wanted


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(indexing, "FEWEST_EVENTS", 1)
    monkeypatch.setattr(indexing, "_STRETCH", 23)
    monkeypatch.setattr(indexing, "_TAIL", 5)
    monkeypatch.setattr(indexing, "units_in_use", lambda _: ["person", "session"])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("compiled", [False, True])
def test_whatever_happens_the_index_counts_as_one_does_by_hand(
    tmp_path, monkeypatch, seed, compiled
):
    if compiled:
        pytest.importorskip("numba")
    monkeypatch.setattr(indexing, "compiled", lambda _: compiled)
    firm, answered = ByHand(tmp_path, seed + 10 * compiled), 0
    with firm.workspace:
        for _ in range(20):
            firm.random.choice([firm.send] * 4 + [firm.follow] * 3 + [firm.merge, firm.take_back])()
            with indexing.asking("index"):
                answered += indexing.packed(firm.workspace, "person") is not None
            check_steps(firm)
            check_stages(firm)
    assert answered > 5


@pytest.mark.usefixtures("small")
def test_in_each_bucket_of_a_trend_the_first_entry_counts_though_one_before_came_to_nothing(
    tmp_path,
):
    """`entry: first` is judged within the bucket (A15), not from the first entry of all."""
    firm = ByHand(tmp_path, 1)
    days = [("a", 0), ("a", 1), ("b", 1)]
    with firm.workspace as workspace:
        firm._append([
            Event(id=f"e{at}", name=name, occurred_at=T0 + timedelta(days=day), person="p")
            for at, (name, day) in enumerate(days)
        ])  # fmt: skip
        indexing.follow(workspace, whole=True)
        said = {
            "steps": [{"event": "a"}, {"event": "b"}], "window": "1h", "entry": "first",
            "now": "2026-02-01",
        }  # fmt: skip
        with indexing.asking("index"):
            assert indexing.packed(workspace, "person") is not None
            answer = workspace.step_funnel(said).to_dict()
    assert [step["reached"] for step in answer["steps"]] == [1, 0]
    trend = [(one["entered"], one["converted"]) for one in answer["trend"]]
    assert trend == [(1, 0), (1, 1)]


QUESTION = {
    "steps": [{"event": "a"}, {"event": "b", "where": {"mix": 1}}], "window": "2d",
    "breakdown": {"property": "mix"},
}  # fmt: skip


def test_no_altered_bit_becomes_a_number_and_the_index_is_built_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(indexing, "FEWEST_EVENTS", 1)
    monkeypatch.setattr(part, "_sound", set())
    monkeypatch.setattr(ids, "_sound", {})
    firm = ByHand(tmp_path, 4)
    place, draw = place_of(tmp_path, "person"), firm.random
    with firm.workspace as workspace:
        while len(firm.told) < 300:
            firm.send()
        firm.merge()
        indexing.follow(workspace, whole=True)
        firm.send()
        with indexing.asking("general"):
            wanted = workspace.step_funnel(QUESTION).to_dict(lists=True)
        kinds = {path.name.split(".")[-1].split("-")[0] for path in place.iterdir()} - {"lock"}
        assert kinds == {"json", "part", "values", "ids", "ends", "hash", "table"}
        for kind in sorted(kinds):
            path = draw.choice([p for p in place.iterdir() if f".{kind}" in p.name])
            _flip(path, draw.randrange(path.stat().st_size))
            part._sound.clear()
            ids._sound.clear()
            indexing._kept.clear()  # as another process has it
            with indexing.asking("index"):
                assert workspace.step_funnel(QUESTION).to_dict(lists=True) == wanted, path.name
            indexing.follow(workspace, whole=True)
            with indexing.asking("index"):
                assert workspace.step_funnel(QUESTION).to_dict(lists=True) == wanted, path.name


def _flip(path: Path, at: int) -> None:
    """Alter a bit of a file, in place, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(at)
        (was,) = file.read(1)
        file.seek(at)
        file.write(bytes([was ^ 4]))


@pytest.mark.usefixtures("small")
def test_a_question_goes_on_with_the_files_that_it_opened_while_a_writer_replaces_them_all(
    tmp_path, monkeypatch
):
    firm = ByHand(tmp_path, 5)
    with firm.workspace as workspace:
        while len(firm.told) < 60:
            firm.send()
        indexing.follow(workspace, whole=True)
        with indexing.asking("general"):
            wanted = workspace.step_funnel(QUESTION).to_dict(lists=True)
        opened = indexing.packed

        def replaced(*said):
            found = opened(*said)
            indexing.rebuild(workspace)
            return found

        monkeypatch.setattr(indexing, "packed", replaced)
        indexing._kept.clear()
        with indexing.asking("index"):
            assert workspace.step_funnel(QUESTION).to_dict(lists=True) == wanted
        assert not (place_of(tmp_path, "person") / "damaged").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full disk to write on")
def test_the_room_of_a_mapped_file_is_asked_of_the_disk_before_it_is_mapped():
    with pytest.raises(OSError, match="No space left"):
        disk.room_for(Path("/dev/full"), 1 << 20)


def test_where_no_folder_can_be_written_the_machine_code_is_made_anew(monkeypatch):
    dispatcher = pytest.importorskip("numba.core.dispatcher")
    from tundish.funnel.packed import compiled_loops

    def refused(_):
        raise RuntimeError("cannot cache function")

    monkeypatch.setattr(dispatcher.Dispatcher, "enable_caching", refused)
    assert compiled_loops._jit(lambda a: a + 1).py_func(1) == 2
