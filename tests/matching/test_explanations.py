"""Explanations: one reason for each contribution, that adds up, is true and gives nothing away."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from matching.explanations import reasons
from matching.features import Features, Preferences
from matching.reciprocity import compatibility
from matching.scoring import (
    EXPERIENCE,
    PRIOR,
    Contribution,
    LogOdds,
    Model,
    Score,
    Weight,
    score_of,
    signals,
)
from matching.vocabulary import OPPOSITES, Kind, label_of
from tests.matching.conftest import NOW, people

# People take long to draw.
patiently = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def explained(viewer, candidate, similarity=0.4):
    score = compatibility(viewer, candidate, similarity=similarity, now=NOW)
    return score, reasons(score, viewer, candidate)


@patiently
@given(people, people, st.none() | st.floats(-1, 1))
def test_reasons_sum_to_the_score_exactly_and_each_is_a_sentence(viewer, candidate, similarity):
    score, told = explained(viewer, candidate, similarity)
    assert sum(reason.contribution for reason in told) == score.value - 50
    assert {reason.signal for reason in told} == set(PRIOR.weights)
    assert all(reason.text.endswith(".") and "{" not in reason.text for reason in told)
    sizes = [abs(reason.contribution) for reason in told]
    assert sizes == sorted(sizes, reverse=True)


@patiently
@given(people, people, people)
def test_what_the_candidate_prefers_is_never_told(viewer, candidate, third):
    _, told = explained(viewer, candidate)
    _, others = explained(viewer, replace(candidate, wants=third.wants))
    assert told == others


def labels(kind, keys):
    return {label_of(kind, key) for key in keys}


def answer_each_other(one, other):
    return {goal for goal in one.goals if OPPOSITES.get(goal) in other.goals}


# What two people have, by what is said of it: what may be named, and whether it is so.
SAID = {
    "You share interests": lambda one, other: labels(
        Kind.INTEREST, one.interests & other.interests
    ),
    "You are here for the same": lambda one, other: labels(Kind.GOAL, one.goals & other.goals),
    "You share skills": lambda one, other: labels(Kind.SKILL, one.skills & other.skills),
    "You speak the same languages": lambda one, other: labels(
        Kind.LANGUAGE, one.languages & other.languages
    ),
    "You have no language in common": lambda one, other: one.languages.isdisjoint(other.languages),
    "You both live with animals": lambda one, other: labels(
        Kind.COMPANION, one.companion_kinds & other.companion_kinds
    ),
    "You live with different animals": lambda one, other: one.companion_kinds.isdisjoint(
        other.companion_kinds
    ),
    "Your goals answer each other": lambda one, other: labels(
        Kind.GOAL, answer_each_other(one, other)
    ),
    "Neither of you looks for what the other offers": lambda one, other: (
        not (answer_each_other(one, other) or answer_each_other(other, one))
    ),
    "Between you two there is something to learn": lambda one, other: (
        labels(Kind.SKILL, other.skills - one.skills) or one.skills - other.skills
    ),
    "You have time when the other has": lambda one, other: (
        one.availability == other.availability
        or "flexible" in (one.availability, other.availability)
    ),
}
MORE, LESS = r"\b(more|nearer|closer)\b.* than usual$", r"\b(less|fewer|further)\b.* than usual$"
# What refits may make of the weights: anything is typical, and no slope is below 0.
weights = st.fixed_dictionaries(
    {name: st.builds(Weight, st.floats(0, 3), st.floats(0, 1)) for name in PRIOR.weights}
)


@settings(patiently, max_examples=100)
@given(people, people, st.none() | st.floats(-1, 1), weights)
def test_each_sentence_is_true_whatever_the_weights(one, other, similarity, drawn):
    model = Model("drawn@1", 1.2, drawn)
    score = compatibility(one, other, similarity=similarity, now=NOW, model=model)
    pairs = (one, other), (other, one)
    measured = [signals(*pair, similarity=similarity, now=NOW) for pair in pairs]
    for signal, points, text in reasons(score, one, other):
        sentence, _, named = text.removesuffix(".").partition(": ")
        event(sentence)
        known = [each[signal] for each in measured if each[signal] is not None]
        above_usual = sum(value - drawn[signal].centre for value in known)
        if re.search(MORE, sentence):
            assert above_usual > 0
        elif re.search(LESS, sentence):
            assert above_usual < 0
        elif points:
            has = SAID[sentence](one, other)
            assert has
            assert not named or set(re.split(", | and ", named)) - has <= {
                "1 more",
                "2 more",
                "3 more",
            }
        else:
            assert sentence.endswith(("counts neither way", "count neither way"))


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (3, "Taken together, you were here more lately than usual."),
        (30, "Taken together, you were here less lately than usual."),
    ],
)
def test_who_reads_is_here_and_says_nothing_of_the_other_alone(days, text):
    here, away = (
        Features(UUID(int=n), "", last_active_at=NOW - timedelta(days=n * days)) for n in range(2)
    )
    assert texts_of(here, away)["recent_activity"] == text


def texts_of(viewer, candidate):
    return {reason.signal: reason.text for reason in explained(viewer, candidate)[1]}


def test_shared_facts_are_named_by_their_labels():
    viewer = Features(
        UUID(int=1),
        "",
        interests=frozenset({"hiking", "jazz"}),
        languages=frozenset({"de"}),
        goals=frozenset({"mentee"}),
        skills=frozenset({"python"}),
    )
    candidate = Features(
        UUID(int=2),
        "",
        interests=frozenset({"hiking", "jazz", "secret society"}),
        languages=frozenset({"de", "en"}),
        goals=frozenset({"mentor"}),
        skills=frozenset({"sales"}),
        wants=Preferences(genders=frozenset({"woman"})),
    )
    texts = texts_of(viewer, candidate)
    assert texts["interests_shared"] == "You share interests: Hiking and Jazz."
    assert texts["languages_shared"] == "You speak the same languages: German."
    assert texts["goals_complementary"] == "Your goals answer each other: Finding a mentor."
    assert texts["skills_new"] == "Between you two there is something to learn: Sales."
    assert texts["skills_shared"] == "You share fewer skills than usual."
    assert texts["nearness"] == "Where you live counts neither way."


def test_long_lists_are_cut():
    words = frozenset({"hiking", "jazz", "film", "chess", "own words"})
    one, other = Features(UUID(int=1), "", interests=words), Features(UUID(int=2), "", words)
    assert texts_of(one, other)["interests_shared"] == (
        "You share interests: Chess, Film, Hiking and 2 more."
    )


@pytest.mark.parametrize(
    ("odds", "text"),
    [
        (2.0, "What was learned from decisions so far speaks for you two."),
        (-2.0, "What was learned from decisions so far speaks against it."),
    ],
)
def test_what_was_learned_is_told_without_saying_from_whom(odds, text):
    one, other = Features(UUID(int=1), ""), Features(UUID(int=2), "")
    told = reasons(score_of(LogOdds({}, odds)), one, other)
    assert [(reason.signal, reason.text) for reason in told] == [(EXPERIENCE, text)]


def test_a_signal_without_words_to_name_still_makes_a_sentence():
    score = Score(60.0, (Contribution("interests_shared", 10.0),), "test")
    one, other = Features(UUID(int=1), ""), Features(UUID(int=2), "")
    assert reasons(score, one, other)[0].text == "You share interests."
