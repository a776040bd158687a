"""A page or a part of it, the workspace behind it, and how its reader sees numbers and dates."""

from tundish.weblib.page.display import Display
from tundish.weblib.page.render import ask_toast, page, redirect_to, toast
from tundish.weblib.page.workspaces import workspace_for

__all__ = ["Display", "ask_toast", "page", "redirect_to", "toast", "workspace_for"]
