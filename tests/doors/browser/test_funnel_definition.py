"""Another model in one click, seen beforehand, and back with one more."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "areas" / "insight"))


def test_a_model_is_compared_chosen_and_taken_back(
    workspace: Any, signed_in_page: Callable[..., Any]
) -> None:
    from funnel_world import fill

    fill(workspace)
    page = signed_in_page("/definition")
    page.get_by_role("link", name="See what changes with AIDA").click()
    assert workspace.active.name == "looped"
    page.get_by_role("heading", name="Who would stand where").wait_for()
    page.get_by_role("button", name="Use this model").click()
    page.get_by_text("is your funnel now.").wait_for()
    assert workspace.active.name == "aida"
    page.locator(".note-toast form button, .note-toast button[hx-post]").first.click()
    page.get_by_text("is your funnel again.").wait_for()
    assert workspace.active.name == "looped"
    assert page.faults == []
