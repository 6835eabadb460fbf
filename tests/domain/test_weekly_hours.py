"""Weekly hours: over midnight, across the changes of the clock, and at the ends of the calendar."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.weekly_hours import (
    MOST_HOURS,
    Weekday,
    WeeklyHours,
    Window,
    holds,
    hours_problems,
    in_order,
    of_stored,
    windows,
)

BERLIN = ZoneInfo("Europe/Berlin")
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
HOURS = st.builds(WeeklyHours, st.sampled_from(Weekday), CLOCKS, CLOCKS)
ZONES = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Apia"),
        *("Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu"),
    ]
).map(ZoneInfo)
# Twenty years, among them the day that Samoa left out.
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


def hours(day, begin, end):
    return WeeklyHours(Weekday(day), time.fromisoformat(begin), time.fromisoformat(end))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-07-03 17:59", False),
        ("2026-07-03 18:00", True),
        ("2026-07-04 00:29", True),
        ("2026-07-04 00:30", False),
    ],
)
def test_hours_go_on_over_midnight_and_end_exclusively(moment, is_open):
    friday = [hours("friday", "20:00", "02:30")]
    assert holds(friday, BERLIN, utc(moment)) is is_open


def test_hours_from_midnight_to_midnight_last_all_day():
    whole = [hours("friday", "00:00", "00:00")]
    day = Window(utc("2026-07-02 22:00"), utc("2026-07-03 22:00"))
    assert windows(whole, BERLIN, Window(utc("2026-07-01 00:00"), utc("2026-07-08 00:00"))) == [day]


def test_hours_keep_to_the_clock_when_it_changes():
    every_sunday = [hours("sunday", "09:00", "10:00")]
    span = Window(utc("2026-03-22 00:00"), utc("2026-04-01 00:00"))
    starts = [window.starts_at for window in windows(every_sunday, BERLIN, span)]
    assert starts == [utc("2026-03-22 08:00"), utc("2026-03-29 07:00")]


def test_a_night_is_shorter_in_spring_and_longer_in_autumn():
    saturday = [hours("saturday", "22:00", "06:00")]
    lengths = []
    for day in ("2026-03-28", "2026-07-04", "2026-10-24"):
        span = Window(utc(f"{day} 12:00"), utc(f"{day} 12:00") + timedelta(days=1))
        (window,) = windows(saturday, BERLIN, span)
        lengths.append((window.ends_at - window.starts_at) / timedelta(hours=1))
    assert lengths == [7, 8, 9]


def test_of_a_time_that_is_there_twice_the_first_counts():
    until = [hours("sunday", "01:00", "02:30")]
    assert holds(until, BERLIN, utc("2026-10-25 00:29"))
    assert not holds(until, BERLIN, utc("2026-10-25 00:30"))
    assert not holds(until, BERLIN, utc("2026-10-25 01:15"))  # 02:15 again


def test_hours_that_the_clock_skips_are_none():
    span = Window(utc("2026-03-29 00:00"), utc("2026-03-29 12:00"))
    assert windows([hours("sunday", "02:30", "03:00")], BERLIN, span) == []


def test_there_are_no_hours_where_the_calendar_ends():
    always = [hours(day, "00:00", "00:00") for day in Weekday]
    for end in ("0001-01-01 00:00", "9999-12-31 23:59"):
        assert not holds(always, ZoneInfo("Pacific/Kiritimati"), utc(end))
    assert holds(always, ZoneInfo("Etc/GMT+12"), utc("9999-12-20 00:00"))


@given(st.lists(HOURS, max_size=8), ZONES, MOMENTS, st.integers(0, 15 * 24 * 60))
def test_a_moment_is_within_hours_when_a_window_holds_it(week, zone, begin, minutes):
    moment = begin + timedelta(minutes=minutes)
    span = Window(begin, begin + timedelta(days=15))
    found = windows(week, zone, span)
    within = any(window.starts_at <= moment < window.ends_at for window in found)
    assert within == (holds(week, zone, moment) and moment < span.ends_at)


@given(st.lists(HOURS, max_size=8), ZONES, MOMENTS)
def test_windows_are_in_order_apart_and_within_their_span(week, zone, begin):
    span = Window(begin, begin + timedelta(days=15))
    found = windows(week, zone, span)
    assert all(span.holds(window) and window.starts_at < window.ends_at for window in found)
    assert all(one.ends_at < next_.starts_at for one, next_ in pairwise(found))


@given(st.lists(HOURS, max_size=8))
def test_what_is_stored_is_read_back_in_order(week):
    assert of_stored(each.stored() for each in in_order(week)) == in_order(week)
    assert set(in_order(week)) == set(week)


def test_a_week_has_only_so_many_hours():
    one = hours("monday", "09:00", "10:00")
    assert hours_problems("openingHours", [one] * MOST_HOURS) == []
    assert [each.path for each in hours_problems("openingHours", [one] * 29)] == ["openingHours"]
