"""Deliveries: one effect over repeats and deaths, quiet hours, bursts, digests, and clearing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from domain import notifications
from domain.deliveries import LEASE, MOST_ATTEMPTS, WINDOW, pause_after
from domain.global_ids import encode
from domain.notification_kinds import NotificationKind
from integrations.email import NullEmail
from integrations.push import DeviceGone, NullPush
from integrations.vendors import VendorAway, VendorRefused
from persistence import models
from tests.support.conversations import matched
from tests.support.notifications import notified
from workers import deliveries, delivering

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


class Clock(datetime):
    """The time as jobs read it; it stands still until it is set."""

    at = NOON

    @classmethod
    def now(cls, tz=None):
        return cls.at if tz else cls.at.replace(tzinfo=None)


class Killed(BaseException):
    """Ends a job as `kill -9` ends its process: nothing that it still wanted to do is done."""


class Failing(NullPush):
    """Fails in the given ways, one after the other, before it takes messages."""

    def __init__(self, *failures):
        super().__init__()
        self.failures = list(failures)

    async def send(self, message):
        if self.failures:
            raise self.failures.pop(0)
        await super().send(message)


class Meanwhile(NullPush):
    """Takes messages; something else happens while the first is on its way."""

    def __init__(self, happen):
        super().__init__()
        self.happen, self.first = happen, ""

    async def send(self, message):
        if not self.first:
            self.first = message.token
            await self.happen()
        await super().send(message)

    def of_first(self):
        """What came to the device that the first message was for."""
        return [push for push in self.sent if push.token == self.first]


class Presence:
    """Says that nobody is looking, or everybody."""

    is_looking = False

    async def is_present(self, _profile_id):
        return self.is_looking


class Scene:
    """Ada, who has a phone and a tablet, and what jobs do for her."""

    def __init__(self, services, people):
        self.services, self.people, self.database = services, people, services.database
        self.push, self.email, self.presence = NullPush(), NullEmail(), Presence()

    async def begin(self):
        self.ada, self.bob = await self.people.join("Ada"), await self.people.join("Bob")
        self.phone = await self.device("token-of-the-phone", self.ada.viewer.session_id)
        tomorrow = NOON + timedelta(days=3650)
        async with self.database.write() as tx:
            session = await tx.add(models.Session, account_id=self.ada.key, expires_at=tomorrow)
        self.tablet = await self.device("token-of-the-tablet", session.session_id)
        self.conversation = await matched(self.database, self.ada.key, self.bob.key)
        return self

    async def device(self, token, session_id):
        async with self.database.write() as tx:
            return await tx.add(
                models.Device,
                profile_id=self.ada.key,
                session_id=session_id,
                platform="android",
                provider="fcm",
                token=token,
                registered_at=NOON - timedelta(days=1),
            )

    @property
    def resources(self):
        return SimpleNamespace(
            settings=self.services.settings,
            database=self.database,
            integrations=replace(self.services.integrations, email=self.email, push=self.push),
            presence=self.presence,
            codes_secret=self.services.secrets.codes,
        )

    async def settle(self, **settings):
        async with self.database.write() as tx:
            await tx.add(models.NotificationSettings, profile_id=self.ada.key, **settings)

    async def verify(self):
        async with self.database.write() as tx:
            await tx.change(models.Account, {"account_id": self.ada.key}, is_verified=True)

    async def notify(self, kind=NotificationKind.MESSAGE, *, subject=None, count=1):
        """Tell Ada something of Bob, and give the body of the fact."""
        subjects = {
            NotificationKind.MESSAGE: self.conversation.conversation_id,
            NotificationKind.MATCH_MADE: self.conversation.match_id,
        }
        async with self.database.write() as tx:
            fact_id = await tx.connection.fetchval("SELECT uuidv7()")
            (row,) = await notifications.notify(
                tx,
                kind,
                fact_id=fact_id,
                counts={self.ada.key: count},
                actor_id=self.bob.key,
                subject_id=subject or subjects[kind],
            )
        return {"notification_id": str(row.notification_id), "reader_id": str(self.ada.key)}

    async def decide(self, body):
        await run(deliveries.decide_deliveries, self.resources, str(uuid4()), body)

    async def read(self, body, on=None):
        """Read a notification on a device, or in an application that is none."""
        key = UUID(body["notification_id"])
        async with self.database.write() as tx:
            await tx.change(models.Notification, {"notification_id": key}, read_at=Clock.at)
        told = {"notification_ids": [str(key)], "reader_id": body["reader_id"]}
        told["session_id"] = on and str(on.session_id)
        await run(deliveries.clear_read, self.resources, str(uuid4()), told)

    async def sweep(self):
        rows = await self.database.fetch(deliveries.queries.due, now=Clock.at, limit=1_000)
        for row in rows:
            target = delivering.Target(row["profile_id"], row["device_id"], row["channel"])
            await delivering.deliver(self.resources, target)

    async def rows(self, channel="push"):
        async with self.database.write() as tx:
            return await tx.connection.fetch(
                "SELECT * FROM deliveries WHERE channel = $1 ORDER BY delivery_id", channel
            )

    async def states(self, channel="push"):
        return sorted(row["state"] for row in await self.rows(channel))


async def run(task, *arguments):
    """Run a job in this loop, with resources of our own."""
    await task.job(*arguments)


@pytest.fixture
async def scene(services, people, monkeypatch):
    monkeypatch.setattr(deliveries, "datetime", Clock)
    monkeypatch.setattr(delivering, "datetime", Clock)
    monkeypatch.setattr(Clock, "at", NOON)
    return await Scene(services, people).begin()


def wait(**duration):
    Clock.at += timedelta(**duration)


async def until_somebody_waits(connection):
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    """
    async with asyncio.timeout(10):
        while not await connection.fetchval(query):
            await connection.execute("SELECT pg_stat_clear_snapshot()")


