"""Judging: rank and surprise of predictions, by hand and by trying all pairs."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.judging import log_loss, within_viewer_auc

made = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), max_size=30
)


@settings(deadline=None)
@given(made)
def test_auc_is_the_part_of_pairs_of_one_viewer_in_the_right_order(decisions):
    viewers, predicted, liked = (
        (np.array(column) for column in zip(*decisions, strict=True))
        if decisions
        else (np.array([], dtype=kind) for kind in (np.int64, np.float64, np.bool_))
    )
    areas = []
    for viewer in range(4):
        likes = [one[1] for one in decisions if one[0] == viewer and one[2]]
        passes = [one[1] for one in decisions if one[0] == viewer and not one[2]]
        pairs = [(a > b) + 0.5 * (a == b) for a in likes for b in passes]
        if pairs:
            areas.append(sum(pairs) / len(pairs))
    found = within_viewer_auc(viewers, predicted, liked)
    assert found == (pytest.approx(sum(areas) / len(areas)) if areas else None)


def test_log_loss_is_the_mean_surprise():
    odds = np.array([0.0, log(3.0), log(3.0)])
    liked = np.array([True, True, False])
    assert log_loss(odds, liked) == pytest.approx(-(log(0.5) + log(0.75) + log(0.25)) / 3)
