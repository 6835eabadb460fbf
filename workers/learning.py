"""Jobs that learn from decisions."""

from typing import Any
from uuid import UUID

from matching import feedback
from matching.weights import active_model
from workers.celery_app import task
from workers.resources import Resources

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
    active = await active_model(resources.database)
    async with resources.database.write() as tx:
        await feedback.learn(
            tx,
            decider_id,
            candidate_id,
            active=active,
            embedding_version=resources.vectors.model_version,
        )
