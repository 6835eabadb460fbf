"""Recurrences: the rules that are taken, and their times by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from domain import recurrences
from domain.refusals import InvalidInput

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
MONDAY = datetime(2030, 1, 7, 18, tzinfo=UTC)


def clocks(rule, start, zone, most=5):
    """What the clock on the wall shows at the first times of a rule."""
    times = recurrences.occurrences(
        rule, starts_at=start, time_zone=zone, after=start - timedelta(days=1), most=most
    )
    return [f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for at in times]


def test_a_weekly_evening_stays_in_the_evening_when_the_clock_changes():
    start = datetime(2030, 3, 24, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    assert clocks("FREQ=WEEKLY;COUNT=3", start, "Europe/Berlin") == [
        "03-24 19:00",
        "03-31 19:00",
        "04-07 19:00",
    ]
    times = recurrences.occurrences(
        "FREQ=WEEKLY", starts_at=start, time_zone="Europe/Berlin", after=start, most=1
    )
    assert times == [datetime(2030, 3, 31, 17, tzinfo=UTC)]


def test_a_time_that_the_clock_skips_is_by_the_clock_of_before_and_one_shown_twice_the_first():
    berlin = ZoneInfo("Europe/Berlin")
    skipped = datetime(2030, 3, 30, 2, 30, tzinfo=berlin)
    assert clocks("FREQ=DAILY;COUNT=3", skipped, "Europe/Berlin") == [
        "03-30 02:30",
        "03-31 03:30",
        "04-01 02:30",
    ]
    twice = recurrences.occurrences(
        "FREQ=DAILY",
        starts_at=datetime(2030, 10, 26, 2, 30, tzinfo=berlin),
        time_zone="Europe/Berlin",
        after=datetime(2030, 10, 26, 2, 30, tzinfo=berlin),
        most=1,
    )
    assert twice == [datetime(2030, 10, 27, 0, 30, tzinfo=UTC)]


# Bounds of clocks, which have no zone yet.
_YEARS = (datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2035-01-01"))
_RULES = st.one_of(
    st.just("FREQ=DAILY"),
    st.sampled_from(["FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "FREQ=YEARLY"]),
    st.just("FREQ=MONTHLY"),
)


@given(
    rule=_RULES,
    interval=st.integers(1, recurrences.LONGEST_INTERVAL),
    zone=st.sampled_from(ZONES),
    local=st.datetimes(*_YEARS),
)
def test_times_equal_those_of_dateutil_by_the_local_clock(rule, interval, zone, local):
    rule = f"{rule};INTERVAL={interval}"
    start = local.replace(microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    wall = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    expected = [
        at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for at in islice(rrulestr(rule, dtstart=wall), 12)
    ]
    if expected[0] != start:
        # The clock shows the start twice, and it is the second time.
        with pytest.raises(InvalidInput):
            recurrences.checked(rule, starts_at=start, time_zone=zone)
        return
    assert recurrences.checked(rule, starts_at=start, time_zone=zone) == rule
    times = recurrences.occurrences(
        rule, starts_at=start, time_zone=zone, after=start - timedelta(seconds=1), most=12
    )
    assert times == expected


def test_a_rule_ends_by_its_count_or_at_a_moment_in_utc():
    start = datetime(2030, 1, 7, 23, tzinfo=ZoneInfo("America/New_York"))
    until = "FREQ=DAILY;UNTIL=20300110T035959Z"
    assert clocks(until, start, "America/New_York") == ["01-07 23:00", "01-08 23:00"]
    assert len(clocks("FREQ=DAILY;COUNT=3", start, "America/New_York", most=9)) == 3


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=7,-1"),
        *("rrule:freq=weekly;byday=mo,we;wkst=su", "FREQ=YEARLY;INTERVAL=2", "FREQ=DAILY"),
        "FREQ=WEEKLY;UNTIL=20301231T235959Z",
    ],
)
def test_common_rules_are_taken(rule):
    kept = recurrences.checked(rule, starts_at=MONDAY, time_zone="UTC")
    assert kept == rule.upper().removeprefix("RRULE:")


@pytest.mark.parametrize(
    "rule",
    [
        *("", ";", "FREQ", "FREQ=", "x" * 201, "FREQ=WEEKLY;FREQ=DAILY", "FREQ=SECONDLY"),
        *("FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        *("FREQ=MONTHLY;BYDAY=53MO", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYDAY=1MO"),
        *("FREQ=MONTHLY;BYMONTHDAY=7;BYDAY=MO", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=367"),
        *("FREQ=DAILY;INTERVAL=12", "FREQ=DAILY;COUNT=\u0663", "FREQ=DAILY;COUNT=2;"),
        *("FREQ=DAILY;COUNT=2;UNTIL=20301231T235959Z", "FREQ=DAILY;UNTIL=20301231"),
        *("FREQ=DAILY;UNTIL=20309931T235959Z", "FREQ=DAILY;UNTIL=20290101T000000Z"),
        *("FREQ=WEEKLY;BYDAY=TU", "DTSTART=20300101\nRRULE:FREQ=DAILY", "FREQ=DAILY\nEXDATE:x"),
    ],
)
def test_rules_that_are_none_or_would_not_come_again_are_refused(rule):
    with pytest.raises(InvalidInput) as refused:
        recurrences.checked(rule, starts_at=MONDAY, time_zone="UTC")
    assert [field.path for field in refused.value.fields] == ["recurrence"]
