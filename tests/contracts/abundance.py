"""Worlds in which somebody has as many of everything as the contract on statements wants."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from domain import messages, notifications
from domain.notification_kinds import NotificationKind
from domain.weekly_hours import Weekday
from matching.indexing import index_profiles
from matching.scoring import PRIOR
from persistence import models
from persistence.statements import executed
from tests.support.conversations import matched, requested
from tests.support.events import announced
from tests.support.media import photographed, ready

# Who is at one spot with it is told to be at one place.
SALT = UUID(int=7)
EMOJI = "😀🐻🍑🐯💋🍈🔥🌊"


class Abundance:
    """Somebody who has `size` of everything that there are lists of."""

    def __init__(self, services, people, size):
        self.services, self.people, self.size = services, people, size
        # Far from the others, so that the nearest people are those of this one.
        self.spot = {"latitude": 52.52 - size, "longitude": 13.405}

    async def begin(self):
        # Some lists are for staff.
        self.ada = await self.join(is_staff=True)
        self.friends = await self.crowd()
        await self.decide()
        await self.follow()
        for friend in self.friends:
            conversation = await matched(self.services.database, self.ada.key, friend.key)
            await self.talk(conversation, friend)
            await self.tell(conversation, friend)
        for person in (self.ada, *self.friends):
            await self.fill(person)
        for host in self.friends:
            await self.invite(host)
        await self.find_places()
        await self.find_time()
        await self.refit()
        await self.deliver()
        await self.seek()
        await index_profiles(
            self.services.database,
            self.services.vectors,
            SameForAll(),
            [person.key for person in (self.ada, *self.friends, *await self.crowd())],
        )
        return self

    async def join(self, **profile):
        return await self.people.join(**self.spot, location_salt=SALT, **profile)

    async def crowd(self):
        return [await self.join() for _ in range(self.size)]

    async def decide(self):
        for mutation in ("likeProfile", "passProfile", "blockProfile"):
            for person in await self.crowd():
                await self.ada.api.done(mutation, profileId=person.id)
        async with self.services.database.write() as tx:
            # So long ago that those who were passed are worth a second look.
            await tx.connection.execute(
                "UPDATE pairs SET first_decided_at = first_decided_at - interval '90 days',"
                " second_decided_at = second_decided_at - interval '90 days'"
            )
        for person in await self.crowd():
            await self.ada.api.done("decide", profileId=person.id, decision="LATER")
            await person.api.done("likeProfile", profileId=self.ada.id)
        for person in await self.crowd():
            await requested(self.services.database, person, self.ada)

    async def follow(self):
        await self.ada.api.done("setPreferences", approvesFollowers=True)
        for person in await self.crowd():
            await self.ada.api.done("followProfile", profileId=person.id)
            await person.api.done("followProfile", profileId=self.ada.id)
            await self.ada.api.done("acceptFollower", profileId=person.id)
        for person in await self.crowd():
            await person.api.done("followProfile", profileId=self.ada.id)
        crowd = [person.key for person in await self.crowd()]
        async with self.services.database.write() as tx:
            for way in ("follower_id, followed_id", "followed_id, follower_id"):
                await tx.connection.execute(
                    f"INSERT INTO follows ({way}, accepted_at) SELECT friend, other, now()"  # noqa: S608
                    " FROM unnest($1::uuid[]) friend, unnest($2::uuid[]) other",
                    *([friend.key for friend in self.friends], crowd),
                )

    async def talk(self, conversation, friend):
        key = conversation.conversation_id
        async with self.services.database.write() as tx:
            for _ in range(self.size):
                await messages.send_message(tx, friend.viewer, conversation_id=key, text="Hello")
            await tx.connection.execute(
                "INSERT INTO reactions (message_id, emoji, profile_id) SELECT message_id,"
                " unnest($1::text[]), sender_id FROM messages WHERE conversation_id = $2",
                list(EMOJI[: self.size]),
                key,
            )
            await tx.connection.execute(
                "WITH attached AS (SELECT uuidv7() AS media_id, message_id, position, sender_id"
                " FROM (SELECT message_id, sender_id FROM messages WHERE conversation_id = $1) m,"
                " generate_series(1, $2) AS position),"
                " made AS (INSERT INTO media (media_id, uploader_id, kind, media_type, size_bytes,"
                " upload_expires_at) SELECT media_id, sender_id, 'image', 'image/png', 1, now()"
                " FROM attached) INSERT INTO message_media (media_id, message_id, position)"
                " SELECT media_id, message_id, position FROM attached",
                key,
                self.size,
            )

    async def tell(self, conversation, friend):
        async with self.services.database.write() as tx:
            for kind, subject_id in (
                (NotificationKind.MATCH_MADE, conversation.match_id),
                (NotificationKind.MESSAGE, conversation.conversation_id),
                (NotificationKind.LIKE_RECEIVED, friend.key),
            ):
                await notifications.notify(
                    tx,
                    kind,
                    fact_id=uuid4(),
                    counts={self.ada.key: 1},
                    actor_id=friend.key,
                    subject_id=subject_id,
                )

    async def fill(self, person):
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        mine = {"profile_id": person.key}
        await photographed(self.services.database, person, self.size)
        async with self.services.database.write() as tx:
            for n in range(self.size):
                await tx.add(models.Prompt, **mine, position=n, question=f"Why {n}?", answer="So")
                await tx.add(models.Companion, **mine, kind="dog", name=f"Rex {n}")
                post = await tx.add(
                    models.Post, author_id=person.key, content=self.entities(), kind="reel"
                )
                await self.illustrate(tx, post)
                await self.comment(tx, post)
                session = await tx.add(models.Session, account_id=person.key, expires_at=tomorrow)
                await tx.add(
                    models.Device,
                    **mine,
                    session_id=session.session_id,
                    platform="android",
                    provider="fcm",
                    token=str(uuid4()),
                )

    def entities(self):
        return " ".join(f"#tag{n} https://example.org/{n}" for n in range(self.size))

    async def illustrate(self, tx, post):
        await tx.connection.execute(
            "WITH chosen AS (SELECT uuidv7() AS media_id, position FROM generate_series(1, $1)"
            " AS position), made AS (INSERT INTO media (media_id, kind, media_type,"
            " state, width, height, size_bytes, upload_expires_at) SELECT media_id, 'image',"
            " 'image/png', 'ready', 1, 1, 1, now() FROM chosen)"
            " INSERT INTO post_media (media_id, post_id, position)"
            " SELECT media_id, $2, position FROM chosen",
            *(self.size, post.post_id),
        )

    async def comment(self, tx, post):
        said = {"post_id": post.post_id, "author_id": post.author_id, "content": self.entities()}
        for _ in range(self.size):
            comment = await tx.add(models.Comment, **said)
        for _ in range(self.size):
            await tx.add(models.Comment, **said, reply_to_id=comment.comment_id)
        # The others have them too.
        await tx.connection.execute(
            "INSERT INTO comments (post_id, author_id, reply_to_id, content)"
            " SELECT post_id, author_id, comment_id, content FROM comments, generate_series(1, $2)"
            " WHERE post_id = $1 AND reply_to_id IS NULL AND comment_id <> $3",
            *(post.post_id, self.size, comment.comment_id),
        )
        for noun, which in (
            ("post", "post_id = $2"),
            ("comment", "post_id = $2 AND reply_to_id IS NULL"),
        ):
            await tx.connection.execute(
                f"INSERT INTO {noun}_reactions ({noun}_id, emoji, profile_id)"  # noqa: S608
                f" SELECT {noun}_id, unnest($1::text[]), author_id FROM {noun}s WHERE {which}",
                *(list(EMOJI[: self.size]), post.post_id),
            )
            await tx.connection.execute(
                f"INSERT INTO {noun}_mentions ({noun}_id, start, length, profile_id)"  # noqa: S608
                f" SELECT {noun}_id, place, 1, author_id FROM {noun}s, generate_series(1, $1)"
                f" AS place WHERE {which}",
                *(self.size, post.post_id),
            )

    async def invite(self, host):
        event, new_to_ada, *_ = await self.repeat(host)
        going = {"state": "going", "joined_at": event.created_at}
        async with self.services.database.write() as tx:
            about = {"event_id": new_to_ada.event_id, "profile_id": host.key}
            await tx.add(models.Attendance, **about, **going)
            for guest in self.friends:
                about = {"event_id": event.event_id, "profile_id": guest.key}
                await tx.add(models.Attendance, **about, **going)
                about = {"event_id": event.event_id, "profile_id": guest.key}
                await tx.add(models.EventInvitation, **about, invited_by_id=host.key)
            for person in (self.ada, *self.friends):
                about = {"event_id": event.event_id, "profile_id": person.key}
                await tx.add(models.EventCoHost, **about)

    async def repeat(self, host):
        begin = datetime.now(UTC) + timedelta(days=1)
        times = {"starts_at": begin, "made_until": begin, "duration_seconds": 7_200}
        async with self.services.database.write() as tx:
            series = await tx.add(
                models.EventSeries, host_id=host.key, rule="FREQ=DAILY", time_zone="UTC", **times
            )
        return [
            await announced(
                self.services.database,
                host,
                starts_in_hours=24 * (n + 1),
                series_id=series.series_id,
                original_starts_at=begin + timedelta(days=n),
                # Nobody beside these people has it in a list.
                audience="matches",
            )
            for n in range(self.size)
        ]

    async def find_time(self):
        hours = [{"day": day, "begin": "00:00", "end": "00:00"} for day in list(Weekday)[:4]]
        hours += [{"day": "monday", "begin": f"0{n}:00", "end": "09:00"} for n in range(self.size)]
        async with self.services.database.write() as tx:
            for person in (self.ada, *self.friends):
                times = {"time_zone": "Europe/Berlin", "hours": hours}
                await tx.add(models.MeetingTimes, profile_id=person.key, **times)

    async def find_places(self):
        spot = {"category": "cafe", "time_zone": "UTC", **self.spot}
        hours = [{"day": "monday", "begin": f"0{n}:00", "end": "09:00"} for n in range(self.size)]
        async with self.services.database.write() as tx:
            for n in range(self.size):
                place = await tx.add(models.Place, **spot, name=f"Cafe {n}", opening_hours=hours)
                key = {"place_id": place.place_id}
                await tx.add(models.FavouritePlace, **key, profile_id=self.ada.key)
                for position in range(self.size):
                    photo = await ready(self.services.database, self.ada)
                    await tx.add(models.PlacePhoto, **key, media_id=photo, position=position)

    async def deliver(self):
        async with self.services.database.write() as tx:
            # On as many days as there are.
            await tx.connection.execute(
                "INSERT INTO deliveries (notification_id, profile_id, kind, channel, fact_id,"
                " available_at, decided_at) SELECT notification_id, profile_id, kind, 'push',"
                " fact_id, now(), now() - (row_number() OVER () - 1) * interval '1 day'"
                " FROM notifications WHERE profile_id = $1 LIMIT $2",
                self.ada.key,
                self.size,
            )

    async def refit(self):
        report = {"learned_from": 0, "held_out": 0, "rolled_back": None}
        async with self.services.database.write() as tx:
            for _ in range(self.size):
                await tx.add(
                    models.MatchingModel, version=f"refit@{uuid4()}", report=report, like_rate=0.5
                )
            await tx.connection.execute("DELETE FROM experiments")  # for one runs at a time
            arms = [{"name": f"arm {n}", "version": PRIOR.version} for n in range(self.size)]
            await tx.add(models.Experiment, name="Compare", arms=arms)

    async def seek(self):
        async with self.services.database.write() as tx:
            # On as many days as there are queries, by more people than statistics want.
            await tx.connection.execute(
                "INSERT INTO searches (profile_id, query, result_count, duration_ms, searched_at)"
                " SELECT profile_id, 'query ' || n, n, n, now() - (n - 1) * interval '1 day'"
                " FROM profiles, generate_series(1, $1) n",
                min(self.size, 7),
            )

    async def statements(self, query, **variables):
        """What an operation answers, and how often it runs which statement."""
        texts = []
        token = executed.set(texts)
        try:
            answer = await self.ada.api.send(query, **variables)
        finally:
            executed.reset(token)
        assert answer.errors == []
        # Whose token it is takes one more, before the operation begins.
        assert answer.extensions["cost"]["sqlStatements"] == len(texts) - 1
        return answer.data, Counter(texts)


class SameForAll:
    """Embeds every text alike."""

    async def embed(self, texts):
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)
