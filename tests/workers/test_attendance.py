"""Reminders and promotions: who is told of events, once, and what the mail says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from domain import reminders
from integrations.email import NullEmail
from persistence import models
from tests.api.test_notifications_of_posts import told
from tests.support.events import announced, global_id
from workers import deliveries, event_letters
from workers.attendance import remind_attendees


@pytest.fixture
def resources(services):
    return SimpleNamespace(database=services.database, settings=services.settings)


async def going(database, person, event, *, since_hours=48.0, state="going"):
    joined_at = datetime.now(UTC) - timedelta(hours=since_hours) if state == "going" else None
    key = {"event_id": event.event_id, "profile_id": person.key}
    async with database.write() as tx:
        await tx.add(models.Attendance, **key, state=state, joined_at=joined_at)
        await tx.connection.execute(
            "UPDATE events SET attendee_count = attendee_count + 1 WHERE event_id = $1",
            key["event_id"],
        )


async def reminded(resources):
    """The leads by which people were reminded so far, each with how many they were."""
    await remind_attendees.job(resources)
    async with resources.database.write() as tx:
        rows = await tx.connection.fetch(
            "SELECT body FROM facts WHERE kind = 'EventReminded' ORDER BY fact_id"
        )
    return [(row["body"]["lead"], len(row["body"]["profile_ids"])) for row in rows]


async def move(database, event, hours):
    starts_at = datetime.now(UTC) + timedelta(hours=hours)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    async with database.write() as tx:
        await tx.change(models.Event, {"event_id": event.event_id}, **times)


@pytest.mark.parametrize(
    ("hours", "since_hours", "expected"),
    [
        (24.1, 48, []),
        (23.9, 48, [("day", 1)]),
        (23.9, 0, []),
        (1.1, 23, [("day", 1)]),
        (1.1, 20, []),
        (0.9, 48, [("hour", 1)]),
        (0.9, 0.2, [("hour", 1)]),
        (0.9, 0, []),
        (-0.1, 48, []),
    ],
)
async def test_people_are_reminded_a_day_and_an_hour_before(
    people, database, resources, *, hours, since_hours, expected
):
    event = await announced(database, await people.join(), starts_in_hours=hours)
    await going(database, await people.join(), event, since_hours=since_hours)
    assert await reminded(resources) == expected
    assert await reminded(resources) == expected


async def test_who_does_not_go_is_not_reminded_nor_of_what_is_cancelled(
    people, database, resources
):
    host = await people.join()
    event = await announced(database, host, starts_in_hours=20)
    for state in ("waiting", "interested", "not_going"):
        await going(database, await people.join(), event, state=state)
    cancelled = {"cancelled_at": datetime.now(UTC)}
    event = await announced(database, host, starts_in_hours=20, **cancelled)
    await going(database, await people.join(), event)
    assert await reminded(resources) == []


async def test_an_event_that_moves_reminds_nobody_twice(people, database, resources):
    event = await announced(database, await people.join(), starts_in_hours=20)
    await going(database, await people.join(), event)
    assert await reminded(resources) == [("day", 1)]
    await going(database, await people.join(), event)
    await move(database, event, 22)
    assert await reminded(resources) == [("day", 1), ("day", 1)]
    await move(database, event, 0.5)
    assert await reminded(resources) == [("day", 1), ("day", 1), ("hour", 2)]


async def test_many_people_are_reminded_in_parts(people, database, monkeypatch):
    monkeypatch.setattr(reminders, "TOLD_AT_ONCE", 2)
    event = await announced(database, await people.join(), starts_in_hours=20)
    for _ in range(5):
        await going(database, await people.join(), event)
    async with database.write() as tx:
        assert await reminders.remind(tx, now=datetime.now(UTC), limit=3) == 3
        assert [len(fact.profile_ids) for fact in tx.facts] == [2, 1]
    async with database.write() as tx:
        assert await reminders.remind(tx, now=datetime.now(UTC), limit=3) == 2


async def test_reminders_are_told_to_who_still_goes(people, database, services, resources):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    event = await announced(database, ada, starts_in_hours=20)
    for person in (bob, eve):
        await going(database, person, event)
    await remind_attendees.job(resources)
    await eve.api.done("rsvp", eventId=global_id(event), answer="NOT_GOING")
    expected = {"EVENT_REMINDER": "An event of Ada begins soon"}
    assert await told(services, bob) == expected
    assert await told(services, eve) == {}
    await bob.api.done("rsvp", eventId=global_id(event), answer="NOT_GOING")
    assert await told(services, bob) == {}


async def test_who_gets_a_seat_after_waiting_is_told(people, database, services):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    event = await announced(database, ada, capacity=1)
    for person in (bob, eve):
        await person.api.done("rsvp", eventId=global_id(event), answer="GOING")
    assert await told(services, eve) == {}
    await bob.api.done("rsvp", eventId=global_id(event), answer="NOT_GOING")
    assert await told(services, eve) == {"EVENT_PROMOTED": "You have a seat at an event of Ada"}
    assert await told(services, bob) == {}


async def test_a_reminder_is_a_mail_of_its_own(people, database, services):
    ada, bob = await people.join("Ada"), await people.join()
    event = await announced(database, ada, starts_in_hours=20, title="Chess")
    await going(database, bob, event)
    email = NullEmail()
    resources = SimpleNamespace(
        settings=services.settings,
        database=database,
        integrations=replace(services.integrations, email=email),
        presence=services.presence,
        codes_secret=services.secrets.codes,
    )
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": bob.key}, is_verified=True)
    await remind_attendees.job(resources)
    await told(services, bob)
    async with database.write() as tx:
        added = "SELECT fact_id, body FROM facts WHERE kind = 'NotificationAdded'"
        (fact,) = await tx.connection.fetch(added)
    for _ in range(2):
        await deliveries.decide_deliveries.job(resources, str(fact["fact_id"]), fact["body"])
    (mail,) = email.sent
    assert (mail.to, mail.subject) == (bob.email, "Soon: Chess")
    assert "(Europe/Berlin)" in mail.text
    assert "The corner cafe" in mail.text


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "Europe/Berlin", "2026-03-29, 03:30 (Europe/Berlin)"),
        ("de", "America/New_York", "28.03.2026, 21:30 (America/New_York)"),
        ("fr", "Asia/Kolkata", "29/03/2026, 07:00 (Asia/Kolkata)"),
        ("xx", "UTC", "2026-03-29, 01:30 (UTC)"),
    ],
)
def test_a_moment_is_told_by_the_clock_of_a_zone(language, zone, expected):
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert event_letters.when(moment, zone, language) == expected


async def test_a_letter_tells_what_when_and_where_by_the_readers_clock(people, database, resources):
    ada, bob = await people.join(), await people.join()
    starts_at = datetime(2026, 6, 1, 18, tzinfo=UTC)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    event = await announced(database, ada, **times)
    letter = await event_letters.reminder(resources, event.event_id, bob.key, "de")
    assert letter == {
        "title": "Board games",
        "when": "01.06.2026, 20:00 (Europe/Berlin)",
        "place": "The corner cafe",
    }
    await bob.api.done("setNotificationPreferences", timeZone="Asia/Tokyo")
    letter = await event_letters.reminder(resources, event.event_id, bob.key, "de")
    assert letter["when"] == "02.06.2026, 03:00 (Asia/Tokyo)"
    assert await event_letters.reminder(resources, bob.key, bob.key, "de") is None
