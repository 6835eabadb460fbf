"""The vocabulary: canonical terms of profiles with their synonyms, and how words become terms."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from matching.vocabulary.goals import AVAILABILITY, COMPANIONS, GOALS, OPPOSITES
from matching.vocabulary.interests import ACTIVITIES, INTERESTS
from matching.vocabulary.languages import LANGUAGES
from matching.vocabulary.skills import SKILLS

__all__ = ["BY_KIND", "LONGEST", "OPPOSITES", "SURFACES", "Kind", "Term", "label_of", "words_of"]

# Words may carry the signs of C++ and C#; everything else divides.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[+#])*")


class Kind(StrEnum):
    """The lists of a profile that have a vocabulary."""

    INTEREST = "interest"
    ACTIVITY = "activity"
    SKILL = "skill"
    GOAL = "goal"
    LANGUAGE = "language"
    AVAILABILITY = "availability"
    COMPANION = "companion"


@dataclass(frozen=True, slots=True)
class Term:
    """One canonical entry.

    Args:
        kind: the list it belongs to.
        key: what is stored, in snake case; languages have their ISO 639-1 code.
        label: what people read, in English.
        synonyms: other words for it.
    """

    kind: Kind
    key: str
    label: str
    synonyms: tuple[str, ...]


def words_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Split a text into words without case and accents, each with where it stands in the text.

    Args:
        text: any text.

    Yields:
        The folded word, the index of its first character and the index after its last.
    """
    for match in _WORD.finditer(text):
        yield folded(match.group()), match.start(), match.end()


def folded(word: str) -> str:
    """Take case and accents off a word, for comparing."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)) or word


def label_of(kind: Kind, key: str) -> str:
    """Give what people read for a key; keys outside the vocabulary read as their own words."""
    term = _BY_KEY.get((kind, key))
    return term.label if term else key.replace("_", " ")


def _terms(kind: Kind, lines: str) -> tuple[Term, ...]:
    return tuple(_term(kind, line) for line in lines.strip().splitlines())


def _term(kind: Kind, line: str) -> Term:
    entry, _, synonyms = line.partition(":")
    key, _, label = entry.rpartition("=")
    label = label.strip()
    return Term(
        kind,
        key.strip() or "_".join(re.sub(r"[^\w+#]", " ", label.casefold()).split()),
        label,
        tuple(synonym.strip() for synonym in synonyms.split(",") if synonym.strip()),
    )


BY_KIND = MappingProxyType(
    {
        Kind.INTEREST: _terms(Kind.INTEREST, INTERESTS),
        Kind.ACTIVITY: _terms(Kind.ACTIVITY, ACTIVITIES),
        Kind.SKILL: _terms(Kind.SKILL, SKILLS),
        Kind.GOAL: _terms(Kind.GOAL, GOALS),
        Kind.LANGUAGE: _terms(Kind.LANGUAGE, LANGUAGES),
        Kind.AVAILABILITY: _terms(Kind.AVAILABILITY, AVAILABILITY),
        Kind.COMPANION: _terms(Kind.COMPANION, COMPANIONS),
    }
)
"""All terms of each kind."""

_BY_KEY = {(kind, term.key): term for kind, terms in BY_KIND.items() for term in terms}


def _surfaces() -> dict[tuple[str, ...], tuple[Term, ...]]:
    surfaces: dict[tuple[str, ...], tuple[Term, ...]] = {}
    for terms in BY_KIND.values():
        for term in terms:
            for words in (term.label, *term.synonyms):
                surface = tuple(word for word, _, _ in words_of(words))
                known = surfaces.get(surface, ())
                if term not in known:
                    surfaces[surface] = (*known, term)
    return surfaces


SURFACES = MappingProxyType(_surfaces())
"""Folded words to the terms they may mean, of several kinds where they are ambiguous."""

LONGEST = max(len(surface) for surface in SURFACES)
"""The most words one surface has."""
