"""Disturbances: mutations that PostgreSQL could not carry out for others' sake are tried again."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from persistence.database import DISTURBANCES
from resolvers.context import Context

_log = structlog.get_logger("kith.disturbances")

MOST_TRIES = 3

Resolver = Callable[..., Awaitable[dict[str, Any]]]


def again(resolver: Resolver) -> Resolver:
    """Let a mutation be tried again when a deadlock or a cut connection has ended it.

    For verbs that change nothing when they are repeated: of a connection that was cut while it
    committed nobody knows whether it has.

    Args:
        resolver: of the mutation.
    """

    @functools.wraps(resolver)
    async def run(context: Context, **given: Any) -> dict[str, Any]:
        for attempt in range(1, MOST_TRIES):
            try:
                return await resolver(context, **given)
            except DISTURBANCES as disturbance:
                reason = type(disturbance).__name__
                _log.warning("tried again", mutation=resolver.__name__, n=attempt, reason=reason)
        return await resolver(context, **given)

    return run
