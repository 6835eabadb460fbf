"""What is recognised in texts: mentions, hashtags and links, in time linear in the text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from domain import handles

MOST = 50
"""The most mentions, hashtags and links each that are recognised in one text: the first ones."""

TAG_LENGTH = 100
"""The most characters of a hashtag, as it is written and in its plain form."""

URL_LENGTH = 2_000
"""The most characters of a link."""

_URL = re.compile(r"(?<![\w#\uff03@])https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?")
_MENTION = re.compile(rf"(?<![\w@#&/.+-])@({handles.PATTERN})(?![\w@])")
_SIGN = re.compile("[#\uff03]")
_CLOSING = {")": "(", "]": "["}
_TRAILING = frozenset(".,;:!?'\u2019\u201d\u2026*_~")
_JOINERS = frozenset("\u200c\u200d")
# Of what is no letter, what words are still written with: _, and the middle dots of Catalan and
# Japanese, as in the Unicode Standard Annex 31, section 6.
_IN_TAGS = frozenset("_\u00b7\u30fb") | _JOINERS


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that is recognised in a text.

    Attributes:
        offset: where it begins, in Unicode code points.
        length: how long it is, its sign included, in code points.
        value: the handle, the tag in its plain form, or the address.
    """

    offset: int
    length: int
    value: str


def links_in(text: str) -> list[Entity]:
    """Find addresses of the web: absolute ones of http and https with a host and no user.

    Punctuation at the end of one belongs to the sentence, and so do brackets that it does not open.
    """
    return list(islice(_links(text), MOST))


def mentions_in(text: str) -> list[Entity]:
    """Find what may be mentions: handles after an @ that stands by itself, outside of links."""
    outside = _Outside(text)
    found = (
        Entity(match.start(), match.end() - match.start(), match[1])
        for match in _MENTION.finditer(text)
        if outside.has(match.start())
    )
    return list(islice(found, MOST))


def hashtags_in(text: str) -> list[Entity]:
    """Find hashtags: letters, marks, digits and underscores of any script after a #, with a letter.

    After Unicode Standard Annex 31, section 6, without extensions for pictures.
    """
    return list(islice(_hashtags(text), MOST))


def plain_tag(text: str) -> str | None:
    """Give the form of a tag in which equal ones are equal; None when it is no tag.

    Args:
        text: with or without its sign.
    """
    word = text[1:] if _SIGN.match(text) else text
    if not word or len(word) > TAG_LENGTH or not all(map(_is_in_tags, word)):
        return None
    if not any(unicodedata.category(character)[0] == "L" for character in word):
        return None
    # Before it is written out: one character may stand for eighteen.
    if sum(map(_plain_length, word)) > TAG_LENGTH:
        return None
    plain = _folded(_folded("".join(c for c in word if c not in _JOINERS)))
    return plain if len(plain) <= TAG_LENGTH and all(map(_is_in_tags, plain)) else None


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())


@lru_cache(maxsize=8_192)
def _plain_length(character: str) -> int:
    """Tell how long a character's plain form is; longer than any tag where it is in none."""
    plain = "" if character in _JOINERS else _folded(_folded(character))
    return len(plain) if all(map(_is_in_tags, plain)) else TAG_LENGTH + 1


class _Outside:
    """Says which places of a text are outside of its links, asked in rising order."""

    def __init__(self, text: str) -> None:
        self._links = _links(text)
        self._link = next(self._links, None)

    def has(self, place: int) -> bool:
        while self._link is not None and self._link.offset + self._link.length <= place:
            self._link = next(self._links, None)
        return self._link is None or place < self._link.offset


def _links(text: str) -> Iterator[Entity]:
    for match in _URL.finditer(text):
        url = _without_tail(match[0])
        authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
        if len(url) <= URL_LENGTH and _HOST.fullmatch(authority):
            yield Entity(match.start(), len(url), url)


def _without_tail(url: str) -> str:
    """Leave out the punctuation at the end that belongs to the sentence."""
    surplus = {closing: url.count(closing) - url.count(_CLOSING[closing]) for closing in _CLOSING}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in _CLOSING and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]


def _hashtags(text: str) -> Iterator[Entity]:
    outside, end = _Outside(text), 0
    for match in _SIGN.finditer(text):
        start = match.start()
        before = text[start - 1] if start else " "
        if start < end or before in "&/#\uff03" or _is_in_tags(before):
            continue
        end = start + 1
        while end < len(text) and _is_in_tags(text[end]):
            end += 1
        tag = plain_tag(text[start:end]) if outside.has(start) else None
        if tag is not None:
            yield Entity(start, end - start, tag)


@lru_cache(maxsize=8_192)
def _is_in_tags(character: str) -> bool:
    return character in _IN_TAGS or unicodedata.category(character)[0] in "LMN"
