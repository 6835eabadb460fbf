"""Scalars: one spelling of a moment, whatever it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schema.scalars import print_date_time, print_date_times


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (datetime(2030, 1, 31, 18, 30, tzinfo=UTC), "2030-01-31T18:30:00.000000Z"),
        (datetime(2030, 1, 31, 18, 30, 5, 120, tzinfo=UTC), "2030-01-31T18:30:05.000120Z"),
        (datetime(2030, 1, 31, 18, 30, 5, 999_999, tzinfo=UTC), "2030-01-31T18:30:05.999999Z"),
        (datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "0001-01-01T00:00:00.000001Z"),
        (
            datetime(2030, 1, 31, 0, 30, 0, 7, tzinfo=timezone(timedelta(hours=2))),
            "2030-01-30T22:30:00.000007Z",
        ),
    ],
)
def test_a_moment_is_written_in_utc_to_the_microsecond(moment, printed):
    assert print_date_time(moment) == printed


@pytest.mark.parametrize(
    "moments",
    [
        [],
        [datetime(2030, 1, 31, 18, 30, 5, n, tzinfo=UTC) for n in (120, 999_999, 1)],
        [datetime(2030, 1, 31, 18, 30, 5, n, tzinfo=UTC) for n in (120, 0)],
        [datetime(n, 1, 1, 0, 0, 0, 1, tzinfo=timezone.utc) for n in (1, 999, 9999)],  # noqa: UP017
        [datetime(2030, 1, 31, 0, 30, 0, 7, tzinfo=timezone(timedelta(hours=n))) for n in (0, 2)],
        [datetime(2030, 1, 31, 0, 30, 0, 7), datetime(2030, 1, 31, 0, 30, 0, 7, tzinfo=UTC)],  # noqa: DTZ001
    ],
)
def test_many_moments_are_written_as_each_is(moments):
    assert print_date_times(moments) == [print_date_time(moment) for moment in moments]


def test_what_is_no_moment_is_not_written_among_many():
    with pytest.raises(AttributeError):
        print_date_times([datetime(2030, 1, 31, 18, 30, 5, 7, tzinfo=UTC), "x" * 27])
