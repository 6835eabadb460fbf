"""Fitting: the population's weights learned from its own decisions, kept only if better: pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Bin, Calibration, calibration_error, reliability
from matching.judging import log_loss, within_viewer_auc
from matching.scoring import PRIOR, Model, Weight

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

HELD_OUT = timedelta(days=7)
"""The latest decisions, which judge what the earlier ones taught."""

_SLOPE_WIDTH = 0.5
_CONVERGED = 1e-10
_UNKNOWN = Weight(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it was made.

    Args:
        viewer_id: who decided.
        measured: the signals the person showed to them then, by name, None where unknown.
        experience: what decisions had taught about both by then, in log-odds.
        liked: whether it was a like.
        decided_at: when, with its time zone.
    """

    viewer_id: UUID
    measured: dict[str, float | None]
    experience: float
    liked: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """Many decisions as columns, all of one length n.

    Args:
        signals: the names of the k columns of `values`.
        values: n x k signals in [0, 1], NaN where unknown.
        experience: in log-odds.
        liked: whether each was a like.
        viewers: who decided, as numbers.
        decided_at: seconds of any clock.
    """

    signals: tuple[str, ...]
    values: Floats
    experience: Floats
    liked: Booleans
    viewers: NDArray[np.int64]
    decided_at: Floats

    @classmethod
    def of(cls, decisions: Sequence[Decision], *, model: Model = PRIOR) -> Self:
        """Turn decisions into columns, one for each signal of a model."""
        numbers: dict[UUID, int] = {}
        rows = [
            [
                np.nan if (value := one.measured.get(name)) is None else value
                for name in model.weights
            ]
            for one in decisions
        ]
        return cls(
            signals=tuple(model.weights),
            values=np.array(rows, dtype=np.float64).reshape(len(rows), len(model.weights)),
            experience=np.array([one.experience for one in decisions], dtype=np.float64),
            liked=np.array([one.liked for one in decisions], dtype=np.bool_),
            viewers=np.array(
                [numbers.setdefault(one.viewer_id, len(numbers)) for one in decisions],
                dtype=np.int64,
            ),
            decided_at=np.array([one.decided_at.timestamp() for one in decisions]),
        )

    def where(self, kept: Booleans) -> Self:
        """Give the decisions at which `kept` is true."""
        return type(self)(
            self.signals,
            self.values[kept],
            self.experience[kept],
            self.liked[kept],
            self.viewers[kept],
            self.decided_at[kept],
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a model did on held-out decisions.

    Args:
        auc: within viewers, None where no viewer both liked and passed.
        log_loss: in nats.
        calibration_error: the expected one, over deciles of the predicted chance.
        deciles: predicted chance against observed rate.
    """

    auc: float | None
    log_loss: float
    calibration_error: float
    deciles: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a refit found.

    Args:
        version: of the model that was fitted.
        learned_from: how many decisions taught.
        held_out: how many judged.
        current: how the model in use did, None where nothing was held out.
        fitted: how the fitted model did, None where nothing could be fitted.
        is_kept: whether the fitted model replaces the one in use.
    """

    version: str
    learned_from: int
    held_out: int
    current: Judgement | None
    fitted: Judgement | None
    is_kept: bool

    def as_dict(self) -> dict[str, Any]:
        """Give what a column of JSON keeps of it."""
        return asdict(self)


def refitted(
    decisions: Decisions,
    *,
    version: str,
    current: Model = PRIOR,
    prior: Model = PRIOR,
) -> tuple[Model, Report]:
    """Fit the weights to decisions, and keep them only if they do better on the latest week.

    Args:
        decisions: of the deployment; their signals are those of the prior.
        version: the name of the model to be fitted.
        current: the model in use.
        prior: the model whose slopes those of the new one are pulled to.

    Returns:
        The fitted model, or `current` when it ranks or predicts the held-out decisions worse, or
        when there are none to learn from or to judge by; and what was found.
    """
    latest = decisions.decided_at.max(initial=-np.inf) - HELD_OUT.total_seconds()
    is_held_out = decisions.decided_at > latest
    taught, held_out = decisions.where(~is_held_out), decisions.where(is_held_out)
    counts = (version, len(taught.liked), len(held_out.liked))
    if not len(held_out.liked):
        return current, Report(*counts, current=None, fitted=None, is_kept=False)
    before = judged(current, held_out)
    if not taught.liked.any() or taught.liked.all() or before.auc is None:
        return current, Report(*counts, current=before, fitted=None, is_kept=False)
    model = fitted(taught, version=version, prior=prior)
    after = judged(model, held_out)
    is_better = (
        after.auc is not None and after.auc >= before.auc and after.log_loss <= before.log_loss
    )
    report = Report(*counts, current=before, fitted=after, is_kept=is_better)
    return (model if is_better else current), report


def fitted(decisions: Decisions, *, version: str, prior: Model = PRIOR) -> Model:
    """Fit a model by ridge logistic regression, pulled towards a prior's slopes.

    Signals are measured so that more is better. A slope that decisions pull below 0 is held at 0:
    its sentences would say the contrary of what its points say.

    Args:
        decisions: with both likes and passes among them.
        version: the name of the model.
        prior: whose slopes the new ones are pulled to, with a width of 0.5 in log-odds.

    Returns:
        A model whose typical pair is the mean of these decisions, whose scores are as wide as the
        prior's, and which is calibrated on them.
    """
    names = decisions.signals
    start = np.array([prior.weights[name].slope for name in names])
    fallback = np.array([prior.weights[name].centre for name in names])
    centres = _means(decisions.values, fallback)
    distances = _distances(decisions.values, centres)
    free = np.ones(len(names), dtype=np.bool_)
    slopes = np.zeros(len(names))
    while True:
        slopes[free] = _ridge(
            distances[:, free], decisions.experience, decisions.liked, start[free]
        )
        below = free & (slopes < 0.0)
        slopes[below] = 0.0
        if not below.any():
            break
        free &= ~below
    own = distances @ slopes
    usual = float((_distances(decisions.values, fallback) @ start).std())
    spread = prior.spread * float(own.std()) / usual if usual > 0.0 and own.any() else prior.spread
    return Model(
        version=version,
        spread=spread,
        weights={
            name: Weight(float(slope), float(centre))
            for name, slope, centre in zip(names, slopes, centres, strict=True)
        },
        calibration=Calibration.fitted(own + decisions.experience, decisions.liked),
    )


def judged(model: Model, decisions: Decisions) -> Judgement:
    """Judge a model by decisions it was not fitted to, at least one."""
    totals = totals_of(model, decisions)
    log_odds = model.calibration.log_odds(totals)
    deciles = reliability(model.calibration.chances(totals), decisions.liked)
    return Judgement(
        auc=within_viewer_auc(decisions.viewers, totals, decisions.liked),
        log_loss=log_loss(log_odds, decisions.liked),
        calibration_error=calibration_error(deciles),
        deciles=deciles,
    )


def totals_of(model: Model, decisions: Decisions) -> Floats:
    """Give the log-odds of each like above those of a typical pair, as `scoring.log_odds` does.

    Signals the model does not know do not count.
    """
    weights = [model.weights.get(name, _UNKNOWN) for name in decisions.signals]
    slopes = np.array([weight.slope for weight in weights])
    centres = np.array([weight.centre for weight in weights])
    totals: Floats = _distances(decisions.values, centres) @ slopes + decisions.experience
    return totals


def _means(values: Floats, fallback: Floats) -> Floats:
    """Give the mean of each column where it is known, the fallback where it never is."""
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), fallback)


