"""Words: what people write in lists, as the keys that the vocabulary has for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.choices import WORD_LENGTH
from matching.vocabulary import SURFACES, Kind, words_of

# What is longer is refused in any spelling, and to look for its words could take long.
_MOST_WRITTEN = 4 * WORD_LENGTH
_KINDS = {
    "interests": (Kind.INTEREST, Kind.ACTIVITY),
    "skills": (Kind.SKILL,),
    "goals": (Kind.GOAL,),
    "goals_wanted": (Kind.GOAL,),
    "languages": (Kind.LANGUAGE,),
    "languages_wanted": (Kind.LANGUAGE,),
}


def key_of(word: str, kinds: Sequence[Kind]) -> str:
    """Give the vocabulary's key for a word or a synonym; the word itself when it has none.

    Args:
        word: what a person wrote.
        kinds: the kinds of terms that are meant, the likeliest first.
    """
    if len(word) > _MOST_WRITTEN:
        return word
    terms = SURFACES.get(tuple(part for part, _, _ in words_of(word)), ())
    keys = (term.key for kind in kinds for term in terms if term.kind is kind)
    return next(keys, word)


def keyed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the same columns with the words of their lists as keys."""
    return {
        column: [key_of(word, kinds) for word in value]
        if (kinds := _KINDS.get(column)) and value
        else value
        for column, value in given.items()
    }
