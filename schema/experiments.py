"""Experiments: versions of the weights compared on people, for staff."""

from datetime import datetime
from typing import Any

import strawberry

from domain.refusals import Conflict, InvalidInput, NotFound
from persistence import models
from resolvers import experiments as resolvers
from resolvers import guards
from schema.building import MutationInput, mutation, resolve, view_of
from schema.nodes import Node


@strawberry.type
class ExperimentLift:
    """What an arm has over the first one, by person; 1 is no difference."""

    ratio: float = strawberry.field(description="The ratio of the means.")
    low: float = strawberry.field(description="The lower end of its interval of 95 %.")
    high: float = strawberry.field(description="The upper end of its interval of 95 %.")


@strawberry.type
class ExperimentArm:
    """What came of an arm so far: of the people who were shown a deck of it, since then."""

    version: str = strawberry.field(description="Of the weights that rank its decks.")
    decisions: int = strawberry.field(description="How many decisions its people made.")
    likes: int = strawberry.field(description="How many of those were likes.")
    lift: ExperimentLift | None = strawberry.field(
        description=(
            "Of matches by person over the first arm; null for that one, and while an arm has "
            "fewer than two people or no match."
        )
    )

    @strawberry.field(description="Its name.")
    def name(root: strawberry.Parent[Any]) -> str:
        return root.arm  # type: ignore[no-any-return]

    @strawberry.field(description="How many people were shown a deck of it.")
    def people(root: strawberry.Parent[Any]) -> int:
        return root.matches.people  # type: ignore[no-any-return]

    @strawberry.field(description="How many matches each of them made on average.")
    def matches_per_person(root: strawberry.Parent[Any]) -> float:
        return root.matches.mean  # type: ignore[no-any-return]


@view_of(models.Experiment)
class Experiment(Node):
    """Versions of the weights compared on people, who fall into arms by a hash of both keys."""

    name: str = strawberry.field(description="What it is called.")
    started_at: datetime = strawberry.field(description="When it began.")
    stopped_at: datetime | None = strawberry.field(description="When it ended; null while it runs.")

    @strawberry.field(description="What is compared; the first is what the others are measured by.")
    async def arms(root: strawberry.Parent[Any], info: strawberry.Info) -> list[ExperimentArm]:
        # A view shows any object that has its attributes.
        return await resolvers.outcomes(info.context, root)  # type: ignore[return-value]


@strawberry.type
class ExperimentQueries:
    """What staff can ask about experiments."""

    experiment: Experiment | None = resolve(resolvers.experiment, guard=guards.staff)


@strawberry.input
class ExperimentArmInput:
    """One of the things to compare."""

    name: str = strawberry.field(description="1 to 40 characters, each name once.")
    version: str = strawberry.field(
        description="A version that a refit has kept, or `prior@1`, which comes with Kith."
    )


@strawberry.input
class StartExperimentInput(MutationInput):
    """What `startExperiment` needs."""

    name: str = strawberry.field(description="1 to 100 characters.")
    arms: list[ExperimentArmInput] = strawberry.field(
        description="2 to 5, first the one that the others are measured by."
    )


@strawberry.type
class StartExperimentSuccess:
    """It runs."""

    experiment: Experiment = strawberry.field(description="The experiment.")


@strawberry.input
class StopExperimentInput(MutationInput):
    """What `stopExperiment` needs."""

    experiment_id: strawberry.ID = strawberry.field(description="The experiment.")


@strawberry.type
class StopExperimentSuccess:
    """It has ended."""

    experiment: Experiment = strawberry.field(description="The experiment, with what came of it.")


@strawberry.type
class ExperimentMutations:
    """What staff can do about experiments."""

    start_experiment = mutation(
        resolvers.start_experiment,
        input=StartExperimentInput,
        returns=StartExperimentSuccess,
        refuses=(InvalidInput, Conflict),
        guard=guards.staff,
    )
    stop_experiment = mutation(
        resolvers.stop_experiment,
        input=StopExperimentInput,
        returns=StopExperimentSuccess,
        refuses=(NotFound,),
        guard=guards.staff,
    )