async def test_each_device_gets_one_push_however_often_the_fact_is_told(scene):
    body = await scene.notify()
    for _ in range(3):
        await scene.decide(body)
        await scene.sweep()
    assert sorted(push.token for push in scene.push.sent) == [
        "token-of-the-phone",
        "token-of-the-tablet",
    ]
    (push, _) = scene.push.sent
    key = UUID(body["notification_id"])
    assert push.title == "A new message from Bob"
    assert push.collapse_key == key.hex
    assert push.badge == 1
    assert push.data == {
        "notificationId": encode("Notification", key),
        "kind": "MESSAGE",
        "subjectId": encode("Conversation", scene.conversation.conversation_id),
    }
    assert await scene.states() == ["sent", "sent"]


async def test_two_workers_at_once_send_one_push_to_each_device(scene):
    body = await scene.notify()
    await asyncio.gather(*(scene.decide(body) for _ in range(4)))
    # What one held while another wanted to send it is left to the sweep.
    wait(seconds=LEASE.total_seconds() + 1)
    await scene.sweep()
    assert len(scene.push.sent) == 2


async def test_a_worker_that_dies_between_taking_and_sending_loses_nothing(scene):
    body = await scene.notify()
    scene.push = Failing(Killed())
    with pytest.raises(Killed):
        await scene.decide(body)
    assert await scene.states() == ["waiting", "waiting"]
    wait(seconds=LEASE.total_seconds() + 1)
    await scene.sweep()
    assert len(scene.push.sent) == 2


async def test_a_worker_that_dies_after_sending_sends_the_same_again(scene, monkeypatch):
    body, finish = await scene.notify(), delivering._finish

    async def die(_resources, rows, _state):
        if rows:
            raise ConnectionError

    monkeypatch.setattr(delivering, "_finish", die)
    with pytest.raises(ConnectionError):
        await scene.decide(body)
    monkeypatch.setattr(delivering, "_finish", finish)
    wait(seconds=LEASE.total_seconds() + 1)
    await scene.sweep()
    by_token = {push.token: [] for push in scene.push.sent}
    for push in scene.push.sent:
        by_token[push.token].append((push.key, push.collapse_key))
    assert len(scene.push.sent) == 3
    assert all(len(set(keys)) == 1 for keys in by_token.values())


async def test_who_is_looking_is_not_pushed(scene):
    scene.presence.is_looking = True
    await scene.decide(await scene.notify())
    assert scene.push.sent == []
    assert await scene.states() == ["skipped", "skipped"]


async def test_one_that_tells_more_is_pushed_again_in_the_same_place(scene):
    first = await scene.notify()
    await scene.decide(first)
    wait(minutes=10)
    assert await scene.notify(count=2) == first
    await scene.decide(first)
    titles = {push.title for push in scene.push.sent}
    assert titles == {"A new message from Bob", "2 new messages from Bob"}
    assert len({push.collapse_key for push in scene.push.sent}) == 1
    assert len(await scene.rows()) == 2


async def test_who_was_just_told_hears_the_rest_together(scene):
    for count in range(1, 5):
        await scene.decide(await scene.notify(count=count))
        wait(seconds=10)
    assert len(scene.push.sent) == 2
    wait(seconds=WINDOW.total_seconds())
    await scene.sweep()
    assert [push.title for push in scene.push.sent[2:]] == ["4 new messages from Bob"] * 2


