"""Report cards: what was foreseen against what people then did."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.report_cards import report_card, unevenness


@dataclass(frozen=True)
class Decision:
    """A decision as a lesson keeps it."""

    is_like: bool
    chance: float
    decider_id: int = 1
    similarity: float | None = None


def decisions(count=2_000, seed=3):
    """Decisions that follow their chances, while texts say nothing."""
    random = np.random.default_rng(seed)
    for n, chance in enumerate(random.random(count)):
        similarity = float(random.random()) if n % 3 else None
        yield Decision(random.random() < chance, float(chance), n % 40, similarity)


def test_who_foresees_well_is_told_so():
    card = report_card(list(decisions()))
    assert card.decisions == 2_000
    assert card.likes == pytest.approx(1_000, abs=80)
    assert card.engine.auc == pytest.approx(5 / 6, abs=0.02)
    assert card.engine.top_like_rate == pytest.approx(0.95, abs=0.05)
    assert card.engine.lift == pytest.approx(1.9, abs=0.15)
    assert card.similarity.auc == pytest.approx(0.5, abs=0.03)
    assert card.similarity.lift == pytest.approx(1.0, abs=0.2)
    assert card.calibration_error < 0.05
    assert len(card.deciles) == 10


def test_nothing_is_told_of_nothing():
    assert report_card([]) is None


def test_where_nobody_likes_there_is_no_lift():
    card = report_card([Decision(False, 0.5), Decision(False, 0.4)])
    assert (card.engine.lift, card.engine.auc, card.engine.top_like_rate) == (None, None, 0.0)


def test_where_no_text_is_known_similarity_is_a_coin():
    card = report_card([Decision(n % 2 == 0, n / 10) for n in range(10)])
    assert (card.similarity.auc, card.similarity.lift) == (0.5, 1.0)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.2, 0.5, 0.8])), min_size=1))
def test_the_order_in_which_decisions_come_does_not_matter(given_):
    made = [Decision(*each) for each in given_]
    one, other = report_card(made), report_card(made[::-1])
    assert one.engine.lift == pytest.approx(other.engine.lift, nan_ok=True)
    assert one.engine.top_like_rate == pytest.approx(other.engine.top_like_rate)


def test_attention_is_uneven_when_few_get_it():
    assert unevenness([(3, 4)], 4) == pytest.approx(0.0)
    assert unevenness([(3, 1)], 4) == pytest.approx(0.75)
    assert unevenness([], 4) == 0.0
    # Somebody who is not to be discovered any more may have been shown.
    assert unevenness([(1, 5)], 4) == pytest.approx(0.0)
