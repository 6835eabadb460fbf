"""Meetings that are suggested: always in both people's hours and reach, at an open place."""

import math
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.weekly_hours import Weekday, WeeklyHours, Window, windows
from matching.distance import haversine_km, midpoint
from matching.meetings import AHEAD, LEAD, LENGTH, Side, Venue, fair, suggestions

CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
HOURS = st.builds(WeeklyHours, st.sampled_from(Weekday), CLOCKS, CLOCKS)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
).map(ZoneInfo)
POINTS = st.tuples(st.floats(52.3, 52.7), st.floats(13.1, 13.7))
KINDS = st.sampled_from(["cafe", "park", "bar"])
SIDES = st.builds(
    Side,
    POINTS,
    st.sampled_from([5.0, 20.0, 50.0]),
    st.lists(HOURS, max_size=10),
    ZONES,
    st.frozensets(KINDS),
)
VENUES = st.lists(
    st.builds(
        Venue,
        st.none(),
        st.uuids(),
        POINTS,
        KINDS,
        st.none() | st.lists(HOURS, max_size=10),
        ZONES,
    ),
    max_size=8,
    unique_by=lambda venue: venue.place_id,
)
# Weeks in which clocks change, and others.
NOWS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
LOT = UUID(int=5)
NOW = datetime(2026, 7, 1, 10, 7, tzinfo=UTC)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")


def side(*hours, **given_):
    week = [
        WeeklyHours(Weekday(day), time.fromisoformat(begin), time.fromisoformat(end))
        for day, begin, end in hours
    ]
    return Side(**{"place": (52.5, 13.4), "reach_km": 20.0, "hours": week, "zone": BERLIN} | given_)


def venue(n, *, kilometres=0.0, category="cafe", **given_):
    return Venue(None, UUID(int=n), (52.5 + kilometres / 111.32, 13.4), category, **given_)


few = settings(
    max_examples=1_000 if settings.get_current_profile_name() == "nightly" else 40, deadline=None
)


@few
@given(SIDES, SIDES, VENUES, NOWS, st.uuids())
def test_a_suggestion_lies_in_both_hours_and_both_reaches_while_its_place_is_open(
    one, other, venues, now, lot
):
    found = suggestions(one, other, venues, lot=lot, now=now, most=10)
    span = Window(now + LEAD, now + AHEAD)
    for each in found:
        assert span.holds(each.window)
        assert each.window.ends_at - each.window.starts_at == LENGTH
        for person in (one, other):
            free = windows(person.hours, person.zone, span)
            assert any(window.holds(each.window) for window in free)
            assert haversine_km(*person.place, *each.venue.point) <= person.reach_km
        assert any(window.holds(each.window) for window in each.venue.open_within(span))
    days = [each.window.starts_at.date() for each in found]
    assert days == sorted(set(days))


@few
@given(SIDES, SIDES, VENUES, NOWS, st.uuids())
def test_both_get_the_same(one, other, venues, now, lot):
    assert suggestions(one, other, venues, lot=lot, now=now, most=5) == suggestions(
        other, one, venues[::-1], lot=lot, now=now, most=5
    )


@few
@given(SIDES, SIDES, NOWS)
def test_whoever_has_time_together_on_a_day_gets_a_suggestion_for_it(one, other, now):
    somewhere = Venue(None, UUID(int=1), one.place, "cafe")
    far = [Side(each.place, 100.0, each.hours, each.zone) for each in (one, other)]
    found = suggestions(*far, [somewhere], lot=LOT, now=now, most=100)
    span = Window(now + LEAD, now + AHEAD)
    long = [
        both
        for mine in windows(one.hours, one.zone, span)
        for theirs in windows(other.hours, other.zone, span)
        if (both := mine.overlap(theirs)) and both.ends_at - both.starts_at >= 2 * LENGTH
    ]
    days = {each.window.starts_at.date() for each in found}
    assert all(
        {window.starts_at.date(), (window.starts_at + LENGTH).date()} & days for window in long
    )


def test_hours_of_different_clocks_meet():
    berlin = side(("friday", "18:00", "23:00"))
    new_york = side(("friday", "12:00", "14:00"), zone=ZoneInfo("America/New_York"))
    found = suggestions(berlin, new_york, [venue(1)], lot=LOT, now=NOW, most=1)
    # From 18:00 to 20:00 in Berlin.
    assert found[0].window.starts_at in {
        datetime(2026, 7, 3, 16, tzinfo=UTC),
        datetime(2026, 7, 3, 16, 30, tzinfo=UTC),
    }


def test_new_places_are_suggested_before_old_ones():
    free = side(*((day, "10:00", "20:00") for day in Weekday))
    places = [venue(n, kilometres=n) for n in (1, 2)]
    found = suggestions(free, free, places, lot=LOT, now=NOW, most=4)
    assert [each.venue.place_id.int for each in found] == [1, 2, 1, 1]


def test_a_place_is_suggested_only_while_it_is_open():
    free = side(("friday", "10:00", "23:00"))
    evening = [WeeklyHours(Weekday.FRIDAY, time(20), time(2))]
    found = suggestions(
        free, free, [venue(1, hours=evening, zone=BERLIN)], lot=LOT, now=NOW, most=5
    )
    assert [each.window.starts_at.hour in {18, 19} for each in found] == [True, True]
    assert (
        suggestions(free, free, [venue(1, hours=[], zone=BERLIN)], lot=LOT, now=NOW, most=5) == []
    )


def test_starts_are_drawn_from_all_that_are_possible():
    free = side(("friday", "10:00", "22:00"))
    drawn = {
        suggestions(free, free, [venue(1)], lot=UUID(int=n), now=NOW, most=1)[0].window.starts_at
        for n in range(60)
    }
    assert len(drawn) > 10
    assert {start.minute for start in drawn} == {0, 30}


def test_kinds_that_both_like_come_first_and_then_what_is_fair():
    north = side(place=(52.6, 13.4), likes=frozenset({"park", "bar"}))
    south = side(place=(52.4, 13.4), likes=frozenset({"park"}))
    places = [
        venue(1),
        venue(2, kilometres=5),
        venue(3, kilometres=8, category="bar"),
        venue(4, kilometres=8, category="park"),
        venue(5, kilometres=30, category="park"),
    ]
    assert [each.place_id.int for each in fair(north, south, places)] == [4, 3, 1, 2]


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_the_middle_is_as_far_from_both(one, other):
    middle = midpoint(one, other)
    whole = haversine_km(*one, *other)
    assert -90 <= middle[0] <= 90
    assert -180 <= middle[1] <= 180
    if whole < math.pi * 6378.168 - 100:
        assert haversine_km(*one, *middle) == pytest.approx(whole / 2, abs=1e-2)
        assert haversine_km(*other, *middle) == pytest.approx(whole / 2, abs=1e-2)
