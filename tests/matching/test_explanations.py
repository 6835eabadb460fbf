"""Explanations: one reason for each contribution, that adds up and gives nothing away."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.explanations import reasons
from matching.features import Features, Preferences
from matching.reciprocity import compatibility
from matching.scoring import EXPERIENCE, PRIOR, Contribution, LogOdds, Score, score_of
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
    assert texts["skills_new"] == "Your skills complete each other: Sales."
    assert texts["skills_shared"] == "You share few skills."
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
