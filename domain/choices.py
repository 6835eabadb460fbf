"""Choices: the words that people pick for themselves, from closed lists and freely."""

import re
from collections.abc import Collection, Sequence

from domain import texts
from domain.refusals import InvalidField, InvalidFieldCode

_GOALS = """
    dating long_term marriage casual figuring_out friendship activity_partner neighbours community
    language_exchange networking co_founder collaborators mentor mentee hire find_work invest
    raise_funding teach learn volunteer study_partner housemates dog_walking pet_playdates
    offer_pet_sitting find_pet_sitter parents travel_companions support
"""
GOALS = frozenset(_GOALS.split())
"""Why people are here."""

_LANGUAGES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
    id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
    lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_LANGUAGES.split())
"""ISO 639-1."""

_BETWEEN = re.compile(r"[\s\-]+")

MOST_WORDS = 30
WORD_LENGTH = 50


def gender_key(word: str) -> str:
    """Give the one spelling of a gender that profiles and preferences compare."""
    return _BETWEEN.sub("_", texts.clean(word).lower())


def listed(path: str, words: Sequence[str]) -> tuple[list[str], list[InvalidField]]:
    """Clean a list of free words; of words that differ only in case the first stays.

    Args:
        path: the field, in the schema's names.
        words: at most 30, each of 1 to 50 characters.

    Returns:
        The words in their order, and what is wrong with them.
    """
    cleaned = [texts.clean(word) for word in words]
    problems = [
        problem
        for n, word in enumerate(cleaned)
        for problem in texts.length_problems(f"{path}.{n}", word, least=1, most=WORD_LENGTH)
    ]
    distinct = list({word.casefold(): word for word in reversed(cleaned)}.values())[::-1]
    if len(distinct) > MOST_WORDS:
        problems.append(
            InvalidField(
                path, f"{path} has more than {MOST_WORDS} entries.", InvalidFieldCode.TOO_MANY
            )
        )
    return distinct, problems


def chosen(
    path: str, words: Sequence[str], choices: Collection[str]
) -> tuple[list[str], list[InvalidField]]:
    """Clean a list of words that must come from a closed list.

    Args:
        path: the field, in the schema's names.
        words: keys of the closed list, in any case.
        choices: the closed list, in lower case.

    Returns:
        The distinct keys in their order, and what is wrong with them.
    """
    keys = [texts.clean(word).lower() for word in words]
    problems = [
        InvalidField(
            f"{path}.{n}", f"{path}.{n} is none of the possible choices.", InvalidFieldCode.UNKNOWN
        )
        for n, key in enumerate(keys)
        if key not in choices
    ]
    distinct = list(dict.fromkeys(keys))
    if len(distinct) > MOST_WORDS:
        problems.append(
            InvalidField(
                path, f"{path} has more than {MOST_WORDS} entries.", InvalidFieldCode.TOO_MANY
            )
        )
    return distinct, problems
