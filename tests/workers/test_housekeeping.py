"""Housekeeping: what nobody can use any more goes, in small steps, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from celery.beat import Scheduler

from persistence import forgetting
from persistence.queries import expired
from tests.support.live import until
from workers import celery_app, housekeeping, schedule
from workers.celery_app import celery

LONG_AGO = datetime.now(UTC) - timedelta(days=400)

OLD_AND_YOUNG = {
    "facts": (
        "INSERT INTO facts (kind, body, finished_at) VALUES ('Happened', '{}', $1)",
        timedelta(days=7),
    ),
    "answers": (
        (
            "INSERT INTO answers (scope, mutation, client_mutation_id, input_hash, answered_at)"
            " VALUES (uuidv7(), 'likeProfile', '1', '', $1)"
        ),
        timedelta(hours=24),
    ),
    "one_time_codes": (
        (
            "INSERT INTO one_time_codes (account_id, purpose, code_hash, expires_at)"
            " SELECT account_id, 'verify_email', uuidv7(), $1 FROM accounts"
        ),
        timedelta(days=7),
    ),
    "sessions": (
        "INSERT INTO sessions (account_id, expires_at) SELECT account_id, $1 FROM accounts",
        timedelta(days=30),
    ),
    "lessons": (
        (
            "WITH decided AS (INSERT INTO decisions (decider_id, candidate_id, kind, decided_at)"
            " SELECT min(profile_id::text)::uuid, max(profile_id::text)::uuid, 'pass', $1"
            " FROM profiles RETURNING *)"
            " INSERT INTO lessons (decision_id, decider_id, candidate_id, is_like, signals,"
            " experience, chance, steps, model_version, decided_at, is_counted)"
            " SELECT decision_id, decider_id, candidate_id, false, '{}', 0, 0.5, '{}', 'prior@1',"
            " decided_at, false FROM decided"
        ),
        timedelta(days=60),
    ),
    "notifications": (
        (
            "INSERT INTO notifications"
            " (profile_id, kind, subject_type, subject_id, fact_id, updated_at)"
            " SELECT profile_id, 'message', 'Conversation', uuidv7(), uuidv7(), $1 FROM profiles"
        ),
        timedelta(days=90),
    ),
    "impressions": (
        (
            "INSERT INTO impressions (viewer_id, candidate_id, shown_on)"
            " SELECT min(profile_id::text)::uuid, max(profile_id::text)::uuid,"
            " ($1::timestamptz)::date FROM profiles"
        ),
        timedelta(days=90),
    ),
    "matching_models": (
        (
            "INSERT INTO matching_models (version, report, like_rate, created_at)"
            " VALUES ('refit@' || uuidv7(), '{}', 0.3, $1)"
        ),
        timedelta(days=365),
    ),
    "message_versions": (
        (
            "WITH talk AS (INSERT INTO conversations (kind, title)"
            " VALUES ('group', 'Walks') RETURNING conversation_id),"
            " said AS (INSERT INTO messages (conversation_id, position, sender_id, text)"
            " SELECT conversation_id, 1, profile_id, 'x' FROM talk, profiles RETURNING message_id)"
            " INSERT INTO message_versions (message_id, replaced_at)"
            " SELECT message_id, $1 FROM said"
        ),
        timedelta(days=30),
    ),
    "post_versions": (
        (
            "WITH said AS (INSERT INTO posts (author_id, content)"
            " SELECT profile_id, 'x' FROM profiles RETURNING post_id)"
            " INSERT INTO post_versions (post_id, content, replaced_at)"
            " SELECT post_id, 'y', $1 FROM said"
        ),
        timedelta(days=30),
    ),
    "comment_versions": (
        (
            "WITH said AS (INSERT INTO posts (author_id, content)"
            " SELECT profile_id, 'x' FROM profiles RETURNING post_id, author_id),"
            " heard AS (INSERT INTO comments (post_id, author_id, content)"
            " SELECT post_id, author_id, 'x' FROM said RETURNING comment_id)"
            " INSERT INTO comment_versions (comment_id, content, replaced_at)"
            " SELECT comment_id, 'y', $1 FROM heard"
        ),
        timedelta(days=30),
    ),
    "topic_entries": (
        (
            "INSERT INTO topic_entries (topic, position, kind, body, recorded_at)"
            " VALUES ('viewer:' || uuidv7(), 1, 'Happened', '{}', $1)"
        ),
        timedelta(days=7),
    ),
}


async def execute(database, sql, *arguments):
    async with database.write() as tx:
        return await tx.connection.fetch(sql, *arguments)


async def count(database, table):
    (row,) = await execute(database, f"SELECT count(*) FROM {table}")  # noqa: S608
    return row["count"]


@pytest.fixture
async def forget(running):
    """Does the job in a process that also does it at its start."""

    async def forget():
        await asyncio.to_thread(housekeeping.forget_expired.delay)

    async with running():
        yield forget


@pytest.mark.parametrize("table", OLD_AND_YOUNG)
async def test_what_is_past_its_time_goes_and_the_rest_stays(people, database, forget, table):
    await people.join()
    insert, kept = OLD_AND_YOUNG[table]
    before = await count(database, table)
    edge = datetime.now(UTC) - kept
    little = timedelta(days=1) if table == "impressions" else timedelta(minutes=5)
    for moment in (LONG_AGO, edge - little, edge + little):
        await execute(database, insert, moment)
    await forget()
    assert await count(database, table) == before + 1
    await forget()
    assert await count(database, table) == before + 1


async def test_what_stands_and_what_can_be_returned_to_is_not_forgotten(people, database, forget):
    await people.join()
    await people.join()
    # At once, for the process forgets at its start too, which may be between any two statements.
    async with database.write() as tx:
        await tx.connection.execute(OLD_AND_YOUNG["lessons"][0], LONG_AGO)
        await tx.connection.execute("UPDATE lessons SET is_counted = true")
        await tx.connection.execute(OLD_AND_YOUNG["matching_models"][0], LONG_AGO)
        await tx.connection.execute("UPDATE matching_models SET weights = '{}'")
    await forget()
    assert [await count(database, table) for table in ("lessons", "matching_models")] == [1, 1]


async def test_a_fact_that_was_never_carried_out_is_never_forgotten(database, forget):
    await execute(
        database,
        "INSERT INTO facts (kind, body, recorded_at, available_at)"
        " VALUES ('Unknown', '{}', $1, $2)",
        LONG_AGO,
        datetime.now(UTC) + timedelta(days=1),
    )
    await forget()
    assert await count(database, "facts") == 1


async def test_a_session_that_was_ended_is_forgotten_before_it_expires(people, database, forget):
    await people.join()
    await execute(database, "UPDATE sessions SET revoked_at = $1", LONG_AGO)
    await forget()
    assert await count(database, "sessions") == 0


async def test_likes_that_the_app_tells_no_more_are_forgotten_at_once(people, database):
    ada = await people.join()
    async with database.write() as tx:
        for kind in ("like_received", "super_like_received", "message"):
            await tx.connection.execute(
                "INSERT INTO notifications (profile_id, kind, subject_type, subject_id, fact_id)"
                " VALUES ($1, $2, 'Profile', uuidv7(), uuidv7())",
                ada.key,
                kind,
            )
    assert await forgetting.forget(database, expired.told_likes, datetime.now(UTC)) == 2
    assert await count(database, "notifications") == 1


async def test_much_is_forgotten_in_small_steps(database, monkeypatch):
    insert, _ = OLD_AND_YOUNG["facts"]
    for _ in range(5):
        await execute(database, insert, LONG_AGO)
    await execute(database, insert, datetime.now(UTC))
    steps, write = [], database.write
    monkeypatch.setattr(database, "write", lambda: steps.append(1) or write())
    before = LONG_AGO + timedelta(days=1)
    gone = await forgetting.forget(database, expired.finished_facts, before, step=2)
    monkeypatch.undo()
    assert (gone, len(steps), await count(database, "facts")) == (5, 3, 1)


def test_everything_on_the_schedule_is_a_task():
    scheduler = Scheduler(app=celery)
    for name, entry in schedule.SCHEDULE.items():
        assert entry["task"] in celery.tasks
        assert scheduler.schedule[name].args == (name,)


async def test_the_schedule_runs_at_the_start_and_through_failures(monkeypatch):
    celery_app.run_eagerly()
    runs, stopping = [], asyncio.Event()

    class Soon:
        def remaining_estimate(self, _):
            return timedelta(0)

    def fail(started, *, task_id):
        runs.extend([task_id] if started == (name,) else [])
        raise OSError("the database is away")

    name = next(iter(schedule.SCHEDULE))
    monkeypatch.setitem(schedule.SCHEDULE[name], "schedule", Soon())
    monkeypatch.setattr(schedule.start_scheduled, "apply_async", fail)
    keeping = asyncio.create_task(schedule.keep(stopping))
    await until(lambda: len(runs) == 2)
    stopping.set()
    await keeping
    # The same run again, which may hold its lease already.
    assert len(runs) == 2
    assert len(set(runs)) == 1
