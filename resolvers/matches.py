"""Matches: what a client asks and does with them."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import companions, profiles, prompts
from dataloaders import matches as loaders
from domain import matches
from domain.numbers import check_count
from execution.declarations import batch
from matching.icebreakers import IceBreaker, Shown
from matching.icebreakers import ice_breakers as first_lines
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context

MOST_ICE_BREAKERS = 10


async def match(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The match.")],
) -> Row | None:
    """A match of yours; null when it is missing, ended or hidden from you."""
    return await nodes.of_type(context, id, "Match")


async def unmatch(context: Context, *, match_id: str) -> dict[str, Any]:
    """End a match and its conversation for both of you; decks do not show you to each other."""
    async with context.write() as tx:
        key = ids.decode(match_id, "Match")
        await matches.unmatch(tx, context.signed_in, match_id=key)
        return tx.answer({"ended_match_id": match_id})


@batch
async def ice_breakers(
    context: Context,
    match_ids: Sequence[UUID],
    *,
    first: Annotated[int, strawberry.argument(description="How many at most, 1 to 10.")] = 3,
) -> list[list[IceBreaker]]:
    """First lines for the viewer to write in each of their matches.

    Raises:
        InvalidInput: another number than 1 to 10.
    """
    check_count("first", first, MOST_ICE_BREAKERS)
    me = context.signed_in.profile_id
    partners = await context.loaders.load_many(loaders.partners_of, context, match_ids, {})
    keys = [partner.profile_id for partner in partners if partner is not None]
    shown = await _shown(context, [me, *keys])
    return [
        first_lines(shown[me], shown[partner.profile_id], first) if partner is not None else []
        for partner in partners
    ]


async def _shown(context: Context, profile_ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """What each of these people shows to whoever sees their profile."""
    people, questions, animals = [
        await context.loaders.load_many(each, context, profile_ids, {})
        for each in (profiles.by_ids, prompts.of_profiles, companions.of_profiles)
    ]
    return {
        key: Shown(
            interests=frozenset(person.interests),
            goals=frozenset(person.goals),
            skills=frozenset(person.skills),
            languages=frozenset(person.languages),
            questions=tuple(row.question for row in answered),
            companions=tuple((row.kind, row.name) for row in kept),
        )
        if person is not None
        else Shown()
        for key, person, answered, kept in zip(profile_ids, people, questions, animals, strict=True)
    }
