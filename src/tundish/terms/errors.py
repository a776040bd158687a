"""One tree of errors. Raised in the core, translated once per door."""


class TundishError(Exception):
    """Something that a person can put right: what is wrong, a stable code, and the next thing to do.

    `message` is a full sentence that names the thing and the allowed values, `hint` says what to do,
    `place` is where in the input it is wrong (`steps[2].where`, `line 14`), or empty.
    """

    def __init__(self, message: str, code: str, hint: str = "", *, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class DefinitionError(TundishError):
    """A funnel definition says something that has no meaning."""


class InputError(TundishError):
    """A file, a row or a request cannot be read."""


class WorkspaceError(TundishError):
    """The workspace's folder is missing, locked, or of another version."""


class NotFoundError(TundishError):
    """A thing that was named does not exist, or may not be seen by the one who asks."""


class NotAllowedError(TundishError):
    """The one who asks has no right to do this."""