async def test_a_burst_comes_as_one(scene):
    others = [await scene.people.join(f"Guest {n}") for n in range(7)]
    for other in others:
        conversation = await matched(scene.database, scene.ada.key, other.key)
        await scene.decide(await scene.notify(subject=conversation.conversation_id))
    assert len(scene.push.sent) == 3 * 2
    wait(seconds=WINDOW.total_seconds() + 1)
    await scene.sweep()
    batch = scene.push.sent[6:]
    assert [push.title for push in batch] == ["4 things are new"] * 2
    assert {push.collapse_key for push in batch} == {"batch"}
    assert {push.badge for push in batch} == {7}


async def test_what_is_read_is_taken_away_from_all_devices_once(scene):
    body = await scene.notify()
    await scene.decide(body)
    for _ in range(2):
        await scene.read(body)
        await scene.sweep()
    cleared = scene.push.sent[2:]
    assert len(cleared) == 2
    assert all(push.is_silent for push in cleared)
    key = UUID(body["notification_id"])
    assert {push.collapse_key for push in cleared} == {key.hex}
    assert cleared[0].data == {"readNotificationIds": encode("Notification", key)}
    assert cleared[0].badge == 0
    assert await scene.states() == ["cleared", "cleared"]


async def test_what_is_read_on_one_device_is_taken_away_from_the_others(scene):
    body = await scene.notify()
    await scene.decide(body)
    for _ in range(2):
        await scene.read(body, on=scene.phone)
        await scene.sweep()
    (cleared,) = scene.push.sent[2:]
    assert (cleared.token, cleared.is_silent) == (scene.tablet.token, True)
    assert await scene.states() == ["cleared", "sent"]


async def test_what_is_read_before_it_is_due_is_never_pushed(scene):
    await scene.settle(quiet_from=time(11), quiet_to=time(13))
    body = await scene.notify()
    await scene.decide(body)
    await scene.read(body)
    wait(hours=2)
    await scene.sweep()
    assert scene.push.sent == []
    assert await scene.states() == ["skipped", "skipped"]


@pytest.mark.parametrize("is_read_there", [False, True])
async def test_what_is_read_while_it_is_on_its_way_is_taken_away_after_it(scene, is_read_there):
    body = await scene.notify()

    async def read():
        devices = {each.token: each for each in (scene.phone, scene.tablet)}
        await scene.read(body, on=devices[scene.push.first] if is_read_there else None)

    scene.push = Meanwhile(read)
    await scene.decide(body)
    wait(seconds=LEASE.total_seconds() + 1)
    await scene.sweep()
    assert [push.is_silent for push in scene.push.of_first()] == [False, True]


@pytest.mark.parametrize("is_read_on_its_way", [True, False])
async def test_what_tells_more_on_its_way_is_taken_away_once_read(scene, is_read_on_its_way):
    body = await scene.notify()

    async def tell_more():
        await scene.settle(quiet_from=time(11), quiet_to=time(13))
        await scene.decide(await scene.notify(count=2))
        if is_read_on_its_way:
            await scene.read(body)

    scene.push = Meanwhile(tell_more)
    await scene.decide(body)
    first = next(row for row in await scene.rows() if row["sent_count"])
    assert (first["sent_count"], first["sent_at"]) == (1, NOON)
    if not is_read_on_its_way:
        assert first["state"] == "waiting"
        await scene.read(body)
    wait(seconds=LEASE.total_seconds() + 1)
    await scene.sweep()
    assert [push.is_silent for push in scene.push.of_first()] == [False, True]


async def test_what_is_on_its_way_is_not_overtaken_by_what_tells_more(scene):
    body = await scene.notify()

    async def tell_more():
        await scene.decide(await scene.notify(count=2))

    scene.push = Meanwhile(tell_more)
    await scene.decide(body)
    await scene.sweep()
    assert [push.title for push in scene.push.of_first()] == ["A new message from Bob"]
    wait(seconds=WINDOW.total_seconds())
    await scene.sweep()
    assert [push.title for push in scene.push.of_first()] == [
        "A new message from Bob",
        "2 new messages from Bob",
    ]


async def test_what_tells_more_waits_no_longer_than_the_one_before_could_be_on_its_way(scene):
    scene.push = Failing(*[VendorAway("away", 36_000.0)] * 2)
    await scene.decide(await scene.notify())
    await scene.decide(await scene.notify(count=2))
    wait(seconds=LEASE.total_seconds())
    await scene.sweep()
    assert [push.title for push in scene.push.sent] == ["2 new messages from Bob"] * 2