def _distances(values: Floats, centres: Floats) -> Floats:
    return np.nan_to_num(values - centres, nan=0.0)


def _ridge(distances: Floats, offset: Floats, liked: Booleans, start: Floats) -> Floats:
    """Give slopes of the greatest posterior, by Newton steps that are halved until they climb."""
    design = np.column_stack([np.ones(len(liked)), distances])
    centre = np.concatenate([[0.0], start])
    # The rate of likes is not pulled anywhere.
    precision = np.concatenate([[0.0], np.full(len(start), _SLOPE_WIDTH**-2)])
    rate = float(liked.mean())
    at = np.concatenate([[np.log(rate / (1.0 - rate))], start])

    def loss(where: Floats) -> float:
        log_odds = design @ where + offset
        misfit = len(liked) * log_loss(log_odds, liked)
        return misfit + 0.5 * float(precision @ (where - centre) ** 2)

    best = loss(at)
    while True:
        chances = np.exp(-np.logaddexp(0.0, -(design @ at + offset)))
        gradient = design.T @ (chances - liked) + precision * (at - centre)
        curvature = (design.T * (chances * (1.0 - chances))) @ design + np.diag(precision)
        step = np.linalg.solve(curvature, gradient)
        scale = 1.0
        while (reached := loss(at - scale * step)) > best and scale > 1e-6:
            scale /= 2.0
        if best - reached < _CONVERGED:
            return at[1:]
        at, best = at - scale * step, reached
