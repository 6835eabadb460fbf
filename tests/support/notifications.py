"""Notifications for tests: what jobs make of facts, and some made directly."""

from types import SimpleNamespace
from uuid import uuid4

from domain.notification_kinds import NotificationKind
from persistence.queries import facts
from persistence.rows import Row
from resolvers.services import Services
from tests.support.people import Person
from workers import notifications as jobs
from workers.subscribers import STARTS


async def all_told(services: Services) -> list[Row]:
    """Make the notifications of all facts that wait, in the order in which they came.

    Returns:
        The facts.
    """
    resources = SimpleNamespace(database=services.database, settings=services.settings)
    async with services.database.write() as tx:
        waiting = await tx.fetch(facts.claim, limit=1_000)
        await tx.fetch(facts.finish, ids=[fact.fact_id for fact in waiting])
    for fact in waiting:
        for task in STARTS.get(fact.kind, ()):
            if task.job.__module__ == jobs.__name__:
                await task.job(resources, str(fact.fact_id), fact.body)
    return waiting


async def notified(services: Services, reader: Person, actor: Person, count: int) -> None:
    """Tell somebody so many things about somebody, each about another subject of theirs.

    Args:
        services: where the database is.
        reader: who is told.
        actor: whose posts, as it were, they are told of.
        count: how many notifications.
    """
    for _ in range(count):
        async with services.database.write() as tx:
            match = await tx.connection.fetchval(
                "INSERT INTO events (host_id, title, starts_at, ends_at, time_zone, place_name)"
                " VALUES ($1, 'Walk', now(), now() + interval '1 hour', 'UTC', 'Park')"
                " RETURNING event_id",
                actor.key,
            )
            await tx.connection.execute(
                "INSERT INTO notifications"
                " (profile_id, kind, actor_id, subject_type, subject_id, fact_id, updated_at)"
                " VALUES ($1, $2, $3, 'Event', $4, $5, clock_timestamp())",
                reader.key,
                NotificationKind.MATCH_MADE,
                actor.key,
                match,
                uuid4(),
            )
