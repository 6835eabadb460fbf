"""Jobs in the server's own process: what each fact starts, twice as well as once."""

import asyncio
import re
from uuid import uuid4

import pytest

from domain import accounts, one_time_codes, preferences, profiles
from domain.accounts import (
    AccountCreated,
    EmailVerificationRequested,
    PasswordResetRequested,
)
from domain.facts import Fact
from domain.onboarding import ProfileOnboarded
from domain.one_time_codes import Purpose
from domain.refusals import NotAllowed
from persistence import models
from tests.support.conversations import global_id, matched
from tests.support.events import announced
from tests.support.live import PATIENCE_SECONDS, until
from workers import emails, subscribers
from workers.celery_app import celery


async def record(database, relay, *facts):
    async with database.write() as tx:
        for fact in facts:
            tx.record(fact)
    relay.nudge()


async def all_carried(database):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await unfinished(database):  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.02)


async def unfinished(database):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT * FROM facts WHERE finished_at IS NULL")


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def code_in(mail):
    (code,) = set(re.findall(r"\b[0-9a-f]{40}\b", plain(mail)))
    return code


async def redeem(services, code, purpose):
    async with services.database.write() as tx:
        return await one_time_codes.redeem(tx, code, purpose, secret=services.secrets.codes)


async def codes(database):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT * FROM one_time_codes")


@pytest.mark.parametrize(
    ("fact", "subject", "purpose"),
    [
        (AccountCreated, "Welcome to Kith", Purpose.VERIFY_EMAIL),
        (EmailVerificationRequested, "Confirm your address", Purpose.VERIFY_EMAIL),
        (PasswordResetRequested, "A new password", Purpose.RESET_PASSWORD),
    ],
)
async def test_a_mail_brings_a_code_that_works_once(
    *, services, people, running, mail_server, fact, subject, purpose
):
    ada = await people.join()
    async with running() as relay:
        await record(services.database, relay, fact(account_id=ada.key))
        await until(lambda: mail_server.received)
    (mail,) = mail_server.received
    assert (mail["To"], mail["Subject"]) == (ada.email, subject)
    assert services.settings.frontend_url in plain(mail)
    with pytest.raises(NotAllowed):
        await redeem(services, code_in(mail), next(other for other in Purpose if other != purpose))
    assert await redeem(services, code_in(mail), purpose) == ada.key
    with pytest.raises(NotAllowed):
        await redeem(services, code_in(mail), purpose)


async def test_nobody_gets_a_mail_where_there_is_no_account(services, running, mail_server):
    async with running() as relay:
        await record(
            services.database,
            relay,
            PasswordResetRequested(account_id=None),
            PasswordResetRequested(account_id=uuid4()),
            AccountCreated(account_id=uuid4()),
        )
        await all_carried(services.database)
    assert mail_server.received == []
    assert await codes(services.database) == []


async def test_who_goes_is_told_of_an_event_that_goes_with_its_host(
    services, people, running, mail_server
):
    database = services.database
    ada, bob, eve, joe, una = [await people.join(f"{name}na") for name in "abeju"]
    coming = await announced(database, ada, capacity=1)
    off = await announced(database, ada, title="Off", cancelled_at=coming.created_at)
    async with database.write() as tx:
        for person, event, state in (
            (bob, coming, "going"),
            (eve, coming, "waiting"),
            (una, coming, "waiting"),
            (joe, coming, "interested"),
            (joe, off, "waiting"),
        ):
            joined_at = event.created_at if state == "going" else None
            answer = {"profile_id": person.key, "state": state, "joined_at": joined_at}
            await tx.add(models.Attendance, event_id=event.event_id, **answer)
            verified = {"is_verified": person is not una}
            await tx.change(models.Account, {"account_id": person.key}, **verified)
        await accounts.delete_account(tx, ada.viewer)
    async with running():
        await all_carried(database)
    assert {mail["To"] for mail in mail_server.received} == {bob.email, eve.email}
    for mail in mail_server.received:
        assert mail["Subject"] == "Cancelled: Board games"
        assert "Board games does not take place" in plain(mail)
        assert "(Europe/Berlin)" in plain(mail)


