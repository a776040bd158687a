"""A process that writes an index for ever and says which steps are live. Argument: the folder."""

import sys

from columns_of_batches import step_of

from tundish.stores.index import writing


def main(folder: str) -> None:
    with writing(folder, "person") as writer:
        while True:
            change = step_of(writer.manifest.cursor)
            writer.write(change)
            if change.cursor % 5 == 0:
                writer.compact(all=change.cursor % 10 == 0)
            writer.publish()
            print(change.cursor, flush=True)


main(*sys.argv[1:])
