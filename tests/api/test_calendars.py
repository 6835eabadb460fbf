"""Calendars: events as iCalendar through the API, and somebody's by a secret address."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar

from persistence import models
from tests.support.events import announced, global_id

ICS = "query ($id: ID!) { event(id: $id) { ics } }"


async def address(person):
    return (await person.api.ask("{ viewer { calendarUrl } }"))["viewer"]["calendarUrl"]


async def read(person, url):
    parts = urlsplit(url)
    return await person.api.http.get(f"{parts.path}?{parts.query}")


def summaries(answer):
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.text)
    return {str(event["summary"]): str(event["status"]) for event in calendar.walk("VEVENT")}


async def test_an_event_goes_through_a_calendar_and_back(people, database):
    ada = await people.join("Ada")
    starts_at = datetime(2030, 7, 1, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    title = 'Games; cards, "dice" \\ and a very long title ' + "\N{GAME DIE}" * 40
    event = await announced(
        database,
        ada,
        title=title,
        description="One\nBEGIN:VALARM\nTwo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        tags=["games"],
        latitude=52.5,
        longitude=13.4,
    )
    text = (await ada.api.ask(ICS, id=global_id(event)))["event"]["ics"]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    (read_back,) = calendar.walk("VEVENT")
    assert calendar.walk("VALARM") == []
    assert str(read_back["summary"]) == title
    assert str(read_back["description"]) == "One\nBEGIN:VALARM\nTwo"
    assert read_back["dtstart"].dt == starts_at
    assert read_back["dtstart"].dt.utcoffset() == timedelta(hours=2)
    assert (read_back["dtend"].dt - read_back["dtstart"].dt) == timedelta(hours=3)
    assert "DTSTART;TZID=Europe/Berlin:20300701T183000" in text
    assert str(read_back["location"]) == "The corner cafe, Berlin"
    assert str(read_back["status"]) == "CONFIRMED"
    # By the rules that the file itself tells, half past six there is half past four in UTC.
    in_winter = zone.to_tz().utcoffset(datetime.fromisoformat("2030-01-15"))
    in_summer = zone.to_tz().utcoffset(datetime.fromisoformat("2030-07-01"))
    assert (in_winter, in_summer) == (timedelta(hours=1), timedelta(hours=2))


async def test_a_calendar_has_what_its_owner_holds_and_goes_to_as_they_may_see_it(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    events = {
        title: await announced(database, host, title=title, starts_in_hours=hours)
        for title, host, hours in (("Mine", ada, 5), ("Theirs", bob, 6), ("Other", eve, 7))
    }
    await announced(database, ada, title="Long ago", starts_in_hours=-24 * 40)
    for title in ("Theirs", "Other"):
        await ada.api.done("rsvp", eventId=global_id(events[title]), answer="GOING")
    assert await address(ada) is None
    await ada.api.done("resetCalendar")
    url = await address(ada)
    answer = await read(ada, url)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert summaries(answer) == dict.fromkeys(events, "CONFIRMED")
    await bob.api.done("cancelEvent", eventId=global_id(events["Theirs"]))
    await eve.api.done("blockProfile", profileId=ada.id)
    assert summaries(await read(ada, url)) == {"Mine": "CONFIRMED", "Theirs": "CANCELLED"}


async def test_an_address_is_good_until_it_is_reset_or_its_owner_is_gone(people, database):
    ada, bob = await people.join(), await people.join()
    call = {"clientMutationId": "calendar"}
    for _ in range(2):
        await ada.api.done("resetCalendar", **call)
    first = await address(ada)
    assert summaries(await read(bob, first)) == {}
    async with database.write() as tx:
        kept = await tx.connection.fetch("SELECT payload::text FROM answers")
        token = first.partition("token=")[2]
        assert kept
        assert all(token not in row["payload"] for row in kept)
    await ada.api.done("resetCalendar")
    second = await address(ada)
    assert second != first
    for bad in (first, second[:-4] + "AAAA", "/calendar.ics?token=", "/calendar.ics?token=x"):
        assert (await read(bob, bad)).status_code == 404
    assert (await read(bob, second)).status_code == 200
    async with database.write() as tx:
        key = {"account_id": ada.key}
        await tx.change(models.Account, key, is_active=False)
    assert (await read(bob, second)).status_code == 404
    async with database.write() as tx:
        await tx.remove(models.Account, **key)
    assert (await read(bob, second)).status_code == 404


async def test_the_calendar_of_a_hidden_event_is_missing_with_it(people, database):
    ada, bob = await people.join(), await people.join()
    event = await announced(database, ada, audience="invited")
    assert (await bob.api.ask(ICS, id=global_id(event)))["event"] is None


async def test_a_time_that_the_clock_shows_twice_is_written_in_utc_the_second_time(
    people, database
):
    ada = await people.join("Ada")
    first = datetime(2030, 10, 27, 0, 30, tzinfo=UTC)
    times = {"starts_at": first, "ends_at": first + timedelta(minutes=45)}
    event = await announced(database, ada, **times)
    text = (await ada.api.ask(ICS, id=global_id(event)))["event"]["ics"]
    (read_back,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [read_back[name].dt for name in ("dtstart", "dtend")] == list(times.values())
    assert "DTEND:20301027T011500Z" in text


async def test_each_clock_is_told_for_the_years_of_its_own_events_alone(people, database):
    ada = await people.join("Ada")
    for zone, year in (
        ("Europe/Berlin", 2030),
        ("America/New_York", 2060),
        ("Asia/Kathmandu", 2030),
    ):
        starts_at = datetime(year, 7, 1, tzinfo=UTC)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        await announced(database, ada, time_zone=zone, **times)
    await ada.api.done("resetCalendar")
    text = (await read(ada, await address(ada))).text
    rules = text.partition("BEGIN:VEVENT")[0]
    by_zone = {rule.split("TZID:")[1].split()[0]: rule for rule in rules.split("VTIMEZONE")[1::2]}
    assert "2060" not in by_zone["Europe/Berlin"]
    assert "2030" not in by_zone["America/New_York"]
    calendar = icalendar.Calendar.from_ical(text)
    starts = [event["dtstart"].dt.astimezone(UTC) for event in calendar.walk("VEVENT")]
    assert sorted(starts) == [datetime(year, 7, 1, tzinfo=UTC) for year in (2030, 2030, 2060)]
    clocks = {str(each["TZID"]): each.to_tz() for each in calendar.walk("VTIMEZONE")}
    noon = datetime.fromisoformat("2030-07-01T12:00")
    assert clocks["Asia/Kathmandu"].utcoffset(noon) == timedelta(hours=5, minutes=45)
