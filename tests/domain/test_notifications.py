"""What people are told of, once for each fact, in the database."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from domain import accounts, messages, notifications
from domain.notification_kinds import Channel, NotificationKind
from persistence import models
from persistence.queries import notification_preferences as queries
from tests.support.conversations import grouped, matched
from tests.support.live import until_so
from tests.support.statements import statements_of

SUBJECT = UUID(int=7)


def fact(number):
    """The id of the fact of this number, as they follow each other."""
    return UUID(int=number)


async def told(database, number, *readers, actor=None, count=1, kind=NotificationKind.MESSAGE):
    """Tell of a fact, and give who heard something new."""
    async with database.write() as tx:
        rows = await notifications.notify(
            tx,
            kind,
            fact_id=fact(number),
            counts=dict.fromkeys((reader.key for reader in readers), count),
            actor_id=actor and actor.key,
            subject_id=SUBJECT,
        )
        assert [f.reader_id for f in tx.facts] == [row.profile_id for row in rows]
    return [row.profile_id for row in rows]


async def kept(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch(
            "SELECT profile_id, count, read_at IS NOT NULL AS is_read, is_listed"
            " FROM notifications ORDER BY created_at"
        )
    return [tuple(row) for row in rows]


async def test_a_fact_is_told_once_however_often_it_comes(people, database):
    ada = await people.join()
    assert await told(database, 1, ada) == [ada.key]
    assert await told(database, 1, ada) == []
    assert await told(database, 2, ada, count=2) == [ada.key]
    assert await told(database, 1, ada) == []
    assert await kept(database) == [(ada.key, 2, False, True)]


async def test_what_was_told_and_read_is_not_told_again(people, database):
    ada = await people.join()
    await told(database, 2, ada)
    async with database.write() as tx:
        await tx.connection.execute("UPDATE notifications SET read_at = now()")
    assert await told(database, 2, ada) == []
    assert await told(database, 1, ada) == []
    assert await told(database, 3, ada) == [ada.key]
    assert [row[2] for row in await kept(database)] == [True, False]


async def test_one_fact_told_by_many_workers_at_once_is_told_once(people, database):
    ada, bob = await people.join(), await people.join()
    heard = await asyncio.gather(*(told(database, 5, ada, bob) for _ in range(4)))
    assert sorted(key for keys in heard for key in keys) == sorted([ada.key, bob.key])
    assert len(await kept(database)) == 2


async def test_who_wants_a_kind_by_no_channel_has_none_and_by_push_alone_does_not_see_it(
    people, database
):
    ada, bob, cleo = [await people.join() for _ in range(3)]
    async with database.write() as tx:
        for person, channels in ((bob, list(Channel)), (cleo, [Channel.IN_APP])):
            for channel in channels:
                await tx.add(
                    models.NotificationPreference,
                    profile_id=person.key,
                    kind=NotificationKind.MESSAGE,
                    channel=channel,
                    is_enabled=False,
                )
    assert set(await told(database, 1, ada, bob, cleo)) == {ada.key, cleo.key}
    listed = {row[0]: row[3] for row in await kept(database)}
    assert listed == {ada.key: True, cleo.key: False}


async def test_who_has_left_is_not_told_and_nobody_is_told_of_them(people, database):
    ada, bob = await people.join(), await people.join()
    await bob.api.done("deleteAccount", password="correct horse battery")
    assert await told(database, 1, bob, ada) == [ada.key]
    assert await told(database, 2, ada, actor=bob) == []


async def test_settings_and_preferences_have_defaults_until_somebody_sets_them(people, database):
    ada = await people.join()
    (settings,) = await database.fetch(queries.settings_of, profile_ids=[ada.key])
    assert settings.model is models.NotificationSettings
    shown = (settings.language, settings.time_zone, settings.quiet_from, settings.digest)
    assert shown == ("en", "UTC", None, "off")
    assert await database.fetch(queries.preferences_of, profile_ids=[ada.key]) == []


async def test_quiet_hours_are_whole(people, database):
    ada = await people.join()
    with pytest.raises(asyncpg.CheckViolationError):
        async with database.write() as tx:
            await tx.connection.execute(
                "INSERT INTO notification_settings (profile_id, quiet_from) VALUES ($1, '22:00')",
                ada.key,
            )


WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def test_reading_all_while_somebody_leaves_meets_no_deadlock(people, database):
    ada, bob = await people.join(), await people.join()
    # A deletion finds the greatest key first, and who reads all the smallest.
    async with database.write() as tx:
        for number in (3, 2, 1):
            await tx.add(
                models.Notification,
                notification_id=UUID(int=number),
                profile_id=ada.key,
                kind=NotificationKind.FOLLOWED,
                actor_id=bob.key,
                subject_type="Profile",
                subject_id=UUID(int=number),
                fact_id=fact(number),
            )

    async def leave():
        async with database.write() as tx:
            await accounts.delete_account(tx, bob.viewer)

    async def read_all():
        async with database.write() as tx:
            await notifications.mark_all_notifications_read(tx, ada.viewer)

    async def waiting():
        async with database.write() as tx:
            return await tx.connection.fetchval(WAITING)

    async with database.write() as tx:
        await tx.get(models.Notification, lock=True, notification_id=UUID(int=3))
        leaving = asyncio.create_task(leave())
        await until_so(waiting, 1)
        reading = asyncio.create_task(read_all())
        await until_so(waiting, 2)
    await asyncio.gather(leaving, reading)
    assert await kept(database) == []


async def test_a_message_for_more_takes_no_more_statements(people, database):
    ada, *others = [await people.join() for _ in range(5)]
    for other in others:
        await matched(database, ada.key, other.key)

    async def told_of(number, talk):
        key = {"conversation_id": talk.conversation_id}
        async with database.write() as tx:
            sent = await messages.send_message(tx, ada.viewer, **key, text="Hello")
        async with database.write() as tx:
            about = {"sender_id": ada.key, "position": sent.position, **key}
            rows = await notifications.notify_of_message(tx, fact_id=fact(number), **about)
        return {row.profile_id: row.count for row in rows}

    async def recounted(talk):
        async with database.write() as tx:
            await notifications.recount_for_all(tx, conversation_id=talk.conversation_id)

    few = await grouped(database, ada, others[0])
    many = await grouped(database, ada, *others)
    assert await told_of(1, many) == dict.fromkeys((other.key for other in others), 1)
    statements = [await statements_of(told_of(n, talk)) for n, talk in ((2, few), (3, many))]
    assert len(statements[0]) == len(statements[1])
    statements = [await statements_of(recounted(talk)) for talk in (few, many)]
    assert len(statements[0]) == len(statements[1])
