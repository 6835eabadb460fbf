"""Likes and passes: what people decide about people, and how they take it back."""

from dataclasses import dataclass
from uuid import UUID

from domain import matches, pairs
from domain.facts import Fact
from domain.pairs import Act, DecisionKind, Pair
from domain.refusals import Conflict, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import decisions as queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ProfileLiked(Fact):
    """Somebody likes somebody; the other one learns of it by liking back."""

    liker_id: UUID
    liked_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfilePassed(Fact):
    """Somebody does not want to meet somebody; the other one is never told."""

    passer_id: UUID
    passed_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileUnliked(Fact):
    """Somebody withdrew a like."""

    liker_id: UUID
    liked_id: UUID


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(Fact):
    """Somebody took their latest decision back, as if it had never been made."""

    decider_id: UUID
    candidate_id: UUID
    undone: DecisionKind


def can_undo(*, message_count: int | None) -> bool:
    """Say whether a decision can be undone as a slip: until somebody has written.

    Args:
        message_count: the messages in the conversation of the match; None without a match.
    """
    return not message_count


async def like_profile(
    tx: Transaction,
    viewer: Viewer,
    *,
    profile_id: UUID,
    compatibility_score: float | None = None,
) -> tuple[Row, Row | None]:
    """Like somebody; who like each other have a match and a conversation from now on.

    Liking again changes nothing. Likes from both sides at once wait on the row of the pair.

    Args:
        tx: the transaction.
        viewer: who likes.
        profile_id: whom.
        compatibility_score: 0 to 100, kept with a match that this makes.

    Returns:
        The person, and the match of the two.

    Raises:
        NotAllowed: it is the viewer, or the viewer has not completed onboarding.
        NotFound: there is no such person, or the viewer may not see them.
    """
    pair, person = await _meeting(tx, viewer, profile_id)
    if pair.mine is DecisionKind.LIKE:
        return person, await matches.between(tx, pair)
    await pairs.decide(tx, pair, Act.LIKE, DecisionKind.LIKE)
    tx.record(ProfileLiked(liker_id=pair.me, liked_id=pair.other))
    if pair.theirs is not DecisionKind.LIKE:
        return person, None
    return person, await matches.make(tx, pair, compatibility_score)


async def pass_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Decide not to meet somebody; a like becomes a pass. Passing again changes nothing.

    Returns:
        The person.

    Raises:
        NotAllowed: it is the viewer, or the viewer has not completed onboarding.
        NotFound: there is no such person, or the viewer may not see them.
        Conflict: they have matched.
    """
    pair, person = await _meeting(tx, viewer, profile_id)
    if pair.is_mutual:
        raise Conflict("ALREADY_MATCHED", "You have matched: unmatch instead.")
    if pair.mine is not DecisionKind.PASS:
        await pairs.decide(tx, pair, Act.PASS, DecisionKind.PASS)
        tx.record(ProfilePassed(passer_id=pair.me, passed_id=pair.other))
    return person


async def undo_decision(tx: Transaction, viewer: Viewer) -> Row:
    """Take back one's latest like or pass that stands; a match that rests on it ends.

    Returns:
        The person it was about, who can be met again.

    Raises:
        NotAllowed: there is nothing to undo, or somebody has written in the match.
        Conflict: the viewer decided something else at the same time.
    """
    seen = {"viewer_id": viewer.profile_id}
    latest = await tx.one(queries.latest, **seen)
    if latest is None:
        raise NotAllowed("NOTHING_TO_UNDO", "There is no decision that you could undo.")
    pair = await pairs.hold(tx, viewer.profile_id, latest.candidate_id)
    still = await tx.one(queries.latest, **seen)
    person = await _seen(tx, viewer, latest.candidate_id)
    if pair is None or person is None or still is None or still.decision_id != latest.decision_id:
        raise Conflict("DECISION_CHANGED", "You have just decided something else; look again.")
    if pair.is_mutual:
        await _undo_match(tx, pair)
    await pairs.decide(tx, pair, Act.UNDO, None)
    undone = DecisionKind(latest.kind)
    tx.record(DecisionUndone(decider_id=pair.me, candidate_id=pair.other, undone=undone))
    return person


async def unlike_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Withdraw a like; a match that rests on it ends, with its conversation.

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
    if pair.mine is not DecisionKind.LIKE:
        raise NotFound("Like")
    await matches.end(tx, pair)
    await pairs.decide(tx, pair, Act.UNLIKE, None)
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


async def _undo_match(tx: Transaction, pair: Pair) -> None:
    match = await matches.between(tx, pair)
    # Locked, so that no message arrives between the question and the end.
    talk = match and await tx.get(models.Conversation, lock=True, match_id=match.match_id)
    if not can_undo(message_count=talk and talk.last_position):
        raise NotAllowed("ALREADY_WRITTEN", "You have written to each other: unmatch instead.")
    await matches.end(tx, pair)
