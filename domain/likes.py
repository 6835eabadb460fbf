"""Likes and other decisions: what people decide about people, and how they take it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from domain import limits, matches, pairs
from domain.facts import Fact
from domain.pairs import Act, DecisionKind, Pair
from domain.refusals import Conflict, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import decisions as queries
from persistence.queries import matches as match_queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction

# A match tells that the other likes one: so many can be taken back as slips within 24 hours.
_ENDED_A_DAY = 3


@dataclass(frozen=True, kw_only=True)
class ProfileLiked(Fact):
    """Somebody likes somebody; the other one learns of it by liking back."""

    liker_id: UUID
    liked_id: UUID
    is_super: bool = False


@dataclass(frozen=True, kw_only=True)
class ProfilePassed(Fact):
    """Somebody does not want to meet somebody; the other one is never told."""

    passer_id: UUID
    passed_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfilePutAside(Fact):
    """Somebody wants to decide on somebody later: no feedback, and nobody else is told."""

    decider_id: UUID
    candidate_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileUnliked(Fact):
    """Somebody withdrew a like."""

    liker_id: UUID
    liked_id: UUID


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(Fact):
    """Somebody took their latest decision back, as if it had never been made.

    Attributes:
        undone: what they had decided.
        restored: what they had decided before, which stands again.
    """

    decider_id: UUID
    candidate_id: UUID
    undone: DecisionKind
    restored: DecisionKind | None = None


class LikesTold(StrEnum):
    """What people learn of the likes that they have not answered; the app chooses."""

    SHOWN = "shown"
    COUNTED = "counted"
    HIDDEN = "hidden"


def can_undo(*, message_count: int | None) -> bool:
    """Say whether a decision can be undone as a slip: until somebody has written.

    Args:
        message_count: the messages in the conversation of the match; None without a match.
    """
    return not message_count


def repeats(pair: Pair, decision: DecisionKind) -> bool:
    """Say whether a decision leaves everything as it stands.

    Who has matched cannot like more than that, and a super-like is a like.
    """
    if pair.is_mutual or decision is DecisionKind.LIKE:
        return pair.i_like and decision.is_like
    return pair.mine is decision


async def decide(
    tx: Transaction,
    viewer: Viewer,
    *,
    profile_id: UUID,
    decision: DecisionKind,
    compatibility_score: float | None = None,
    super_likes_per_day: int = 0,
) -> tuple[Row, Row | None]:
    """Decide on somebody; who like each other have a match and a conversation from now on.

    A decision replaces the one before; deciding the same again changes nothing. Likes from both
    sides at once wait on the row of the pair, super-likes of one person on their profile's.

    Args:
        tx: the transaction.
        viewer: who decides.
        profile_id: on whom.
        decision: what.
        compatibility_score: 0 to 100, kept with a match that this makes.
        super_likes_per_day: how many super-likes they may give within any 24 hours.

    Returns:
        The person, and the match of the two.

    Raises:
        NotAllowed: it is the viewer, or the viewer has not completed onboarding.
        NotFound: there is no such person, or the viewer may not see them.
        Conflict: they have matched, and the decision is not a like.
        LimitReached: no super-like is left, or there are none.
    """
    if decision is DecisionKind.SUPER_LIKE:
        await tx.fetch(queries.hold_decider, viewer_id=viewer.profile_id)
    pair, person = await _meeting(tx, viewer, profile_id)
    if repeats(pair, decision):
        return person, await matches.between(tx, pair) if pair.is_mutual else None
    if pair.is_mutual:
        raise Conflict("ALREADY_MATCHED", "You have matched: unmatch instead.")
    if decision is DecisionKind.SUPER_LIKE:
        await _spend_super_like(tx, viewer, super_likes_per_day)
    await pairs.decide(tx, pair, Act(decision.value), decision)
    tx.record(_fact(pair, decision))
    decided = replace(pair, mine=decision)
    match = await matches.make(tx, decided, compatibility_score) if decided.is_mutual else None
    return person, match


async def like_profile(
    tx: Transaction,
    viewer: Viewer,
    *,
    profile_id: UUID,
    compatibility_score: float | None = None,
) -> tuple[Row, Row | None]:
    """Like somebody: `decide` for a like, which cannot conflict with a match or a limit."""
    return await decide(
        tx,
        viewer,
        profile_id=profile_id,
        decision=DecisionKind.LIKE,
        compatibility_score=compatibility_score,
    )


async def pass_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Decide not to meet somebody: `decide` for a pass; answers the person."""
    person, _ = await decide(tx, viewer, profile_id=profile_id, decision=DecisionKind.PASS)
    return person


