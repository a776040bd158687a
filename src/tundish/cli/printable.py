"""Text from files on its way to a terminal: what would steer the terminal is written out instead."""

_STEERING = (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Control characters, and those that turn the direction of the text around them."""
_LINE = {code: ascii(chr(code))[1:-1] for code in _STEERING}
_LINES = {code: text for code, text in _LINE.items() if code != ord("\n")}


def printable(text: str, *, lines: bool = False) -> str:
    r"""The text with `\x1b` for an escape character and so on; `lines` lets its ends of lines be."""
    return text.translate(_LINES if lines else _LINE)
