"""Likes and other decisions: what a client does with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from dataloaders import likes as loaders
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import likes
from domain.likes import LikesTold
from domain.pairs import DecisionKind
from execution.declarations import batch
from persistence.pages import Page
from persistence.queries import decisions
from resolvers import ids
from resolvers.compatibilities import compatibility_with
from resolvers.context import Context


async def decide(context: Context, *, profile_id: str, decision: DecisionKind) -> dict[str, Any]:
    """Decide on a person: like, pass, put aside for later, or like with a super-like.

    A decision replaces the one before. Only who likes you too learns that you like them, unless
    the app shows the likes that people received; a pass and a person put aside are never told.
    """
    key = ids.decode(profile_id, "Profile")
    score = await compatibility_with(context, key) if decision.is_like else None
    async with context.write() as tx:
        profile, match = await likes.decide(
            tx,
            context.signed_in,
            profile_id=key,
            decision=decision,
            compatibility_score=score,
            super_likes_per_day=context.services.settings.super_likes_per_day,
        )
        return tx.answer({"profile": profile, "match": match})


async def like_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Like a person, as `decide` does: if they like you too, you have a match."""
    key = ids.decode(profile_id, "Profile")
    score = await compatibility_with(context, key)
    async with context.write() as tx:
        profile, match = await likes.like_profile(
            tx, context.signed_in, profile_id=key, compatibility_score=score
        )
        return tx.answer({"profile": profile, "match": match})


async def pass_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Decide not to meet a person, as `decide` does. They are not told."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        profile = await likes.pass_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"profile": profile})


async def undo_decision(context: Context) -> dict[str, Any]:
    """Take back your latest decision, as long as nobody has written in a match it made.

    Three matches a day can be undone so; more are unmatched.

    What you had decided before stands again; all is as if you had not decided since.
    """
    scores = await _scores_again(context)
    async with context.write() as tx:
        profile, match = await likes.undo_decision(
            tx, context.signed_in, compatibility_scores=scores
        )
        return tx.answer({"profile": profile, "match": match})


async def unlike_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Withdraw a like; a match ends, with its conversation and the like of the other."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        profile = await likes.unlike_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"profile": profile})


@batch
async def likes_received(
    context: Context,
    owners: Sequence[UUID],
    *,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """Who likes people and has no answer yet, as far as the app tells them."""
    window = {"first": first, "after": after, "last": last, "before": before}
    pages: Sequence[PageOf] = await loaders.likes_received.function(context, owners, **window)
    told = told_of_likes(context)
    if told is LikesTold.SHOWN:
        return list(pages)
    counts: dict[str, Any] = {"counts": loaders.nobody} if told is LikesTold.HIDDEN else {}
    return [replace(page, page=Page(), **counts) for page in pages]


def told_of_likes(context: Context) -> LikesTold:
    """Say what the app tells people of likes that they have not answered."""
    return LikesTold(context.services.settings.likes_received)


async def _scores_again(context: Context) -> dict[UUID, float | None]:
    """Score the pair whose earlier like would stand again, as it may make a match."""
    latest = await context.database.one(decisions.latest, viewer_id=context.viewer_id)
    if latest is None or not latest.replaced or not DecisionKind(latest.replaced).is_like:
        return {}
    return {latest.candidate_id: await compatibility_with(context, latest.candidate_id)}
