"""Jobs that learn from decisions, and keep the index and the weights up with what is learned."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from matching import feedback
from matching.receptions import index_learned
from matching.refitting import LEARNED_FROM, refit
from matching.weights import active_model
from persistence.queries import learning as queries
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.learning")

# Longer than the pause between two runs, so that a late or a missed one loses nothing.
_LEARNED_LATELY = timedelta(hours=2)

# How long a fact may be on its way before its decision counts as missed.
_FACTS_TAKE = timedelta(hours=1)
_MISSED_AT_ONCE = 500

# Who decided and on whom, in the words of the facts about decisions.
_ROLES = (("liker_id", "liked_id"), ("passer_id", "passed_id"), ("decider_id", "candidate_id"))


@task
async def learn_decision(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Let what is learned about two people follow from what one of them decided on the other."""
    ((decider_id, candidate_id),) = (
        (UUID(body[decider]), UUID(body[candidate]))
        for decider, candidate in _ROLES
        if decider in body
    )
    await _learn(resources, decider_id, candidate_id)


@task
async def learn_missed(resources: Resources) -> None:
    """Learn decisions that no fact told of, as those from before there were lessons; some at once.

    Their signals are those of now: what people showed then is not known any more.
    """
    now = datetime.now(UTC)
    missed = await resources.database.fetch(
        queries.unlearned, since=now - LEARNED_FROM, until=now - _FACTS_TAKE, limit=_MISSED_AT_ONCE
    )
    for row in missed:
        await _learn(resources, row["decider_id"], row["candidate_id"])
    if missed:
        _log.info("missed decisions learned", decisions=len(missed))


@task
async def index_receptions(resources: Resources) -> None:
    """Tell the index what was learned lately, about whom decks may show; safe to repeat."""
    now = datetime.now(UTC)
    told = await _tell_index(resources, now - _LEARNED_LATELY, now)
    _log.info("index told what was learned", people=told)


@task
async def refit_weights(resources: Resources) -> None:
    """Refit the population's weights, once a day.

    The index is told of everybody anew: what was learned counts less from day to day.
    """
    now = datetime.now(UTC)
    found = await refit(resources.database, now)
    if found is not None:
        _log.info(
            "weights refitted",
            version=found.report.version,
            is_kept=found.report.is_kept,
            rolled_back=found.rolled_back is not None,
            active=found.active.version,
        )
    beginning = datetime.fromtimestamp(0, UTC)
    await _tell_index(resources, beginning, now)


async def _tell_index(resources: Resources, since: datetime, now: datetime) -> int:
    return await index_learned(
        resources.database,
        resources.vectors,
        since=since,
        now=now,
        with_appeal=resources.builder.with_appeal,
    )


async def _learn(resources: Resources, decider_id: UUID, candidate_id: UUID) -> None:
    active = await active_model(resources.database)
    index = await resources.builder.index()
    async with resources.database.write() as tx:
        await feedback.learn(
            tx,
            decider_id,
            candidate_id,
            active=active.for_person(decider_id),
            embedding_version=index.model_version,
            with_appeal=resources.builder.with_appeal,
        )
