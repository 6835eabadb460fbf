"""Deliveries through the API: what staff see of them, and mails that end by a link."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from domain import unsubscribing
from domain.notification_kinds import KINDS
from persistence import models

COUNTS = (
    "query($days: Int!) { notificationDeliveries(days: $days)"
    " { day kind channel state count sentCount } }"
)


async def delivered(database, person, *, days_ago=0, **columns):
    """A delivery of a notification of its own."""
    async with database.write() as tx:
        notification = await tx.add(
            models.Notification,
            profile_id=person.key,
            kind="message",
            subject_type="Conversation",
            subject_id=uuid4(),
            fact_id=uuid4(),
        )
        now = datetime.now(UTC)
        await tx.add(
            models.Delivery,
            notification_id=notification.notification_id,
            profile_id=person.key,
            fact_id=notification.fact_id,
            available_at=now,
            decided_at=now - timedelta(days=days_ago),
            **{"kind": "message", "channel": "push", **columns},
        )


async def test_staff_see_what_became_of_notifications_day_by_day(people, database):
    ada, boss = await people.join(), await people.join(is_staff=True)
    for _ in range(2):
        await delivered(database, ada, state="sent", sent_count=2)
    await delivered(database, ada, state="given_up", channel="email", kind="match_made")
    await delivered(database, ada, days_ago=1, state="waiting")
    await delivered(database, ada, days_ago=3, state="sent", sent_count=1)
    today = datetime.now(UTC).date()
    answer = (await boss.api.ask(COUNTS, days=2))["notificationDeliveries"]
    assert answer == [
        row(today, "MATCH_MADE", "EMAIL", "GIVEN_UP", 1, 0),
        row(today, "MESSAGE", "PUSH", "SENT", 2, 4),
        row(today - timedelta(days=1), "MESSAGE", "PUSH", "WAITING", 1, 0),
    ]
    assert len((await boss.api.ask(COUNTS, days=90))["notificationDeliveries"]) == 4
    for days in (0, 91):
        assert (await boss.api.send(COUNTS, days=days)).codes == ["INVALID_INPUT"]
    assert (await ada.api.send(COUNTS, days=2)).codes == ["FORBIDDEN"]


def row(day, kind, channel, state, count, sent_count):  # noqa: PLR0917 - in the order of the answer
    return {
        "day": day.isoformat(),
        "kind": kind,
        "channel": channel,
        "state": state,
        "count": count,
        "sentCount": sent_count,
    }


async def test_a_deleted_account_leaves_no_delivery(people, database):
    ada = await people.join()
    await delivered(database, ada)
    await ada.api.done("deleteAccount", password="correct horse battery")
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM deliveries") == 0


async def unwanted(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT * FROM notification_preferences")
    return {(row["profile_id"], row["kind"], row["channel"], row["is_enabled"]) for row in rows}


@pytest.fixture
async def link(people, services):
    """Somebody, and the token in their mails."""
    ada = await people.join()
    return ada, unsubscribing.token_for(ada.key, services.secrets.codes)


async def test_a_link_ends_mails_without_signing_in(api, database, link):
    ada, token = link
    async with database.write() as tx:
        key = {"profile_id": ada.key, "kind": "match_made"}
        await tx.add(models.NotificationPreference, **key, channel="email", is_enabled=True)
        await tx.add(models.NotificationPreference, **key, channel="push", is_enabled=True)
    for _ in range(2):
        await api.done("unsubscribe", "isUnsubscribed", token=token)
    assert await unwanted(database) == {
        (ada.key, "match_made", "push", True),
        *((ada.key, kind, "email", False) for kind in KINDS),
    }


async def test_one_click_of_a_mail_program_ends_mails_and_a_scanner_does_not(http, database, link):
    ada, token = link
    assert (await http.get(f"/unsubscribe?token={token}")).status_code == 405
    assert await unwanted(database) == set()
    answer = await http.post(f"/unsubscribe?token={token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert await unwanted(database) == {(ada.key, kind, "email", False) for kind in KINDS}


@pytest.mark.parametrize("spoil", [lambda t: "", lambda t: t[:-2], lambda t: "A" + t[1:] + "A"])
async def test_a_link_that_was_changed_is_refused(api, http, database, link, spoil):
    _, token = link
    spoiled = spoil(token)
    answer = await api.do("unsubscribe", token=spoiled)
    assert answer["code"] == "UNSUBSCRIBE_TOKEN_INVALID"
    assert (await http.post(f"/unsubscribe?token={quote(spoiled)}")).status_code == 403
    assert await unwanted(database) == set()


async def test_a_link_of_somebody_who_left_does_nothing(api, database, link):
    ada, token = link
    await ada.api.done("deleteAccount", password="correct horse battery")
    await api.done("unsubscribe", token=token)
    assert await unwanted(database) == set()
