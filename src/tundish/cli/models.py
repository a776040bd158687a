"""`tundish models [NAME]`: the ready-made funnels."""

import argparse
import sys
from typing import Any

from tundish.cli import asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the model to show")
    parser.add_argument("--yaml", action="store_true", help="print it as the YAML file it is")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    """List or show."""
    from tundish.funnel import catalogue

    if arguments.name is None:
        models = [catalogue.model(name) for name in catalogue.names()]
        if arguments.json:
            asking.print_json(models)
        else:
            _list(models)
        return 0
    if arguments.yaml:
        sys.stdout.write(catalogue.text(arguments.name))
    elif arguments.json:
        asking.print_json(catalogue.model(arguments.name))
    else:
        _show(catalogue.model(arguments.name))
    return 0


def _list(models: list[dict[str, Any]]) -> None:
    from tundish.cli import screen

    rows = [
        [model["name"], str(model["unit"]), " > ".join(stage["name"] for stage in model["stages"])]
        for model in models
    ]
    screen.plain_table(screen.console(), titles=["model", "counts", "stages"], rows=rows)


def _show(model: dict[str, Any]) -> None:
    from tundish.cli import screen
    from tundish.workspace.wording import rule_words, text_in

    to = screen.console()

    def say(text: str, style: str | None = None) -> None:
        to.print(text, style=style, markup=False)

    say(text_in(model.get("title")) or model["name"], "bold")
    for key in ("description", "origin"):
        if model.get(key):
            say(text_in(model[key]).strip())
    for number, stage in enumerate(model["stages"], 1):
        say(f"\n{number}. {text_in(stage.get('title')) or stage['name']}", "bold")
        say(f"   enters with: {rule_words(stage['enter'])}")
        if stage.get("purchase"):
            say("   this stage is the purchase")
        for key in ("owner", "activities", "touchpoints", "target", "stuck_after", "falls_back"):
            if stage.get(key):
                say(f"   {key.replace('_', ' ')}: {_shown(stage[key])}")
    for loss in model.get("loss") or []:
        say(f"\nLost, {text_in(loss.get('title')) or loss['reason']}: {rule_words(loss['when'])}")
    loop = model.get("loop")
    if loop:
        within = loop.get("within") or "any time"
        say(f"\nLoops from {loop['from']} to {loop['to']} within {within}")


def _shown(said: Any) -> str:
    from tundish.workspace.wording import text_in

    if isinstance(said, list):
        return ", ".join(text_in(one) for one in said)
    return "yes" if said is True else str(said)
