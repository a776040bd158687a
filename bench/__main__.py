"""`./run bench [NAME …]`: what is fast, and how fast, beside a yardstick measured in the same run."""

import importlib
import sys

NAMES = ("steps", "stages", "append", "pages", "start", "import")
"""Those of a run without names; `funnel` (with the extra bench) and `capture` take options of their own."""


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 when an absolute limit is missed."""
    if names[:1] == ["funnel"]:
        return 0 if importlib.import_module("bench.bench_funnel").run(names[1:]) else 1
    if names[:1] == ["capture"]:
        return 0 if importlib.import_module("bench.bench_capture").run(names[1:]) else 1
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(
            f"There is no benchmark “{unknown[0]}”. Choose among: {', '.join(NAMES)}, funnel, capture.",
            file=sys.stderr,
        )
        return 1
    held = [importlib.import_module(f"bench.bench_{name}").run() for name in names or NAMES]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
