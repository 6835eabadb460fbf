"""Transactions: all or nothing, with the facts they record and the wakes that follow."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import sqlalchemy as sa

from persistence import bulk, models
from persistence.outbox import RELAYS_TOPIC, viewer_topic
from persistence.statements import Statement, executed, one_of, parameter

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """A fact about somebody, told to some people."""

    audience: tuple[UUID, ...] = ()
    account_id: UUID | None = None
    profile_id: UUID | None = None
    kind: str = "Told"

    def body(self):
        keys = {"account_id": self.account_id, "profile_id": self.profile_id}
        return {name: str(key) for name, key in keys.items() if key}


class Failed(Exception):
    """Something goes wrong in a transaction."""


@pytest.fixture
async def woken(services, database, monkeypatch):
    """What was woken after commits."""
    heads = []

    async def wake(new):
        heads.append(dict(new))

    monkeypatch.setattr(database, "_wake", wake)
    return heads


async def all_of(database, table):
    async with database.write() as tx:
        return await tx.connection.fetch(f"SELECT * FROM {table}")  # noqa: S608


def account(name):
    return {"email": f"{name}@example.com", "username": name, "password_hash": "x"}


async def test_a_row_is_added_read_changed_and_removed(database):
    async with database.write() as tx:
        ada = await tx.add(models.Account, **account("ada"))
        assert ada.model is models.Account
        assert ada.is_active is True
        key = {"account_id": ada.account_id}
        assert await tx.get(models.Account, **key) == ada
        changed = await tx.change(models.Account, key, is_verified=True, first_name="Ada")
        assert (changed.is_verified, changed.first_name, changed.email) == (True, "Ada", ada.email)
        assert await tx.change(models.Account, key) == changed
        assert await tx.remove(models.Account, **key) == [changed]
        assert await tx.get(models.Account, **key) is None
        assert await tx.change(models.Account, key, is_verified=False) is None
        assert await tx.remove(models.Account, **key) == []


async def test_a_row_tells_what_it_does_not_have(database):
    async with database.write() as tx:
        ada = await tx.add(models.Account, **account("ada"))
    with pytest.raises(AttributeError, match="surname"):
        _ = ada.surname


async def test_what_fails_leaves_nothing_behind_and_wakes_nobody(database, woken):
    async def fail():
        async with database.write() as tx:
            await tx.add(models.Account, **account("ada"))
            tx.record(Told(audience=(uuid4(),)))
            raise Failed

    with pytest.raises(Failed):
        await fail()
    for table in ("accounts", "facts", "topic_heads", "topic_entries"):
        assert await all_of(database, table) == []
    assert woken == []


async def test_a_commit_stores_its_facts_and_wakes_whom_they_are_told_to(database, woken):
    ada, bob = uuid4(), uuid4()
    async with database.write() as tx:
        tx.record(Told(audience=(ada, bob)))
        tx.record(Told(audience=(ada,)))
        assert woken == []
    async with database.write() as tx:
        tx.record(Told())
    async with database.write() as tx:
        await tx.get(models.Account, account_id=ada)
    await asyncio.gather(*database._waking)
    assert woken == [
        {RELAYS_TOPIC: 0, viewer_topic(ada): 2, viewer_topic(bob): 1},
        {RELAYS_TOPIC: 0},
    ]
    entries = await all_of(database, "topic_entries")
    assert sorted((row["topic"], row["position"]) for row in entries) == sorted(
        [(viewer_topic(ada), 1), (viewer_topic(ada), 2), (viewer_topic(bob), 1)]
    )
    assert len(await all_of(database, "facts")) == 3


async def test_a_fact_knows_whom_it_is_about(database):
    ada, bob = uuid4(), uuid4()
    async with database.write() as tx:
        tx.record(Told(account_id=ada))
        tx.record(Told(profile_id=bob))
        tx.record(Told())
    facts = sorted(await all_of(database, "facts"), key=lambda fact: fact["fact_id"])
    assert [fact["subject"] for fact in facts] == [ada, bob, None]


async def test_a_locked_row_waits_for_who_holds_it(database):
    async with database.write() as tx:
        key = (await tx.add(models.Account, **account("ada"))).account_id
    order, locked = [], asyncio.Event()

    async def change(name):
        async with database.write() as tx:
            await tx.get(models.Account, account_id=key, lock=True)
            locked.set()
            order.append(f"{name} begins")
            await asyncio.sleep(0.01)
            order.append(f"{name} ends")

    first = asyncio.create_task(change("first"))
    await locked.wait()
    await asyncio.gather(first, change("second"))
    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_reads_cannot_write(database):
    statement = Statement(sa.delete(models.Account).returning(models.Account.account_id))
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await database.fetch(statement)


async def test_many_rows_are_inserted_at_once_or_not_at_all(database):
    async with database.write() as tx:
        await bulk.insert(tx, models.Account, [account("ada"), account("bob")])
        await bulk.insert(tx, models.Account, [])
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.write() as tx:
            await bulk.insert(tx, models.Account, [account("cyd"), account("ADA")])
    assert {row["username"] for row in await all_of(database, "accounts")} == {"ada", "bob"}


_since = sa.select(models.Account).where(
    models.Account.created_at > parameter("since", models.Account.created_at),
    one_of(models.Account.username, "names"),
)


def test_a_statement_is_one_text_with_its_parameters_in_place():
    statement = Statement(_since, models.Account)
    assert "$1" in statement.sql
    assert "$2" in statement.sql
    moment = datetime(2026, 6, 15, tzinfo=UTC)
    assert statement.arguments({"names": ["ada"], "since": moment}) == [moment, ["ada"]]
    assert statement.sql is statement.sql


def test_a_statement_refuses_parameters_it_does_not_have_and_misses_those_it_needs():
    statement = Statement(_since, models.Account)
    with pytest.raises(TypeError, match=r"missing.*since"):
        statement.arguments({"names": []})
    with pytest.raises(TypeError, match=r"unknown.*nickname"):
        statement.arguments({"names": [], "since": None, "nickname": "ada"})


async def test_a_statement_answers_rows_of_its_model(database):
    async with database.write() as tx:
        await tx.add(models.Account, **account("ada"))
    statement = Statement(_since, models.Account)
    texts = []
    token = executed.set(texts)
    since = datetime.now(UTC) - HOUR
    (row,) = await database.fetch(statement, since=since, names=["ada", "bob"])
    assert (row.model, row.username) == (models.Account, "ada")
    assert await database.one(statement, since=since, names=["bob"]) is None
    assert await database.value(statement, since=since, names=["ada"]) == row.account_id
    assert await database.value(statement, since=since, names=[]) is None
    executed.reset(token)
    assert texts == [statement.sql] * 4
    assert database.connections_in_use == 0