async def test_many_that_are_sent_slowly_are_sent_once(scene):
    await scene.settle(quiet_from=time(11), quiet_to=time(13))
    await scene.decide(await scene.notify())
    for number in range(2):
        other = await scene.people.join(f"Guest {number}")
        conversation = await matched(scene.database, scene.ada.key, other.key)
        await scene.decide(await scene.notify(subject=conversation.conversation_id))
    wait(hours=2)

    class Slow(NullPush):
        asked = 0

        async def send(self, message):
            self.asked += 1
            if self.asked <= 3:
                wait(seconds=LEASE.total_seconds() / 2 - 1)
            if self.asked == 3:
                await scene.sweep()
            await super().send(message)

    scene.push = Slow()
    await scene.sweep()
    assert len(scene.push.sent) == 6
    assert len({(push.token, push.collapse_key) for push in scene.push.sent}) == 6
    assert {row["sent_count"] for row in await scene.rows()} == {1}


async def test_who_sends_and_who_reads_lock_in_one_order(scene):
    """Each in an order of its own, they would wait for each other for ever."""
    body = await scene.notify()
    scene.push = Failing(Killed())
    with pytest.raises(Killed):
        await scene.decide(body)
    asked = {"ids": [], "fact_ids": [], "attempt_counts": [], "was": "waiting"}
    for row in reversed(await scene.rows()):
        asked["ids"].append(row["delivery_id"])
        asked["fact_ids"].append(row["fact_id"])
        asked["attempt_counts"].append(row["attempt_count"])
    first = asked["ids"][-1]
    sent = {**asked, "state": "sent", "sent": 1, "now": NOON, "window": WINDOW}
    later = {**asked, "available_at": NOON, "forgiven": 0}
    read = {"notification_ids": [UUID(body["notification_id"])], "session_id": None}
    read |= {"now": NOON, "lease": LEASE}
    queries = deliveries.queries
    for statement, given in (
        (queries.put_off, later),
        (queries.read, read),
        (queries.finish, sent),
    ):
        async with scene.database.write() as holding:
            await holding.connection.execute(
                "SELECT FROM deliveries WHERE delivery_id = $1 FOR UPDATE", first
            )

            async def change(statement=statement, given=given):
                async with scene.database.write() as tx:
                    await tx.fetch(statement, **given)

            changing = asyncio.create_task(change())
            await until_somebody_waits(holding.connection)
            free = await holding.connection.fetch(
                "SELECT delivery_id FROM deliveries ORDER BY 1 FOR UPDATE SKIP LOCKED"
            )
            assert [row["delivery_id"] for row in free] == sorted(asked["ids"])
        await changing


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "until"),
    [
        (
            "UTC",
            (22, 7),
            datetime(2026, 6, 10, 23, tzinfo=UTC),
            datetime(2026, 6, 11, 7, tzinfo=UTC),
        ),
        # The clocks of Berlin are put forward at 01:00 UTC, back in October at the same time.
        (
            "Europe/Berlin",
            (22, 7),
            datetime(2026, 3, 28, 22, tzinfo=UTC),
            datetime(2026, 3, 29, 5, tzinfo=UTC),
        ),
        (
            "Europe/Berlin",
            (22, 7),
            datetime(2026, 10, 24, 21, tzinfo=UTC),
            datetime(2026, 10, 25, 6, tzinfo=UTC),
        ),
    ],
)
async def test_quiet_hours_hold_pushes_back_until_they_end(*, scene, zone, quiet, now, until):
    Clock.at = now
    begin, end = quiet
    await scene.settle(time_zone=zone, quiet_from=time(begin), quiet_to=time(end))
    await scene.decide(await scene.notify())
    assert {row["available_at"] for row in await scene.rows()} == {until}
    Clock.at = until - timedelta(minutes=1)
    await scene.sweep()
    assert scene.push.sent == []
    Clock.at = until
    await scene.sweep()
    assert len(scene.push.sent) == 2


async def test_quiet_hours_that_began_since_hold_back_what_waited(scene):
    scene.push = Failing(VendorAway("away"), VendorAway("away"))
    await scene.decide(await scene.notify())
    await scene.settle(quiet_from=time(12), quiet_to=time(14))
    wait(minutes=2)
    await scene.sweep()
    assert scene.push.sent == []
    assert {row["attempt_count"] for row in await scene.rows()} == {1}
    Clock.at = NOON + timedelta(hours=2)
    await scene.sweep()
    assert len(scene.push.sent) == 2