async def again(task, fact_id, key):
    await asyncio.to_thread(task.delay, str(fact_id), {"account_id": str(key)})


async def test_a_mail_that_is_sent_twice_is_one_mail_with_one_code(
    services, people, running, mail_server
):
    ada = await people.join()
    fact_id = uuid4()
    async with running():
        for _ in range(2):
            await again(emails.send_password_reset, fact_id, ada.key)
        first, second = mail_server.received
        assert first["Message-ID"] == second["Message-ID"]
        assert plain(first) == plain(second)
        assert await redeem(services, code_in(second), Purpose.RESET_PASSWORD) == ada.key
        await again(emails.send_password_reset, fact_id, ada.key)
        with pytest.raises(NotAllowed):
            await redeem(services, code_in(first), Purpose.RESET_PASSWORD)
        await again(emails.send_password_reset, uuid4(), ada.key)
    assert code_in(mail_server.received[-1]) != code_in(first)
    assert len(await codes(services.database)) == 2


async def test_a_mail_that_goes_out_late_brings_a_code_that_is_still_good(
    services, people, running, mail_server
):
    ada = await people.join()
    mail_server.refusals = 3  # each attempt that a job makes
    async with running() as relay:
        await record(services.database, relay, AccountCreated(account_id=ada.key))
        await until(lambda: mail_server.refusals == 0)
        async with services.database.write() as tx:
            await tx.connection.execute("UPDATE one_time_codes SET expires_at = now()")
        await until(lambda: mail_server.received)
    (mail,) = mail_server.received
    assert await redeem(services, code_in(mail), Purpose.VERIFY_EMAIL) == ada.key
    assert await unfinished(services.database) == []


async def test_a_message_is_pushed_to_the_device_of_its_reader(services, people, running):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("registerDevice", token="fcm-token-of-a-phone", platform="ANDROID")
    conversation = await matched(services.database, ada.key, bob.key)
    async with running() as relay:
        await bob.api.done("sendMessage", conversationId=global_id(conversation), text="Hello")
        relay.nudge()
        await all_carried(services.database)
    async with services.database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind, profile_id, state FROM deliveries")
    assert ("message", ada.key, "sent") in [tuple(row) for row in rows]
    assert {row["profile_id"] for row in rows} == {ada.key}


async def test_the_end_of_the_process_waits_for_what_was_recorded(
    services, people, running, mail_server
):
    ada = await people.join()
    async with running(), services.database.write() as tx:
        tx.record(AccountCreated(account_id=ada.key))
    assert len(mail_server.received) == 1
    assert await unfinished(services.database) == []


async def test_what_others_find_follows_from_facts(services, people, running):
    ada, bob = await people.join(), await people.join()
    before = await services.vectors.count()
    await services.embedder.embed(["Loading the model takes longer than anything else here."])
    async with running() as relay:
        await record(services.database, relay, ProfileOnboarded(profile_id=ada.key))
        async with services.database.write() as tx:
            await profiles.update_profile(tx, bob.viewer, bio="I collect maps.")
        relay.nudge()
        await all_carried(services.database)
        assert await services.vectors.count() == before + 2
        async with services.database.write() as tx:
            await preferences.set_preferences(tx, bob.viewer, is_discoverable=False)
        relay.nudge()
        await all_carried(services.database)
        assert await services.vectors.count() == before + 1
        async with services.database.write() as tx:
            await accounts.delete_account(tx, ada.viewer)
        relay.nudge()
        await all_carried(services.database)
        assert await services.vectors.count() == before


def test_every_consequence_is_of_a_fact_there_is():
    assert subscribers.STARTS.keys() <= Fact.kinds.keys()
    for tasks in subscribers.STARTS.values():
        for task in tasks:
            assert task.name in celery.tasks
