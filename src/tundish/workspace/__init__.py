"""One firm's folder: data, clock and definitions bound together. The Python API of Tundish.

The command line and the web call it too, so that the same question has the same answer there.
"""

from tundish.workspace.explanation import Explanation
from tundish.workspace.opening import open_workspace
from tundish.workspace.results import ImportResult
from tundish.workspace.workspace import Workspace

__all__ = ["Explanation", "ImportResult", "Workspace", "open_workspace"]
