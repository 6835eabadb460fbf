"""Who is told what, by which channel, and when: rules without a database."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notification_kinds import KINDS, Channel, NotificationKind
from domain.notification_preferences import (
    DIGEST_AT,
    DigestFrequency,
    Times,
    due,
    next_digest,
    quiet_until,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Times("Europe/Berlin", time(22), time(7))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
CLOCK = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
MOMENTS = st.integers(0, 2 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def berlin(*moment, fold=0):
    return datetime(*moment, tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (berlin(2026, 6, 1, 21, 59), None),
        (berlin(2026, 6, 1, 22, 0), berlin(2026, 6, 2, 7)),
        (berlin(2026, 6, 2, 0, 0), berlin(2026, 6, 2, 7)),
        (berlin(2026, 6, 2, 6, 59), berlin(2026, 6, 2, 7)),
        (berlin(2026, 6, 2, 7, 0), None),
        # The clock is put forward, then back, in these nights.
        (berlin(2026, 3, 28, 23), berlin(2026, 3, 29, 7)),
        (berlin(2026, 10, 24, 23), berlin(2026, 10, 25, 7)),
    ],
)
def test_quiet_hours_last_over_midnight_and_follow_the_clock_on_the_wall(now, until):
    assert quiet_until(NIGHT, now) == until


def test_a_night_is_an_hour_shorter_or_longer_when_the_clock_changes():
    for day, hours in (((2026, 3, 28), 8), ((2026, 10, 24), 10), ((2026, 6, 1), 9)):
        now = berlin(*day, 22).astimezone(UTC)
        assert quiet_until(NIGHT, now) - now == timedelta(hours=hours)


def test_a_time_that_the_clock_shows_twice_ends_the_quiet_hours_that_are_on():
    early = Times("Europe/Berlin", time(1), time(2, 30))
    first, second = (berlin(2026, 10, 25, 2, 10, fold=fold) for fold in (0, 1))
    assert quiet_until(early, first) == berlin(2026, 10, 25, 2, 30, fold=0).astimezone(UTC)
    assert quiet_until(early, second) == berlin(2026, 10, 25, 2, 30, fold=1).astimezone(UTC)


def test_a_time_that_the_clock_leaves_out_ends_them_when_it_would_have_come():
    early = Times("Europe/Berlin", time(1), time(2, 30))
    now = berlin(2026, 3, 29, 1, 50)
    assert quiet_until(early, now) == berlin(2026, 3, 29, 3, 30)


@given(st.sampled_from(ZONES), CLOCK, CLOCK, MOMENTS)
def test_what_waits_for_the_end_of_quiet_hours_does_not_come_in_quiet_hours(zone, begin, end, now):
    times = Times(zone, begin, end)
    until = quiet_until(times, now)
    if begin == end:
        assert until is None
    elif until is not None:
        assert now < until <= now + timedelta(hours=49)
        assert quiet_until(times, until) is None


def test_who_has_no_quiet_hours_is_told_at_any_hour():
    assert quiet_until(Times("Asia/Kathmandu"), berlin(2026, 6, 2, 3)) is None


@given(st.sampled_from(ZONES), st.sampled_from(["daily", "weekly"]), MOMENTS)
def test_a_digest_comes_at_nine_of_its_readers_clock(zone, frequency, now):
    times = Times(zone, digest=DigestFrequency(frequency))
    coming = next_digest(times, now)
    local = coming.astimezone(ZoneInfo(zone))
    assert local.time() == DIGEST_AT
    assert now < coming <= now + timedelta(days=1 if frequency == "daily" else 7, hours=1)
    assert frequency == "daily" or local.weekday() == 0
    assert next_digest(Times(zone), now) is None


def test_a_push_waits_for_the_morning_and_a_mail_for_the_digest():
    now = berlin(2026, 6, 2, 3).astimezone(UTC)
    kind = NotificationKind.MATCH_MADE
    by_itself = {Channel.IN_APP: now, Channel.PUSH: berlin(2026, 6, 2, 7), Channel.EMAIL: now}
    assert due(kind, {}, NIGHT, now) == by_itself
    daily = Times("Europe/Berlin", time(22), time(7), DigestFrequency.DAILY)
    collected = {**by_itself, Channel.EMAIL: berlin(2026, 6, 2, 9)}
    assert due(kind, {}, daily, now) == collected


@pytest.mark.parametrize("kind", NotificationKind)
def test_what_somebody_says_overrules_the_default_of_the_kind(kind):
    now = datetime(2026, 6, 2, 12, tzinfo=UTC)
    never = dict.fromkeys(Channel)
    unsaid = due(kind, {}, Times(), now)
    assert {channel for channel, at in unsaid.items() if at} == KINDS[kind].channels
    assert due(kind, {(kind, channel): False for channel in Channel}, Times(), now) == never
    every = {(kind, channel): True for channel in Channel}
    assert due(kind, every, Times(), now) == dict.fromkeys(Channel, now)
