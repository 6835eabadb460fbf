"""Answers kept for retries: one key has one effect and one answer, whatever else happens."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persistence import idempotency, models
from persistence.idempotency import AlreadyAnswered, Kept, KeyReused, Retry
from tests.support.live import PATIENCE_SECONDS

ADA, BOB = uuid4(), uuid4()


@dataclass(frozen=True)
class Done:
    """The effect of a mutation."""

    number: int
    kind: str = "Done"
    audience: tuple[UUID, ...] = ()

    def body(self):
        return {"number": self.number}


class Refused(Exception):
    """The mutation decides against it after it has begun."""


def done(tx, number, *, refuse):
    tx.record(Done(number))
    if refuse:
        raise Refused
    return tx.answer({"number": number})["number"]


async def call(database, retry, number, *, refuse=False):
    """Call a mutation whose effect is a fact; answer what its caller is told."""
    try:
        async with database.write(retry) as tx:
            return done(tx, number, refuse=refuse)
    except AlreadyAnswered as answered:
        return (await database.recall(answered.payload))["number"]
    except KeyReused:
        return "reused"
    except Refused:
        return "refused"


async def effects(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT body FROM facts ORDER BY fact_id")
    return [row["body"]["number"] for row in rows]


calls = st.tuples(
    st.sampled_from([ADA, BOB]),
    st.sampled_from(["likeProfile", "sendMessage"]),
    st.sampled_from(["key 1", "key 2"]),
    st.sampled_from(["one input", "another input"]),
    st.booleans(),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(calls, max_size=20))
async def test_any_history_of_calls_has_the_effects_that_a_plain_table_of_keys_says(
    database, history
):
    async with database.write() as tx:
        await tx.connection.execute("TRUNCATE facts, answers")
    table, expected = {}, []
    for number, (*key, input_hash, refuse) in enumerate(history):
        told = await call(database, Retry(*key, input_hash), number, refuse=refuse)
        if kept := table.get(tuple(key)):
            assert told == (kept[1] if kept[0] == input_hash else "reused")
        elif refuse:
            assert told == "refused"
        else:
            assert told == number
            table[tuple(key)] = (input_hash, number)
            expected.append(number)
    assert await effects(database) == expected


async def test_one_key_at_once_has_one_effect_and_one_answer(database):
    retry = Retry(ADA, "likeProfile", "key", "input")
    told = await asyncio.gather(*(call(database, retry, number) for number in range(20)))
    assert len(set(told)) == 1
    assert await effects(database) == [told[0]]


async def test_who_waits_for_one_that_is_refused_goes_on(database):
    retry = Retry(ADA, "likeProfile", "key", "input")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def first():
        async with database.write(retry):
            begun.set()
            await go_on.wait()
            raise Refused

    failing = asyncio.create_task(first())
    await begun.wait()
    waiting = asyncio.create_task(call(database, retry, 2))
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(Refused):
        await failing
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await waiting == 2
    assert await effects(database) == [2]


async def test_a_key_that_a_clean_up_frees_in_between_is_claimed(database):
    retry = Retry(ADA, "likeProfile", "key", "input")
    assert await call(database, retry, 1) == 1

    class CleaningUp:
        """A connection before each of whose reads a clean-up removes the answers."""

        def __init__(self, connection):
            self.fetchval = connection.fetchval
            self._fetchrow = connection.fetchrow

        async def fetchrow(self, *asked):
            async with database.write() as tx:
                await tx.connection.execute("DELETE FROM answers")
            return await self._fetchrow(*asked)

    async with database.write() as tx:
        await idempotency.claim(CleaningUp(tx.connection), retry)
        await idempotency.keep(tx.connection, retry, {"number": 2})
    assert await call(database, retry, 3) == 2


async def test_without_a_key_every_call_has_its_effect(database):
    assert [await call(database, None, number) for number in (1, 1)] == [1, 1]
    assert await effects(database) == [1, 1]


async def test_an_answer_comes_back_with_all_its_types_and_only_the_keys_of_what_others_may_hide(
    database, people
):
    ada = await people.join()
    retry = Retry(ada.key, "anything", "key", "input")
    async with database.write(retry) as tx:
        session = await tx.get(models.Session, session_id=ada.viewer.session_id)
        profile = await tx.get(models.Profile, profile_id=ada.key)
        tx.answer(
            {
                "session": session,
                "profiles": [profile, profile],
                "nobody": None,
                "count": 3,
                "words": ["a", "b"],
            }
        )
    with pytest.raises(AlreadyAnswered) as told:
        async with database.write(retry):
            pytest.fail("the effect must not be there twice")
    assert profile.bio not in str(told.value.payload)
    recalled = await database.recall(told.value.payload)
    assert dict(recalled.pop("session")) == dict(session)
    assert recalled == {
        "profiles": [Kept(models.Profile, ada.key)] * 2,
        "nobody": None,
        "count": 3,
        "words": ["a", "b"],
    }
    # As processes kept it that run beside this one while it is rolled out.
    before = {"profile": {"model": "Profile", "row": {"profile_id": str(ada.key), "bio": "old"}}}
    assert await database.recall(before) == {"profile": Kept(models.Profile, ada.key)}


async def test_a_mutation_that_names_no_answer_is_a_mistake_without_effect(database):
    with pytest.raises(RuntimeError, match="likeProfile"):
        async with database.write(Retry(ADA, "likeProfile", "key", "input")) as tx:
            tx.record(Done(1))
    assert await effects(database) == []
