"""Questions about experiments with the weights of matching."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, one_of, parameter

_Experiment, _Exposure = models.Experiment, models.ExperimentExposure
_Lesson, _Match, _Model = models.Lesson, models.Match, models.MatchingModel

running = Statement(sa.select(_Experiment).where(_Experiment.stopped_at.is_(None)), _Experiment)
"""The experiment that runs; no row when none does."""

by_ids = Statement(
    sa.select(_Experiment).where(one_of(_Experiment.experiment_id, "ids")), _Experiment
)
"""The experiments with these `ids`, running or stopped."""

weights_of = Statement(
    sa.select(_Model.version, _Model.weights).where(
        one_of(_Model.version, "versions"), _Model.weights.is_not(None)
    ),
    _Model,
)
"""The weights of those of `versions` that refits have kept."""

_started: Any = postgresql.insert(_Experiment).values(
    name=parameter("name", _Experiment.name), arms=parameter("arms", _Experiment.arms)
)

start = Statement(_started.on_conflict_do_nothing().returning(_Experiment), _Experiment)
"""Start an experiment with a `name` and `arms`; no row while another one runs."""

stop = Statement(
    sa.update(_Experiment)
    .where(_Experiment.experiment_id == parameter("experiment_id", _Experiment.experiment_id))
    .values(stopped_at=sa.func.coalesce(_Experiment.stopped_at, sa.func.clock_timestamp()))
    .returning(_Experiment),
    _Experiment,
)
"""Stop the experiment `experiment_id`, unless it has stopped."""

_exposed = (
    sa.select(
        parameter("experiment_id", _Exposure.experiment_id),
        models.Profile.profile_id,
        parameter("arm", _Exposure.arm),
    )
    .where(models.Profile.profile_id == parameter("profile_id", _Exposure.profile_id))
    .with_for_update(read=True, key_share=True)
)
_given: Any = postgresql.insert(_Exposure).from_select(
    ["experiment_id", "profile_id", "arm"], _exposed
)

expose = Statement(
    _given.on_conflict_do_nothing().returning(_Exposure.profile_id),
    _Exposure,
)
"""Note that `profile_id` was first shown a deck of `arm` now; no row when that was before.

Neither is there one when they are gone.
"""

_until = sa.func.coalesce(_Experiment.stopped_at, sa.func.now())


def _matched(side: Any) -> Any:
    return (
        sa.select(sa.func.count())
        .where(
            side == _Exposure.profile_id,
            _Match.matched_at >= _Exposure.exposed_at,
            _Match.matched_at <= _until,
        )
        .correlate(_Exposure, _Experiment)
        .scalar_subquery()
    )


def _decided(*what: Any) -> Any:
    return (
        sa.select(sa.func.count())
        .where(
            _Lesson.decider_id == _Exposure.profile_id,
            _Lesson.is_counted,
            _Lesson.decided_at >= _Exposure.exposed_at,
            _Lesson.decided_at <= _until,
            *what,
        )
        .correlate(_Exposure, _Experiment)
        .scalar_subquery()
    )


_people = (
    sa.select(
        _Exposure.arm,
        sa.cast(_matched(_Match.first_id) + _matched(_Match.second_id), sa.Double()).label(
            "matches"
        ),
        _decided().label("decisions"),
        _decided(_Lesson.is_like).label("likes"),
    )
    .join(_Experiment, _Experiment.experiment_id == _Exposure.experiment_id)
    .where(_Exposure.experiment_id == parameter("experiment_id", _Exposure.experiment_id))
    .subquery("people")
)

outcomes = Statement(
    sa.select(
        _people.c.arm,
        sa.func.count().label("people"),
        sa.func.sum(_people.c.matches).label("matches"),
        sa.func.sum(_people.c.matches * _people.c.matches).label("squares"),
        sa.cast(sa.func.sum(_people.c.decisions), sa.Integer()).label("decisions"),
        sa.cast(sa.func.sum(_people.c.likes), sa.Integer()).label("likes"),
    ).group_by(_people.c.arm)
)
"""What came of the people exposed to each arm of `experiment_id`, from then until it stopped.

`squares` is the sum of the squares of each person's matches, those that ended among them.
"""
