"""Deck ranking: who leads, who follows, what is frozen, and that scores stay exact."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import RETRIEVED, Candidate
from matching.deck_ranking import Circumstances, built, fingerprint, is_good, led, recommendations
from matching.features import Features, Preferences
from matching.feedback import Standing
from matching.reciprocity import mutual_odds
from matching.scoring import EXPERIENCE, PRIOR, Learned, Model
from persistence.decks import Deck
from tests.matching.conftest import NOW

WORDS = ("hiking", "jazz", "film", "chess", "cooking")
GOOD_FOR = timedelta(minutes=15)
FROZEN = {"embedding_version": "model@1", "good_for": GOOD_FOR}


def person(number, **features):
    return Features(UUID(int=number), "Hello.", last_active_at=NOW, **features)


VIEWER = person(1_000_000, interests=frozenset(WORDS))


def crowd(size):
    return [
        Candidate(person(n, interests=frozenset(WORDS[: 1 + n % 5])), n % 7 / 7 or None)
        for n in range(size)
    ]


def deck_of(found, circumstances=Circumstances(), standings=None, viewer=VIEWER, now=NOW):  # noqa: B008
    known = {one.person.profile_id: Standing() for one in found}
    known |= {viewer.profile_id: Standing(), **(standings or {})}
    return built(viewer, found, known, circumstances, model=PRIOR, **FROZEN, now=now)


def test_nobody_to_show_is_an_empty_deck():
    deck = deck_of([])
    assert deck.ids == ()
    assert Deck.unpack(deck.pack()).ids == ()


def test_everybody_is_in_the_deck_once_as_long_as_there_is_room():
    found = crowd(RETRIEVED + 40)
    assert sorted(deck_of(found[:40]).ids) == [one.person.profile_id for one in found[:40]]
    assert len(set(deck_of(found).ids)) == len(deck_of(found).ids) == RETRIEVED


def test_whoever_is_recommended_names_the_version_that_compared_the_texts():
    found = crowd(15)
    people = {one.person.profile_id: one.person for one in found}
    deck = deck_of(found)
    assert deck.embedding_version == "model@1"
    shown = recommendations(deck, VIEWER, [(at, people[key]) for at, key in enumerate(deck.ids)])
    named = {one.profile_id: one.embedding_version for one in shown}
    compared = {one.person.profile_id: one.similarity is not None for one in found}
    assert named == {key: "model@1" if compared[key] else None for key in compared}
    assert deck_of([replace(one, similarity=None) for one in found]).embedding_version is None


def test_the_same_people_make_the_same_order_however_they_were_found():
    found = crowd(60)
    assert deck_of(found).ids == deck_of(found[::-1]).ids


def test_who_fits_best_comes_first_and_who_was_shown_much_steps_back():
    found = crowd(10)
    deck = deck_of(found)
    assert deck.chances.tolist() == sorted(deck.chances.tolist(), reverse=True)
    first = deck.ids[0]
    shown = {key: Standing(impressions=1.0) for key in deck.ids} | {
        first: Standing(impressions=9e9)
    }
    assert deck_of(found, standings=shown).ids.index(first) > 0


def test_who_talks_with_many_and_who_is_away_step_back():
    found = crowd(10)
    first, second = deck_of(found).ids[:2]
    busy = Circumstances().beside({first: 30})
    assert deck_of(found, busy).ids.index(first) > deck_of(found, busy).ids.index(second)
    away = [
        replace(one, person=replace(one.person, last_active_at=NOW - timedelta(days=20)))
        if one.person.profile_id == first
        else one
        for one in found
    ]
    assert deck_of(away).ids[-1] == first


def test_everybody_is_shown_in_time_however_little_they_fit():
    found, shown, rounds = crowd(60), {}, 0
    while len(shown) < len(found):
        known = {key: Standing(impressions=times) for key, times in shown.items()}
        for key in deck_of(found, standings=known).ids[:10]:
            shown[key] = shown.get(key, 0.0) + 1.0
        rounds += 1
        assert rounds <= 60


def test_the_partner_of_the_day_and_admirers_lead_where_they_may_be_known():
    found = crowd(50)
    plain = deck_of(found).ids
    partner, admirers = plain[30], {plain[40], plain[45]}
    ids = deck_of(found, Circumstances(admirers, are_shown=True, partner=partner)).ids
    assert ids[0] == partner
    assert set(ids[1:3]) == admirers
    assert list(ids[3:]) == [key for key in plain if key not in {partner, *admirers}]


def test_no_place_tells_who_likes_the_viewer_where_they_may_not_know():
    found = crowd(50)
    plain = deck_of(found).ids
    assert deck_of(found, Circumstances({plain[30], plain[45]})).ids == plain


@settings(max_examples=100)
@given(st.data())
def test_leading_leaves_nobody_out(data):
    order = [UUID(int=n) for n in range(data.draw(st.integers(0, 12)))]
    admirers = set(data.draw(st.lists(st.sampled_from([*order, UUID(int=99)]))))
    partner = data.draw(st.sampled_from([None, UUID(int=98), *order]))
    circumstances = Circumstances(admirers, data.draw(st.booleans()), partner)
    ids = led(order, circumstances)
    assert sorted(ids) == order
    if partner in order:
        assert ids[0] == partner


def test_scores_do_not_tell_how_much_others_are_liked_nor_by_whom():
    found = crowd(5)
    plain = deck_of(found)
    liked = {VIEWER.profile_id: Standing(Learned(appeal=0.9))}
    liked |= {
        one.person.profile_id: Standing(Learned(0.7, -0.4, {"interests_shared": 0.2}))
        for one in found[:2]
    }
    deck = deck_of(found, standings=liked)
    assert sorted(deck.experiences.tolist()) == sorted(plain.experiences.tolist()) == [0.0] * 5
    assert deck.chances.tolist() != plain.chances.tolist()


def test_scores_add_up_and_stay_although_more_is_learned_later():
    found = crowd(5)
    taste = {"interests_shared": 0.3}
    learned = {
        VIEWER.profile_id: Standing(Learned(appeal=0.4, pickiness=-0.2, taste=taste)),
        found[2].person.profile_id: Standing(Learned(appeal=1.2)),
    }
    deck = Deck.unpack(deck_of(found, standings=learned).pack())
    people = {one.person.profile_id: one for one in found}
    for place, key in enumerate(deck.ids):
        (shown,) = recommendations(deck, VIEWER, [(place, people[key].person)])
        odds = mutual_odds(
            VIEWER,
            people[key].person,
            similarity=people[key].similarity,
            now=NOW,
            of_one=Learned(pickiness=-0.2, taste=taste),
        )
        assert shown.odds.total == pytest.approx(odds.total, abs=1e-6)
        assert sum(part.points for part in shown.score.contributions) == shown.score.value - 50.0
        assert shown.score.value == shown.value
        assert EXPERIENCE in {reason.signal for reason in shown.reasons}
        assert shown.score.model_version == deck.model_version


def test_a_deck_keeps_the_weights_it_was_made_with():
    found = crowd(3)
    model = replace(PRIOR, version="another@2", spread=2.5)
    known = {one.person.profile_id: Standing() for one in found} | {VIEWER.profile_id: Standing()}
    deck = built(VIEWER, found, known, Circumstances(), model=model, **FROZEN, now=NOW)
    assert Model.from_dict(Deck.unpack(deck.pack()).model) == model


def test_a_deck_is_good_for_a_while_and_for_one_profile():
    deck = deck_of(crowd(2))
    assert is_good(deck, VIEWER, NOW + GOOD_FOR - timedelta(seconds=1))
    assert not is_good(deck, VIEWER, NOW + GOOD_FOR)
    assert is_good(deck, replace(VIEWER, last_active_at=NOW + timedelta(days=1)), NOW)
    changes = {
        "wants": Preferences(genders=frozenset({"man"})),
        "location": (52.5, 13.4),
        "text": "Hello!",
        "interests": frozenset(WORDS[:2]),
        "availability": "evenings",
    }
    for name, value in changes.items():
        assert not is_good(deck, replace(VIEWER, **{name: value}), NOW), name


def test_fingerprints_do_not_depend_on_the_order_of_words():
    one = person(1, interests=frozenset(WORDS))
    other = person(1, interests=frozenset(reversed(WORDS)))
    assert fingerprint(one) == fingerprint(other)


def test_unknown_similarities_stay_unknown():
    found = [Candidate(person(1), None), Candidate(person(2), 0.5)]
    deck = deck_of(found)
    assert np.isnan(deck.similarities[deck.ids.index(UUID(int=1))])
    place = deck.ids.index(UUID(int=1))
    (shown,) = recommendations(deck, VIEWER, [(place, person(1))])
    assert shown.odds.terms["text_similarity"] == 0.0
