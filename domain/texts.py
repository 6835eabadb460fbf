"""Texts that people write: normalised, bounded, and free of what no keyboard types."""

import re
import unicodedata

from domain.refusals import InvalidField, InvalidFieldCode

# Control characters (but not newline and tab), unpaired surrogates, and the marks that turn the
# writing direction of everything after them; joiners stay, emoji and many scripts need them.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]"
)
# Letters, symbols and marks that show nothing, whatever their category says.
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")
# More than any text may have, so what is longer need not be read to its end.
_LONGEST = 20_000
_CUT_OFF = "\N{REPLACEMENT CHARACTER}"
# What may hold marks upon marks, which are neither letters nor white space.
_SIGN = r"[^\w\s\x00-\u02ff]"
# Looked for where they begin only, because to look for them at each sign would take long.
_SIGNS = re.compile(rf"(?<!{_SIGN}){_SIGN}{{31,}}")
# More in a row than any script needs: the Stream-Safe Text Format of Unicode Standard Annex 15.
_MOST_MARKS = 30


def clean(text: str, *, lines: bool = False) -> str:
    """Normalise a text: NFC, no invisible controls, trimmed; one that shows nothing is empty.

    Of marks upon one letter the first 30 stay. What has more than 20,000 characters has 20,000
    afterwards, however few of them show something, so that every check of its length refuses it.

    Args:
        text: what a person wrote.
        lines: whether line breaks stay (at most two in a row); otherwise all white space
            becomes single spaces.
    """
    is_whole, text = len(text) <= _LONGEST, text[:_LONGEST]
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # To put marks in order takes time that grows with the square of their number.
    text = _few_marks(unicodedata.normalize("NFC", _few_marks(text)))
    text = _MANY_NEWLINES.sub("\n\n", text) if lines else _SPACES.sub(" ", text)
    text = text.strip() if any(map(_shows, set(text))) else ""
    return text if is_whole else text.ljust(_LONGEST, _CUT_OFF)


def _few_marks(text: str) -> str:
    return _SIGNS.sub(_without_surplus, text)


def _without_surplus(signs: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in signs[0]:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _shows(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] not in "CZ"


def length_problems(path: str, text: str, *, least: int = 0, most: int) -> list[InvalidField]:
    """Say what is wrong with the length of a cleaned text.

    Args:
        path: the field, in the schema's names.
        text: the cleaned text.
        least: the fewest characters.
        most: the most characters.
    """
    if len(text) < least:
        if not text:
            return [InvalidField(path, f"{path} must not be empty.", InvalidFieldCode.MISSING)]
        wanted = f"{path} needs at least {least} characters."
        return [InvalidField(path, wanted, InvalidFieldCode.TOO_SHORT)]
    if len(text) > most:
        wrong = f"{path} has more than {most} characters."
        return [InvalidField(path, wrong, InvalidFieldCode.TOO_LONG)]
    return []
