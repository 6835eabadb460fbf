"""Waiting for what others hold: it ends in an error that says so, with nothing half-written."""

from unittest.mock import Mock

import asyncpg
import pytest

from persistence import reaching
from persistence.database import Database, TookTooLong
from tests.support.events import announced, global_id
from web import errors

GOING = 'mutation { rsvp(input: { eventId: "%s", answer: GOING, clientMutationId: "once" }) { ... on RsvpSuccess { attendance { state } } } }'  # noqa: E501
ANSWERS = "SELECT count(*) FROM attendances"


@pytest.fixture
async def impatient(services, monkeypatch):
    """The application's database, whose statements end after a tenth of a second."""
    url = str(services.settings.database_url)
    database = await Database.connect(url, statement_timeout_ms=100)
    for pool in ("_reading", "_writing"):
        monkeypatch.setattr(services.database, pool, getattr(database, pool))
    yield services.database
    await database.close()


@pytest.fixture
async def other(settings):
    """A connection of somebody else."""
    connection = await asyncpg.connect(str(settings.database_url))
    yield connection
    await connection.close()


async def test_who_waits_too_long_for_a_row_is_told_and_can_try_again(people, impatient, other):
    ada, bob = await people.join(), await people.join()
    event = await announced(impatient, ada)
    going = GOING % global_id(event)
    async with other.transaction():
        await other.execute("SELECT FROM events FOR UPDATE")
        answer = await bob.api.send(going)
    assert answer.codes == ["TOOK_TOO_LONG"]
    assert (answer.data, answer.errors[0]["path"]) == (None, ["rsvp"])
    assert await other.fetchval(ANSWERS) == 0
    again = await bob.api.ask(going)
    assert again == {"rsvp": {"attendance": {"state": "GOING"}}}


async def test_a_lock_that_is_not_had_in_time_is_no_fault_either(database, other):
    async def impatiently():
        async with database.write() as tx:
            await tx.connection.execute("SET LOCAL lock_timeout = 50")
            await tx.connection.execute("SELECT FROM events")

    async with other.transaction():
        await other.execute("LOCK TABLE events")
        with pytest.raises(TookTooLong) as caught:
            await impatiently()
    assert reaching.is_away(caught.value)


async def test_a_query_that_takes_too_long_lacks_only_what_did(people, impatient, other):
    ada = await people.join()
    key = global_id(await announced(impatient, ada))
    async with other.transaction():
        await other.execute("LOCK TABLE events")
        query = "query($id: ID!) { viewer { profile { id } } event(id: $id) { id } }"
        answer = await ada.api.send(query, id=key)
    assert (answer.codes, answer.errors[0]["path"]) == (["TOOK_TOO_LONG"], ["event"])
    assert answer.data == {"viewer": {"profile": {"id": ada.id}}, "event": None}


async def test_a_request_that_cannot_even_begin_in_time_may_come_again(people, impatient, other):
    ada = await people.join()
    async with other.transaction():
        await other.execute("LOCK TABLE sessions")
        response = await ada.api.http.post(
            "/graphql",
            json={"query": "{ viewer { id } }"},
            headers={"Authorization": f"Bearer {ada.api.token}"},
        )
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (503, "TOOK_TOO_LONG")


async def test_a_page_that_takes_too_long_is_not_told_as_an_outage(
    people, impatient, other, monkeypatch
):
    monkeypatch.setattr(errors, "_log", log := Mock())
    ada = await people.join()
    await ada.api.done("resetCalendar")
    calendar_url = (await ada.api.ask("{ viewer { calendarUrl } }"))["viewer"]["calendarUrl"]
    address = calendar_url.removeprefix("http://localhost:8000")
    async with other.transaction():
        await other.execute("LOCK TABLE events")
        calendar = await ada.api.http.get(address)
    assert (calendar.status_code, calendar.headers["retry-after"]) == (503, "1")
    assert calendar.text == "This took too long just now. Try again."
    assert {call.args for call in log.warning.call_args_list} == {("took too long",)}
