"""Fitting: weights learned from decisions, pulled to the prior, kept only when they are better."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from matching.fitting import Decision, Decisions, fitted, judged, refitted, totals_of
from matching.scoring import PRIOR, Model, Weight, log_odds
from tests.matching.conftest import NOW

NAMES = tuple(PRIOR.weights)
DAY = 86_400.0


def decisions_like(slopes, *, count=8_000, seed=3, base=-1.2, days=28):
    """Decisions of 100 people over four weeks that follow known slopes."""
    random = np.random.default_rng(seed)
    values = random.random((count, len(NAMES)))
    values[random.random(values.shape) < 0.2] = np.nan
    experience = random.normal(0.0, 0.5, count)
    totals = np.nan_to_num(values - 0.5) @ np.array(slopes) + experience + base
    return Decisions(
        signals=NAMES,
        values=values,
        experience=experience,
        liked=random.random(count) < 1 / (1 + np.exp(-totals)),
        viewers=random.integers(0, 100, count),
        decided_at=np.sort(random.random(count)) * days * DAY,
    )


def slopes_of(model):
    return np.array([model.weights[name].slope for name in NAMES])


OTHERS = [0.0, 2.0, 0.2, 0.0, 1.0, 0.0, 1.5, 0.3, 0.0, 2.0, 0.0, 0.5, 0.1, 1.0]


def test_a_fit_finds_the_slopes_that_decisions_follow():
    found = slopes_of(fitted(decisions_like(OTHERS, count=30_000), version="fit@1"))
    assert np.abs(found - OTHERS).max() < 0.25


def test_few_decisions_leave_the_prior_where_it_was():
    found = slopes_of(fitted(decisions_like(OTHERS, count=20), version="fit@1"))
    assert np.abs(found - slopes_of(PRIOR)).max() < 0.3


def test_a_better_model_is_kept_with_its_report():
    model, report = refitted(decisions_like(OTHERS), version="fit@1")
    assert report.is_kept
    assert model.version == report.version == "fit@1"
    assert report.fitted.auc > report.current.auc
    assert report.fitted.log_loss < report.current.log_loss
    assert report.fitted.calibration_error < 0.05 < report.current.calibration_error
    assert report.learned_from + report.held_out == 8_000
    assert report.held_out == pytest.approx(2_000, rel=0.1)
    assert json.loads(json.dumps(report.as_dict()))["fitted"]["auc"] == report.fitted.auc
    assert Model.from_dict(json.loads(json.dumps(model.as_dict()))) == model


def test_a_model_that_does_worse_on_the_latest_week_is_rolled_back():
    before = decisions_like(OTHERS)
    current = fitted(decisions_like(OTHERS, count=20_000, seed=4), version="good@1")
    # Three weeks of decisions by the toss of a coin teach nothing true.
    early = before.decided_at < 20 * DAY
    liked = np.where(early, np.random.default_rng(1).random(len(early)) < 0.5, before.liked)
    model, report = refitted(replace(before, liked=liked), version="bad@2", current=current)
    assert model is current
    assert not report.is_kept
    assert report.fitted.log_loss > report.current.log_loss


def test_a_model_that_only_ranks_worse_is_rolled_back_too():
    decisions = decisions_like(OTHERS)
    ranks_well = fitted(decisions_like(OTHERS, count=30_000, seed=4), version="good@1")
    off = replace(ranks_well, calibration=PRIOR.calibration)
    narrow = decisions.where(np.arange(len(decisions.liked)) % 20 == 0)
    both = [
        narrow.where(narrow.decided_at < 21 * DAY),
        decisions.where(decisions.decided_at > 21 * DAY),
    ]
    joined = Decisions(
        NAMES,
        *(
            np.concatenate([getattr(part, name) for part in both])
            for name in ("values", "experience", "liked", "viewers", "decided_at")
        ),
    )
    model, report = refitted(joined, version="fit@2", current=off)
    assert report.fitted.auc < report.current.auc
    assert model is off
    assert not report.is_kept


def test_without_decisions_of_both_kinds_the_current_model_stays():
    some = decisions_like(OTHERS, count=400)
    only_likes = replace(some, liked=np.ones_like(some.liked))
    nothing = some.where(np.zeros_like(some.liked))
    for decisions in (only_likes, nothing, some.where(some.decided_at > 27 * DAY)):
        model, report = refitted(decisions, version="fit@1")
        assert model is PRIOR
        assert report.fitted is None
        assert not report.is_kept
    assert refitted(nothing, version="fit@1")[1].current is None


def test_a_slope_that_decisions_pull_below_0_is_held_at_0():
    against = [-2.0, *OTHERS[1:]]
    model = fitted(decisions_like(against), version="fit@1")
    assert model.weights[NAMES[0]].slope == 0.0
    assert (slopes_of(model) >= 0.0).all()


def test_the_typical_pair_of_the_decisions_is_the_mean_and_scores_keep_their_width():
    decisions = decisions_like(2.0 * slopes_of(PRIOR), count=20_000)
    model = fitted(decisions, version="fit@1")
    for column, name in enumerate(NAMES):
        known = decisions.values[:, column]
        assert model.weights[name].centre == pytest.approx(np.nanmean(known))
    no_experience = replace(decisions, experience=np.zeros(len(decisions.liked)))
    width = totals_of(model, no_experience).std() / model.spread
    assert width == pytest.approx(totals_of(PRIOR, no_experience).std() / PRIOR.spread, rel=0.02)


def test_a_signal_that_was_never_known_keeps_its_centre_and_slope():
    decisions = decisions_like(OTHERS, count=500)
    decisions.values[:, 0] = np.nan
    assert fitted(decisions, version="fit@1").weights[NAMES[0]] == PRIOR.weights[NAMES[0]]


def test_where_no_signal_was_known_the_spread_stays():
    decisions = decisions_like(OTHERS, count=500)
    decisions.values[:] = np.nan
    model = fitted(decisions, version="fit@1")
    assert model.spread == PRIOR.spread
    assert model.weights == PRIOR.weights


def test_steps_that_overshoot_are_halved():
    decisions = decisions_like(OTHERS, count=300)
    far = replace(decisions, experience=40.0 * np.sign(decisions.experience))
    model = fitted(far, version="fit@1")
    assert np.isfinite(slopes_of(model)).all()
    assert judged(model, far).log_loss < judged(PRIOR, far).log_loss


def test_rows_become_columns_whose_totals_are_those_of_scoring():
    rows = [
        Decision(
            viewer_id=UUID(int=number % 2),
            measured={"nearness": 0.9, "skills_new": None, "profile_depth": number / 4},
            experience=0.1 * number,
            liked=number % 2 == 0,
            decided_at=NOW + timedelta(days=number),
        )
        for number in range(4)
    ]
    columns = Decisions.of(rows)
    assert columns.viewers.tolist() == [0, 1, 0, 1]
    assert columns.decided_at[3] - columns.decided_at[0] == 3 * DAY
    assert totals_of(PRIOR, columns).tolist() == pytest.approx(
        [log_odds(row.measured, appeal=row.experience).total for row in rows]
    )
    assert Decisions.of([]).values.shape == (0, len(NAMES))
    fewer = Model("fewer", 1.0, {"nearness": Weight(2.0, 0.5)})
    assert totals_of(fewer, columns).tolist() == pytest.approx([0.8, 0.9, 1.0, 1.1])
