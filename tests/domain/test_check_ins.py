"""Check-ins: codes, and when they are taken."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import check_ins

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
KEYS = st.uuids(version=4)


@given(KEYS)
def test_a_code_is_right_however_it_is_typed(key):
    code = check_ins.code_of(key)
    assert len(code) == check_ins.CODE_LENGTH
    for typed in (
        code.lower(),
        f" {code[:4]}-{code[4:]} ",
        code.replace("0", "o").replace("1", "l"),
        code.replace("1", "I"),
    ):
        assert check_ins.is_right(typed, key)


@given(KEYS, KEYS, st.text())
def test_no_other_code_is_right(key, other, text):
    if check_ins.code_of(key) != check_ins.code_of(other):
        assert not check_ins.is_right(check_ins.code_of(other), key)
    assert not check_ins.is_right(text, key) or len(text) >= check_ins.CODE_LENGTH
    assert not check_ins.is_right(check_ins.code_of(key) + "7", key)


def test_a_code_has_forty_bits_of_the_key():
    assert check_ins.code_of(UUID("00000000-ffff-4fff-8fff-ffffffffffff")) == "0000007Z"
    assert check_ins.code_of(UUID("ffffffff-ff00-4000-8000-000000000000")) == "ZZZZZZZZ"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-121, False), (-120, True), (0, True), (59, True), (60, False)]
)
def test_it_is_open_from_two_hours_before_the_start_to_the_end(minutes, expected):
    now = NOON + timedelta(minutes=minutes)
    ends_at = NOON + timedelta(hours=1)
    assert check_ins.is_open(starts_at=NOON, ends_at=ends_at, now=now) is expected
