"""Pairs: two people and what stands between them, seen from one side and locked."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import notifications
from domain.notification_kinds import LIKES
from persistence import models
from persistence.queries import decisions as queries
from persistence.rows import Row
from persistence.transaction import Transaction


class DecisionKind(StrEnum):
    """What a decision that stands can be."""

    LIKE = "like"
    PASS = "pass"  # noqa: S105 - no password
    LATER = "later"
    SUPER_LIKE = "super_like"

    @property
    def is_like(self) -> bool:
        """Whether it says that one wants to meet the other."""
        return self in {DecisionKind.LIKE, DecisionKind.SUPER_LIKE}


class Act(StrEnum):
    """What people do about each other; the log of decisions keeps every act."""

    LIKE = "like"
    PASS = "pass"  # noqa: S105 - no password
    LATER = "later"
    SUPER_LIKE = "super_like"
    UNDO = "undo"
    UNLIKE = "unlike"
    UNMATCH = "unmatch"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, seen by one of them.

    Attributes:
        me: who looks.
        other: whom they look at.
        mine: what I have decided about the other, as it stands.
        theirs: what the other has decided about me, as it stands.
    """

    me: UUID
    other: UUID
    mine: DecisionKind | None = None
    theirs: DecisionKind | None = None

    @property
    def i_like(self) -> bool:
        """Whether I like the other."""
        return _is_like(self.mine)

    @property
    def is_mutual(self) -> bool:
        """Whether both like each other: then, and only then, they have a match."""
        return self.i_like and _is_like(self.theirs)

    @property
    def key(self) -> dict[str, UUID]:
        """The key of the pair's row, the same from both sides."""
        return {"first_id": min(self.me, self.other), "second_id": max(self.me, self.other)}


async def hold(tx: Transaction, me: UUID, other: UUID) -> Pair | None:
    """Lock the row of two people until the transaction ends, and say what stands between them.

    Whatever changes what stands between two people takes this lock first, and reads what it
    depends on afterwards.

    Args:
        tx: the transaction.
        me: who acts.
        other: somebody else.

    Returns:
        None when there is no profile of one of the two.
    """
    row = await tx.one(queries.hold, **Pair(me, other).key)
    if row is None:
        return None
    standing = {row.first_id: row.first_decision, row.second_id: row.second_decision}
    return Pair(me, other, _kind(standing[me]), _kind(standing[other]))


async def decide(
    tx: Transaction,
    pair: Pair,
    act: Act,
    mine: DecisionKind | None,
    *,
    undoes_id: UUID | None = None,
) -> Row:
    """Log an act of mine and let what follows from it stand.

    Args:
        tx: the transaction, holding the pair.
        pair: the pair.
        act: what I do.
        mine: what stands of me from now on.
        undoes_id: which entry of the log an undo takes back.

    Returns:
        The entry of the log.

    Raises:
        asyncpg.UniqueViolationError: that entry was taken back already.
    """
    decision = await tx.add(
        models.Decision,
        decider_id=pair.me,
        candidate_id=pair.other,
        kind=act.value,
        replaced=pair.mine and pair.mine.value,
        undoes_id=undoes_id,
    )
    await _stand(tx, pair, pair.me, mine, decision)
    return decision


async def part(
    tx: Transaction, pair: Pair, act: Act, left: DecisionKind | None = DecisionKind.PASS
) -> None:
    """Log an act of mine after which neither likes the other.

    The other's like is over as well: only two new likes would make a new match.

    Args:
        tx: the transaction, holding the pair.
        pair: the pair.
        act: what I do.
        left: what stands from now on, of the other only after a match: by a pass they do not
            meet again.
    """
    decision = await decide(tx, pair, act, left)
    if pair.is_mutual:
        await _stand(tx, pair, pair.other, left, decision)


async def _stand(
    tx: Transaction, pair: Pair, decider: UUID, kind: DecisionKind | None, decision: Row
) -> None:
    side = "first" if decider == pair.key["first_id"] else "second"
    standing = {
        f"{side}_decision": kind and kind.value,
        f"{side}_decided_at": kind and decision.decided_at,
    }
    await tx.change(models.Pair, pair.key, **standing)
    before = pair.mine if decider == pair.me else pair.theirs
    if _is_like(before) != _is_like(kind):
        # What told of the like is hidden with it, and shown again with another.
        await notifications.tell_changed(tx, pair.me, pair.other, LIKES)


def _is_like(kind: DecisionKind | None) -> bool:
    return kind is not None and kind.is_like


def _kind(decision: str | None) -> DecisionKind | None:
    return DecisionKind(decision) if decision else None