async def undo_decision(
    tx: Transaction,
    viewer: Viewer,
    *,
    compatibility_scores: Mapping[UUID, float | None] = MappingProxyType({}),
) -> tuple[Row, Row | None]:
    """Take back one's latest decision that stands: what stood before it stands again.

    All is as if it had never been made: a match that rests on it ends, a match that the earlier
    decision makes is made, and a super-like is left to be given again.

    Args:
        tx: the transaction.
        viewer: who undoes.
        compatibility_scores: 0 to 100 by person, as far as known; one is kept with a match that
            this makes.

    Returns:
        The person it was about, and the match of the two.

    Raises:
        NotAllowed: there is nothing to undo, the viewer may not see the person any more,
            somebody has written in the match, or the viewer has ended too many that day.
        Conflict: the viewer decided something else at the same time.
    """
    latest, pair, person = await _latest(tx, viewer)
    restored = DecisionKind(latest.replaced) if latest.replaced else None
    before = replace(pair, mine=restored)
    if pair.is_mutual and not before.is_mutual:
        await _undo_match(tx, pair)
    await pairs.decide(tx, pair, Act.UNDO, restored, undoes_id=latest.decision_id)
    undone = DecisionKind(latest.kind)
    tx.record(
        DecisionUndone(
            decider_id=pair.me, candidate_id=pair.other, undone=undone, restored=restored
        )
    )
    if not before.is_mutual:
        return person, None
    if pair.is_mutual:
        return person, await matches.between(tx, pair)
    return person, await matches.make(tx, before, compatibility_scores.get(pair.other))


async def _latest(tx: Transaction, viewer: Viewer) -> tuple[Row, Pair, Row]:
    """Hold the pair of one's latest decision, and give the decision, the pair and the person."""
    seen = {"viewer_id": viewer.profile_id}
    latest = await tx.one(queries.latest, **seen)
    if latest is None:
        raise NotAllowed("NOTHING_TO_UNDO", "There is no decision that you could undo.")
    pair = await pairs.hold(tx, viewer.profile_id, latest.candidate_id)
    still = await tx.one(queries.latest, **seen)
    person = await _seen(tx, viewer, latest.candidate_id)
    if still is None or still.decision_id != latest.decision_id:
        raise Conflict("DECISION_CHANGED", "You have just decided something else; look again.")
    if pair is None or person is None:
        # To undo an older one instead would take back what nobody asked about.
        raise NotAllowed("NOTHING_TO_UNDO", "Whom you decided on last is not there any more.")
    return latest, pair, person


async def unlike_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Withdraw a like; a match that rests on it ends, with its conversation and the other's like.

    Returns:
        The person, who can be met again.

    Raises:
        NotFound: there is no such person, the viewer may not see them, or does not like them.
    """
    if profile_id == viewer.profile_id:
        raise NotFound("Like")
    pair = await pairs.hold(tx, viewer.profile_id, profile_id)
    person = await _seen(tx, viewer, profile_id)
    if pair is None or person is None:
        raise NotFound("Profile")
    if not pair.i_like:
        raise NotFound("Like")
    await matches.end(tx, pair)
    # With the other's like left, one could make the match again and again, and ring each time.
    await pairs.part(tx, pair, Act.UNLIKE, left=None)
    tx.record(ProfileUnliked(liker_id=pair.me, liked_id=pair.other))
    return person


async def _meeting(tx: Transaction, viewer: Viewer, profile_id: UUID) -> tuple[Pair, Row]:
    """Hold the pair of the viewer and a person on whom they may decide, and give the person."""
    me = viewer.profile_id
    if profile_id == me:
        raise NotAllowed("CANNOT_DECIDE_ON_YOURSELF", "This is your own profile.")
    pair = await pairs.hold(tx, me, profile_id)
    people = await tx.fetch(profile_queries.by_ids, ids=[me, profile_id], viewer_id=me)
    seen = {person.profile_id: person for person in people}
    # Before whether the person exists: who may not decide learns nothing about others.
    if me not in seen or seen[me].onboarded_at is None:
        raise NotAllowed("NOT_ONBOARDED", "Complete your onboarding to like and pass people.")
    if pair is None or profile_id not in seen:
        raise NotFound("Profile")
    return pair, seen[profile_id]


async def _seen(tx: Transaction, viewer: Viewer, profile_id: UUID) -> Row | None:
    key = {"ids": [profile_id], "viewer_id": viewer.profile_id}
    return await tx.one(profile_queries.by_ids, **key)


def _fact(pair: Pair, decision: DecisionKind) -> Fact:
    if decision.is_like:
        is_super = decision is DecisionKind.SUPER_LIKE
        return ProfileLiked(liker_id=pair.me, liked_id=pair.other, is_super=is_super)
    if decision is DecisionKind.PASS:
        return ProfilePassed(passer_id=pair.me, passed_id=pair.other)
    return ProfilePutAside(decider_id=pair.me, candidate_id=pair.other)


async def _spend_super_like(tx: Transaction, viewer: Viewer, most: int) -> None:
    used = await tx.fetch(queries.super_likes, viewer_id=viewer.profile_id, limit=most)
    left = limits.of_super_likes(most, [row.decided_at for row in used])
    if not left.remaining:
        raise LimitReached(
            "SUPER_LIKE_LIMIT_REACHED",
            f"You may give {most} super-likes within 24 hours.",
            left.resets_at,
        )


async def _undo_match(tx: Transaction, pair: Pair) -> None:
    match = await matches.between(tx, pair)
    # Locked, so that no message arrives between the question and the end.
    talk = match and await tx.get(models.Conversation, lock=True, match_id=match.match_id)
    if not can_undo(message_count=talk and talk.last_position):
        raise NotAllowed("ALREADY_WRITTEN", "You have written to each other: unmatch instead.")
    if await tx.value(match_queries.ended_today, viewer_id=pair.me) >= _ENDED_A_DAY:
        raise NotAllowed(
            "TOO_MANY_UNDONE", "You have ended too many matches today: unmatch instead."
        )
    await matches.end(tx, pair)
