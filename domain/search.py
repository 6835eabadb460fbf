"""Search: what can be looked for, which queries are taken, and how several rankings become one."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from domain import texts
from domain.refusals import InvalidInput

Found = TypeVar("Found", bound=Hashable)
Row = TypeVar("Row")

QUERY_LENGTH = 200
"""The most characters of a query."""

PREFIX_LENGTH = 100
"""The most characters of what somebody has typed so far."""

MOST_SUGGESTED = 20
"""How many suggestions there are at most."""

MOST_FOUND = 200
"""How many results a search has at most: those after the best are not worth their pages."""

RANK_CONSTANT = 60
"""How much the first places of a ranking count more than the later ones: 60 as published."""


class SearchKind(StrEnum):
    """What search looks for."""

    PEOPLE = "people"
    POSTS = "posts"
    EVENTS = "events"
    PLACES = "places"


def cleaned(query: str) -> str:
    """Give a query as it is looked for.

    Raises:
        InvalidInput: it is empty or longer than 200 characters.
    """
    query = texts.clean(query)
    if problems := texts.length_problems("query", query, least=1, most=QUERY_LENGTH):
        raise InvalidInput(problems)
    return query


def fused(
    rankings: Iterable[Sequence[Found]], *, constant: int = RANK_CONSTANT, most: int = MOST_FOUND
) -> list[Found]:
    """Make one ranking of several by reciprocal rank fusion.

    What is at place n of a ranking, from 1, gets 1 / (constant + n) from it; the sums decide. Only
    places count, so rankings need not measure in the same unit. Equal sums keep the order in which
    the things first come, the first ranking first.

    Source: Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods", SIGIR 2009.

    Args:
        rankings: each with the best first and nothing twice.
        constant: at least 0; the larger, the less the first places stand out.
        most: how many things are answered at most.
    """
    sums: dict[Found, float] = {}
    for ranking in rankings:
        for place, thing in enumerate(ranking, start=1):
            sums[thing] = sums.get(thing, 0.0) + 1.0 / (constant + place)
    return sorted(sums, key=lambda thing: -sums[thing])[:most]


def mixed(found: Sequence[Row], is_tag: Callable[[Row], bool], *, most: int) -> list[Row]:
    """Choose from suggestions so that neither names nor hashtags take all places.

    Args:
        found: the best first.
        is_tag: whether one is a hashtag.
        most: how many are chosen at most, a quarter of them hashtags; what either leaves free is
            the other's.

    Returns:
        The chosen ones in their order.
    """
    tags = [row for row in found if is_tag(row)]
    names = [row for row in found if not is_tag(row)]
    of_tags = min(len(tags), max(most // 4, most - len(names)))
    chosen = [*names[: most - of_tags], *tags[:of_tags]]
    return [row for row in found if any(row is each for each in chosen)]