async def test_a_vendor_that_is_away_is_tried_for_hours_and_then_given_up(scene):
    scene.push = Failing(*[VendorAway("away")] * 100)
    await scene.decide(await scene.notify())
    for _ in range(MOST_ATTEMPTS):
        wait(hours=9)
        await scene.sweep()
    assert await scene.states() == ["given_up", "given_up"]
    assert len(scene.push.failures) == 100 - 2 * MOST_ATTEMPTS


def test_pauses_grow_and_end():
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert sum(pauses, timedelta()) > timedelta(hours=12)
    assert pause_after(MOST_ATTEMPTS) is None
    assert pause_after(1, 3_600) == timedelta(hours=1)


async def test_a_device_that_is_gone_is_dropped(scene):
    scene.push = Failing(DeviceGone())
    await scene.decide(await scene.notify())
    async with scene.database.write() as tx:
        left = await tx.connection.fetch("SELECT token FROM devices")
    assert [row["token"] for row in left] == [push.token for push in scene.push.sent]
    assert await scene.states() == ["gone", "sent"]


async def test_what_is_refused_is_not_tried_again(scene):
    scene.push = Failing(VendorRefused("no"))
    await scene.decide(await scene.notify())
    assert await scene.states() == ["given_up", "sent"]


async def test_a_device_of_somebody_else_gets_nothing_that_was_decided_before(scene):
    await scene.settle(quiet_from=time(11), quiet_to=time(13))
    await scene.decide(await scene.notify())
    async with scene.database.write() as tx:
        await tx.change(
            models.Device,
            {"device_id": scene.phone.device_id},
            profile_id=scene.bob.key,
            session_id=scene.bob.viewer.session_id,
        )
    wait(hours=2)
    await scene.sweep()
    assert [push.token for push in scene.push.sent] == ["token-of-the-tablet"]
    assert await scene.states() == ["gone", "sent"]


async def test_who_is_suspended_gets_no_push_not_even_one_that_was_decided_before(scene):
    await scene.settle(quiet_from=time(11), quiet_to=time(13))
    await scene.decide(await scene.notify())
    async with scene.database.write() as tx:
        await tx.change(models.Account, {"account_id": scene.ada.key}, is_active=False)
    wait(hours=2)
    await scene.sweep()
    await scene.decide(await scene.notify(NotificationKind.MATCH_MADE))
    await scene.sweep()
    assert scene.push.sent == []
    assert await scene.states() == ["gone", "gone"]


async def test_the_number_on_the_icon_counts_what_the_app_shows(scene):
    cleo = await scene.people.join("Cleo")
    await notified(scene.services, scene.ada, cleo, 2)
    await scene.ada.api.done("blockProfile", profileId=cleo.id)
    await scene.decide(await scene.notify())
    await scene.sweep()
    assert {push.badge for push in scene.push.sent} == {1}


async def test_nobody_is_told_of_who_is_blocked_by_then(scene):
    await scene.settle(quiet_from=time(11), quiet_to=time(13))
    await scene.decide(await scene.notify())
    await scene.ada.api.done("blockProfile", profileId=scene.bob.id)
    wait(hours=2)
    await scene.sweep()
    assert scene.push.sent == []


async def test_a_match_comes_by_mail_once_to_a_verified_address(scene):
    body = await scene.notify(NotificationKind.MATCH_MADE)
    await scene.decide(body)
    assert scene.email.sent == []
    await scene.verify()
    for _ in range(2):
        await scene.decide(body)
        await scene.sweep()
    (mail,) = scene.email.sent
    assert mail.subject == "You have a new match"
    assert "Bob" in mail.html
    assert mail.unsubscribe_url is not None


async def test_a_digest_tells_all_in_one_mail_in_the_morning_of_its_reader(scene):
    await scene.verify()
    await scene.settle(time_zone="America/New_York", digest="daily", language="de")
    await scene.decide(await scene.notify(NotificationKind.MATCH_MADE))
    async with scene.database.write() as tx:
        await tx.add(
            models.NotificationPreference,
            profile_id=scene.ada.key,
            kind=NotificationKind.MESSAGE,
            channel="email",
            is_enabled=True,
        )
    await scene.decide(await scene.notify(count=3))
    assert {row["available_at"] for row in await scene.rows("email")} == {
        datetime(2026, 6, 10, 13, tzinfo=UTC)
    }
    Clock.at = datetime(2026, 6, 10, 13, tzinfo=UTC)
    await scene.sweep()
    (mail,) = scene.email.sent
    assert mail.subject == "Was es Neues für dich gibt"
    assert "Du hast ein neues Match: Bob" in mail.text
    assert "3 neue Nachrichten von Bob" in mail.text
    assert await scene.states("email") == ["sent", "sent"]
