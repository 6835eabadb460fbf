"""Reciprocity: both sides' chances into one, since a match takes two: pure."""

from datetime import datetime

from matching.features import Features
from matching.scoring import PRIOR, LogOdds, Model, Score, log_odds, score_of, signals


def combined(one: LogOdds, other: LogOdds) -> LogOdds:
    """Give the mean of both directions' log-odds, term by term; symmetric.

    The mean of log-odds is the geometric mean of odds: as good as the harmonic mean in ranking
    matches, and additive, so that every signal keeps its part.
    """
    terms = {signal: (term + other.terms[signal]) / 2.0 for signal, term in one.terms.items()}
    return LogOdds(terms, (one.experience + other.experience) / 2.0)


def mutual_odds(
    one: Features,
    other: Features,
    *,
    similarity: float | None,
    now: datetime,
    model: Model = PRIOR,
) -> LogOdds:
    """Give the log-odds of a pair from both sides; the same for both of them.

    Args:
        one: a person.
        other: another person.
        similarity: cosine of their texts, None when one has no vector.
        now: the moment at which ages and activity are judged, with its time zone.
        model: the weights.
    """
    there = log_odds(signals(one, other, similarity=similarity, now=now), model)
    back = log_odds(signals(other, one, similarity=similarity, now=now), model)
    return combined(there, back)


def compatibility(
    one: Features,
    other: Features,
    *,
    similarity: float | None,
    now: datetime,
    model: Model = PRIOR,
) -> Score:
    """Score a pair by its `mutual_odds`, which take the same arguments."""
    return score_of(mutual_odds(one, other, similarity=similarity, now=now, model=model), model)
