"""Experiments: what staff ask and do about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from domain import experiments
from domain.experiments import Arm
from matching.experiments import Lift, Sample, lift_of
from matching.scoring import PRIOR
from matching.weights import forget_active_model
from persistence.queries import experiments as queries
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an arm so far.

    Attributes:
        arm: which.
        version: of its weights.
        matches: of each of its people.
        decisions: that they made.
        likes: how many of those were likes.
        lift: of matches over the first arm; None for that one, and while too little happened.
    """

    arm: str
    version: str
    matches: Sample
    decisions: int
    likes: int
    lift: Lift | None


async def experiment(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The experiment.")],
) -> Row | None:
    """An experiment, running or stopped. Staff only."""
    return await nodes.of_type(context, id, "Experiment")


async def outcomes(context: Context, row: Any) -> list[Outcome]:
    """Tell what came of the arms of an experiment, in their order."""
    rows = await context.database.fetch(queries.outcomes, experiment_id=row.experiment_id)
    found = {each["arm"]: each for each in rows}
    samples = [_sample(found.get(arm["name"])) for arm in row.arms]
    return [
        Outcome(
            arm=arm["name"],
            version=arm["version"],
            matches=sample,
            decisions=_count(found.get(arm["name"]), "decisions"),
            likes=_count(found.get(arm["name"]), "likes"),
            lift=lift_of(sample, samples[0]) if n else None,
        )
        for n, (arm, sample) in enumerate(zip(row.arms, samples, strict=True))
    ]


async def running_experiment(context: Context) -> Row | None:
    """Give the experiment that runs."""
    return await context.database.one(queries.running)


async def start_experiment(context: Context, *, name: str, arms: Sequence[Any]) -> dict[str, Any]:
    """Compare versions of the weights: everybody's deck is ranked by one, drawn by lot. Staff only.

    Who falls into which arm follows from the keys of both. Decks made before keep their order.
    """
    async with context.write() as tx:
        row = await experiments.start_experiment(
            tx,
            name=name,
            arms=[Arm(arm.name, arm.version) for arm in arms],
            prior_version=PRIOR.version,
        )
        answer = tx.answer({"experiment": row})
    forget_active_model(context.database)
    return answer


async def stop_experiment(context: Context, *, experiment_id: str) -> dict[str, Any]:
    """Let the version in use rank all decks again. Staff only."""
    async with context.write() as tx:
        key = ids.decode(experiment_id, "Experiment")
        row = await experiments.stop_experiment(tx, experiment_id=key)
        answer = tx.answer({"experiment": row})
    forget_active_model(context.database)
    return answer


def _sample(row: Row | None) -> Sample:
    if row is None:
        return Sample(0, 0.0, 0.0)
    return Sample(row["people"], row["matches"], row["squares"])


def _count(row: Row | None, name: str) -> int:
    return row[name] if row is not None else 0
