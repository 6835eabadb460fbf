"""Raw values: nulls, exceptions and awaitables among what resolvers answered, told by class."""

import asyncio
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from types import GeneratorType, NoneType
from typing import Any

from graphql import Undefined
from graphql.pyutils import is_awaitable


class Kind(Enum):
    """What a raw value is before it is completed."""

    NULL = "null"
    ERROR = "error"
    AWAITABLE = "awaitable"
    UNSURE = "unsure"
    PLAIN = "plain"


_NOTHING: frozenset[Kind] = frozenset()


def odd_kinds(values: Sequence[Any]) -> frozenset[Kind] | set[Kind]:
    """The kinds besides plain that are among the values.

    Args:
        values: what resolvers answered.
    """
    odd: set[Kind] | None = None
    for cls in set(map(type, values)):
        kind = kind_of(cls)
        if kind is Kind.UNSURE:
            kind = _kind_of_generators(value for value in values if type(value) is cls)
        if kind is not Kind.PLAIN:
            odd = odd or set()
            odd.add(kind)
    return odd or _NOTHING


@lru_cache(maxsize=4096)
def kind_of(cls: type) -> Kind:
    """The kind of all values of a class."""
    if cls is NoneType or cls is type(Undefined):
        return Kind.NULL
    if issubclass(cls, Exception):
        return Kind.ERROR
    if hasattr(cls, "__await__"):
        return Kind.AWAITABLE
    return Kind.UNSURE if issubclass(cls, GeneratorType) else Kind.PLAIN


def _kind_of_generators(values: Any) -> Kind:
    return Kind.AWAITABLE if any(is_awaitable(value) for value in values) else Kind.PLAIN


async def awaited(values: Sequence[Any]) -> list[Any]:
    """Await the awaitables among the values, at once; what they raise stands for them."""
    done = list(values)
    waiting = [place for place, value in enumerate(done) if is_awaitable(value)]
    if len(waiting) == 1:
        (place,) = waiting
        try:
            done[place] = await done[place]
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its answer
            done[place] = error
        return done
    answers = await asyncio.gather(*(done[place] for place in waiting), return_exceptions=True)
    for place, answer in zip(waiting, answers, strict=True):
        if isinstance(answer, BaseException) and not isinstance(answer, Exception):
            raise answer
        done[place] = answer
    return done
