"""Learning: what people and staff may do about what matching has learned."""

from dataclasses import dataclass
from uuid import UUID

from domain.facts import Fact
from domain.refusals import NotFound
from domain.viewer import Viewer
from persistence.queries import learning as queries
from persistence.queries import matching_models
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class MatchingReset(Fact):
    """Somebody let matching forget what their own decisions had taught it."""

    profile_id: UUID


async def reset_matching(tx: Transaction, viewer: Viewer) -> int:
    """Forget what the viewer's own decisions taught of them; what they decided stays.

    That goes also for decisions from which nothing was learned yet. What others have learned by
    them stays: how much others are liked is not the viewer's to forget.

    Returns:
        Of how many decisions that counted the lesson was forgotten.
    """
    await tx.fetch(queries.hold_learned, ids=[viewer.profile_id])
    forgotten = await tx.fetch(queries.forget_personal, decider_id=viewer.profile_id)
    await tx.fetch(queries.forget_given, profile_id=viewer.profile_id)
    tx.record(MatchingReset(profile_id=viewer.profile_id))
    return sum(lesson.is_counted for lesson in forgotten)


async def use_matching_model(tx: Transaction, version: str | None) -> Row | None:
    """Put a version of the weights into use, in place of the one that is.

    Who changes it at the same time waits: one version at most is in use.

    Args:
        tx: the transaction.
        version: one that was kept by a refit; None for the prior that comes with Kith.

    Returns:
        The version in use; None for the prior.

    Raises:
        NotFound: no refit has kept weights of this name.
    """
    await tx.fetch(matching_models.hold)
    await tx.fetch(matching_models.retire)
    if version is None:
        return None
    row = await tx.one(matching_models.activate, version=version)
    if row is None:
        raise NotFound("MatchingModel")
    return row
