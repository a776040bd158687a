"""Addresses of pages: the end of `/p/…`, made of a title in whatever script it is written."""

import re

from django.utils.text import slugify

LONGEST = 60
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_LETTERS = dict(zip(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآىةؤئپچژگکی",
    "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a i a a a w y p ch zh g k y".split(),
    strict=True,
))  # fmt: skip
_DIGITS = {ord(digit): str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
# Between consonants these two letters are vowels.
_VOWELS = {"و": "u", "ي": "i", "ی": "i"}
_VOWEL = re.compile(r"(?<=[بتثجحخدذرزسشصضطظعغفقكلمنهپچژگک])[ويی](?![اأآةى])")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")


def proposed(text: str, *, otherwise: str = "page") -> str:
    """A title as an address: Arabic letters as Latin ones, no tags; `otherwise` where none is left."""
    return as_address(_TAG.sub(" ", text))[:50].strip("-") or otherwise


def as_address(text: str) -> str:
    """Letters from a to z, digits and hyphens; empty where nothing of the text can be one."""
    plain = _MARKS.sub("", text).translate(_DIGITS)
    plain = _VOWEL.sub(lambda found: _VOWELS[found[0]], plain)
    latin = "".join(_LETTERS.get(letter, letter) for letter in plain)
    return slugify(latin.replace("_", "-"))[:LONGEST].strip("-")
