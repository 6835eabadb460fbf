"""Onboarding: what a client does to be shown to others."""

from typing import Any

import strawberry

from domain import onboarding
from domain.onboarding import Introduction
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
            tx, context.signed_in, introduction=_introduction(given), minimum_age=minimum_age
        )
        return tx.answer({"profile": profile})


def _introduction(given: dict[str, Any]) -> Introduction:
    prompts = given.pop("prompts", None)
    wishes, location, time = (
        _fields(given.pop(name, None)) for name in ("preferences", "location", "availability")
    )
    return Introduction(
        facts=keyed(given),
        prompts=answered(prompts) if prompts is not None else None,
        preferences=columns_of(wishes) if wishes is not None else None,
        location=location,
        availability=time,
    )


def _fields(input: Any) -> dict[str, Any] | None:
    if input is None:
        return None
    return {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}
