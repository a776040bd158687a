"""A writer killed at any instant leaves the old state or the new one, and the next goes on from it."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

from columns_of_batches import Steps, step_of
from packed_rows import rows_of

from tundish.stores.index import open_snapshot, place_of, writing

_WRITER = Path(__file__).with_name("index_writer.py")


def test_a_killed_writer_leaves_a_whole_state_and_loses_no_live_step(tmp_path):
    draw, place, told = random.Random(), place_of(tmp_path, "person"), 0
    for _ in range(5):
        command = [sys.executable, str(_WRITER), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            for _ in range(draw.randrange(1, 12)):
                told = int(writer.stdout.readline())
            for _ in range(draw.randrange(20_000)):  # anywhere within a step
                pass
            writer.kill()
            told = max([told, *map(int, writer.stdout.read().split())])
        found = open_snapshot(place)
        assert found.manifest.cursor in (told, told + 1)
        wanted = Steps(map(step_of, range(found.manifest.cursor))).rows()
        assert rows_of(found.events()) == wanted
        with writing(tmp_path, "person") as next_one:
            next_one.verify()
            assert {path.name for path in place.iterdir()} <= {
                "lock", *next_one.manifest.files()
            }  # fmt: skip


def test_every_state_between_two_live_ones_is_passed_over(tmp_path):
    """A writer that never publishes leaves files behind; those who come later see none of them."""
    with writing(tmp_path, "person") as writer:
        for number in range(3):
            writer.write(step_of(number))
        writer.publish()
    place = place_of(tmp_path, "person")
    wanted = rows_of(open_snapshot(place).events())
    for whole in (False, True):
        with writing(tmp_path, "person") as writer:
            writer.write(step_of(3 + whole))
            writer.compact(all=whole)
        assert rows_of(open_snapshot(place).events()) == wanted
    with writing(tmp_path, "person") as writer:
        writer.verify()
        writer.write(step_of(3))
        writer.publish()
    assert rows_of(open_snapshot(place).events()) == Steps(map(step_of, range(4))).rows()
    shutil.rmtree(place)
    assert open_snapshot(place) is None
