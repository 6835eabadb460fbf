"""Sessions: whoever signs in or stays signed in is here, and others learn the day and no more."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg

from domain import accounts, sessions
from domain.profiles import day_of
from domain.tokens import Claims
from persistence import models

TODAY = day_of(datetime.now(UTC))
LONG_AGO = TODAY - timedelta(days=40)
A_MONTH = timedelta(days=30)
PATIENCE_SECONDS = 20.0


async def facts(database):
    async with database.write() as tx:
        return [
            (row["body"]["profile_id"], row["body"]["parts"])
            for row in await tx.connection.fetch(
                "SELECT * FROM facts WHERE kind = 'ProfileChanged'"
            )
        ]


async def profile_of(database, person):
    async with database.write() as tx:
        return await tx.get(models.Profile, profile_id=person.key)


async def be_away(database, person):
    async with database.write() as tx:
        await tx.change(models.Profile, {"profile_id": person.key}, last_active_at=LONG_AGO)


async def sign_in(database, person):
    async with database.write() as tx:
        return await sessions.open_session(tx, person.key, device_name="", lifetime=A_MONTH)


async def refresh(database, person, session, generation=0):
    claims = Claims(person.key, session.session_id, generation)
    async with database.write() as tx:
        return await sessions.refresh(tx, claims, lifetime=A_MONTH)


async def test_who_signs_in_is_here_today_and_the_index_is_told_once(database, people):
    ada = await people.join("Ada")
    await be_away(database, ada)
    for _ in range(3):
        await sign_in(database, ada)
    assert (await profile_of(database, ada)).last_active_at == TODAY
    assert await facts(database) == [(str(ada.key), ["last_active_at"])]


async def test_who_stays_signed_in_is_here_too(database, people):
    ada = await people.join("Ada")
    session = await sign_in(database, ada)
    await be_away(database, ada)
    assert await refresh(database, ada, session) is not None
    assert (await profile_of(database, ada)).last_active_at == TODAY
    assert await facts(database) == [(str(ada.key), ["last_active_at"])]


async def test_a_token_in_wrong_hands_does_not_make_its_person_be_here(database, people):
    ada = await people.join("Ada")
    session = await sign_in(database, ada)
    await be_away(database, ada)
    assert await refresh(database, ada, session, generation=7) is None
    assert (await profile_of(database, ada)).last_active_at == LONG_AGO


async def test_signing_in_waits_for_nobody_who_changes_the_profile(database, people):
    ada = await people.join("Ada")
    await be_away(database, ada)
    async with database.write() as tx:
        await tx.get(models.Profile, lock=True, profile_id=ada.key)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await sign_in(database, ada)
    assert (await profile_of(database, ada)).last_active_at == LONG_AGO
    await sign_in(database, ada)
    assert (await profile_of(database, ada)).last_active_at == TODAY


async def test_signing_in_and_leaving_at_once_meet_no_deadlock(database, people):
    async def leave(person):
        async with database.write() as tx:
            await accounts.delete_account(tx, person.viewer)

    for _ in range(20):
        bob = await people.join()
        await be_away(database, bob)
        signed_in, left = await asyncio.gather(
            sign_in(database, bob), leave(bob), return_exceptions=True
        )
        assert left is None
        assert not isinstance(signed_in, asyncpg.DeadlockDetectedError)
        assert await profile_of(database, bob) is None
