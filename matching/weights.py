"""Weights: which version of the population's model is in use, read once for some seconds."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from matching.experiments import arm_of
from matching.scoring import PRIOR, Model
from persistence.database import Database
from persistence.fresh import Fresh
from persistence.queries import experiments, matching_models

_FRESH_SECONDS = 5.0

_PRIOR_RATE = 1.0 / (1.0 + math.exp(-PRIOR.calibration.knots[0][1]))
"""How often a typical pair likes, until a refit has counted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The experiment that runs.

    Attributes:
        experiment_id: which.
        arms: the weights of each arm by its name, in the experiment's order.
    """

    experiment_id: UUID
    arms: Mapping[str, Model]


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """The population's model as it is in use.

    Attributes:
        model: the weights, with their version.
        like_rate: how often people like whom they decide on, above 0 and below 1.
        trial: the experiment that runs, None when none does.
    """

    model: Model = PRIOR
    like_rate: float = _PRIOR_RATE
    trial: Trial | None = None

    def for_person(self, profile_id: UUID) -> "ActiveModel":
        """Give the model by which this person's deck is ranked: that of their arm in a trial."""
        if self.trial is None:
            return self
        arm = arm_of(self.trial.experiment_id, profile_id, list(self.trial.arms))
        return ActiveModel(self.trial.arms[arm], self.like_rate)


async def active_model(database: Database) -> ActiveModel:
    """Give the model that is in use; what is read is good for five seconds in this process.

    So a new version, or a roll-back, is in use everywhere five seconds later without a restart.
    Everybody who asks at once waits for one statement, which belongs to no operation.

    Args:
        database: where the versions are.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    return await _in_use.of(database)


def forget_active_model(database: Database) -> None:
    """Read anew when somebody asks next, because this process has just changed it."""
    _in_use.forget(database)


async def _read(database: Database) -> ActiveModel:
    row, experiment = await asyncio.gather(
        database.one(matching_models.population), database.one(experiments.running)
    )
    model, rate = PRIOR, _PRIOR_RATE
    if row is not None and row.weights is not None:
        model = Model.from_dict(row.weights)
    if row is not None and row.like_rate is not None:
        rate = row.like_rate
    trial = await _trial(database, experiment) if experiment is not None else None
    return ActiveModel(model, rate, trial)


async def _trial(database: Database, experiment: Any) -> Trial:
    versions = [arm["version"] for arm in experiment.arms]
    rows = await database.fetch(experiments.weights_of, versions=versions)
    known = {PRIOR.version: PRIOR, **{row.version: Model.from_dict(row.weights) for row in rows}}
    arms = {arm["name"]: known[arm["version"]] for arm in experiment.arms}
    return Trial(experiment.experiment_id, arms)


_in_use = Fresh(_read, seconds=_FRESH_SECONDS)
