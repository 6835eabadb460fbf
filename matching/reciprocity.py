"""Reciprocity: both sides' chances into one, since a match takes two: pure."""

from datetime import datetime

from matching.features import Features
from matching.scoring import (
    NOTHING_LEARNED,
    PRIOR,
    Learned,
    LogOdds,
    Model,
    Score,
    log_odds,
    score_of,
    signals,
)


def combined(one: LogOdds, other: LogOdds) -> LogOdds:
    """Give the mean of both directions' log-odds, term by term; symmetric.

    The mean of log-odds is the geometric mean of odds: as good as the harmonic mean in ranking
    matches, and additive, so that every signal keeps its part.
    """
    terms = {signal: (term + other.terms[signal]) / 2.0 for signal, term in one.terms.items()}
    return LogOdds(terms, (one.experience + other.experience) / 2.0)


def direction(
    seeker: Features,
    person: Features,
    *,
    similarity: float | None,
    now: datetime,
    model: Model = PRIOR,
    of_seeker: Learned = NOTHING_LEARNED,
    of_person: Learned = NOTHING_LEARNED,
) -> LogOdds:
    """Give the log-odds that a seeker likes a person, above those of a typical pair.

    Args:
        seeker: who looks.
        person: who is looked at.
        similarity: cosine of their texts, None when one has no vector.
        now: the moment at which ages and activity are judged, with its time zone.
        model: the weights.
        of_seeker: what decisions taught about who looks.
        of_person: what decisions taught about who is looked at.
    """
    return log_odds(
        signals(seeker, person, similarity=similarity, now=now),
        model,
        appeal=of_person.appeal,
        pickiness=of_seeker.pickiness,
        personal=of_seeker.taste,
    )


def mutual_odds(
    one: Features,
    other: Features,
    *,
    similarity: float | None,
    now: datetime,
    model: Model = PRIOR,
    of_one: Learned = NOTHING_LEARNED,
    of_other: Learned = NOTHING_LEARNED,
) -> LogOdds:
    """Give the log-odds of a pair from both sides; the same for both of them.

    Args:
        one: a person.
        other: another person.
        similarity: cosine of their texts, None when one has no vector.
        now: the moment at which ages and activity are judged, with its time zone.
        model: the weights.
        of_one: what decisions taught about the first.
        of_other: what decisions taught about the other.
    """
    there = direction(
        one,
        other,
        similarity=similarity,
        now=now,
        model=model,
        of_seeker=of_one,
        of_person=of_other,
    )
    back = direction(
        other,
        one,
        similarity=similarity,
        now=now,
        model=model,
        of_seeker=of_other,
        of_person=of_one,
    )
    return combined(there, back)


def compatibility(
    one: Features,
    other: Features,
    *,
    similarity: float | None,
    now: datetime,
    model: Model = PRIOR,
    of_one: Learned = NOTHING_LEARNED,
    of_other: Learned = NOTHING_LEARNED,
) -> Score:
    """Score a pair by its `mutual_odds`, which take the same arguments.

    Pure: scoring changed people, weights or lessons answers "what if".
    """
    odds = mutual_odds(
        one,
        other,
        similarity=similarity,
        now=now,
        model=model,
        of_one=of_one,
        of_other=of_other,
    )
    return score_of(odds, model)
