"""Matches: two people who like each other."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import conversations, pairs
from domain.facts import Fact
from domain.pairs import Act, DecisionKind, Pair
from domain.refusals import NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import matches as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class MatchMade(Fact):
    """Two people like each other."""

    match_id: UUID
    first_id: UUID
    second_id: UUID


@dataclass(frozen=True, kw_only=True)
class MatchEnded(Fact):
    """Two people have no match any more, whoever of them ended it."""

    match_id: UUID


class MatchStatus(StrEnum):
    """How far somebody and the person whom they decided on are.

    There is no proposed match that one accepts or rejects apart from deciding on the person: to
    like who likes you accepts, to pass rejects. A match that has ended is shown to nobody.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def status(mine: DecisionKind, *, is_matched: bool) -> MatchStatus:
    """Say how far a decision has led, without telling whether the other has passed.

    Args:
        mine: what the person decided who asks.
        is_matched: whether the two have a match.
    """
    if is_matched:
        return MatchStatus.ACCEPTED
    return MatchStatus.REJECTED if mine is DecisionKind.PASS else MatchStatus.PENDING


async def unmatch(tx: Transaction, viewer: Viewer, *, match_id: UUID) -> None:
    """End a match and its conversation for both; they are not shown to each other in decks again.

    Raises:
        NotFound: the viewer has no such match.
    """
    pair = await pairs.hold(tx, viewer.profile_id, await partner_in(tx, viewer, match_id))
    ended = await end(tx, pair) if pair else None
    if pair is None or ended is None or ended.match_id != match_id:  # ended while we waited
        raise NotFound("Match")
    await pairs.part(tx, pair, Act.UNMATCH)


async def partner_in(tx: Transaction, viewer: Viewer, match_id: UUID) -> UUID:
    """Give the key of the other person in one of the viewer's matches.

    Raises:
        NotFound: the viewer has no such match.
    """
    match = await tx.one(queries.by_ids, ids=[match_id], viewer_id=viewer.profile_id)
    if match is None:
        raise NotFound("Match")
    partner_id: UUID = match.second_id if match.first_id == viewer.profile_id else match.first_id
    return partner_id


async def between(tx: Transaction, pair: Pair) -> Row | None:
    """Give the match of a held pair; None when they have none."""
    return await tx.one(queries.between, **pair.key)


async def make(tx: Transaction, pair: Pair, compatibility_score: float | None) -> Row:
    """Make the match of a held pair who like each other, and open its conversation.

    Args:
        tx: the transaction, holding the pair.
        pair: two people without a match.
        compatibility_score: 0 to 100, how well they fit now; None when unknown.

    Raises:
        asyncpg.UniqueViolationError: they have a match.
    """
    match = await tx.add(models.Match, **pair.key, compatibility_score=compatibility_score)
    both = tuple(pair.key.values())
    tx.record(MatchMade(match_id=match.match_id, **pair.key, audience=both))
    await conversations.open_conversation(tx, match_id=match.match_id, member_ids=both)
    return match


async def end(tx: Transaction, pair: Pair) -> Row | None:
    """End the match of a held pair on my behalf, and its conversation.

    Returns:
        The match as it ended; None when they had none.
    """
    match = await tx.one(queries.end, **pair.key, ended_by_id=pair.me)
    if match is not None:
        tx.record(MatchEnded(match_id=match.match_id, audience=(match.first_id, match.second_id)))
        await conversations.end_conversation(tx, **pair.key)
    return match
