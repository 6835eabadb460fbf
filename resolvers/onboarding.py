"""Onboarding: what a client does to be shown to others."""

from typing import Any

import strawberry

from domain import onboarding
from resolvers.context import Context
from resolvers.preferences import columns_of
from resolvers.prompts import answered
from resolvers.words import keyed


async def complete_onboarding(context: Context, **given: Any) -> dict[str, Any]:
    """Say what is missing about you and be shown to others from now on.

    What `updateProfile` and the other mutations saved before counts as well: display name, birth
    date, bio and at least one goal are needed.
    """
    minimum_age = context.services.settings.minimum_age
    async with context.write() as tx:
        profile = await onboarding.complete_onboarding(
            tx, context.signed_in, minimum_age=minimum_age, **_unpacked(given)
        )
        return tx.answer({"profile": profile})


def _unpacked(given: dict[str, Any]) -> dict[str, Any]:
    unpacked: dict[str, Any] = {}
    if (prompts := given.pop("prompts", None)) is not None:
        unpacked["answers"] = answered(prompts)
    if wishes := given.pop("preferences", None):
        unpacked["wishes"] = columns_of(_fields(wishes))
    if location := given.pop("location", None):
        unpacked["place"] = _fields(location)
    if availability := given.pop("availability", None):
        unpacked["time"] = _fields(availability)
    return {**keyed(given), **unpacked}


def _fields(input: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}
