"""Whether the stores answer: the real ones do, and what fails is one sentence without secrets."""

import errno
import re

import asyncpg
import pytest

from persistence import reaching
from persistence.reaching import StoreUnavailable, is_away


async def test_the_embedded_stores_answer_and_have_what_is_needed(stores):
    server = await reaching.postgresql(stores.database_url)
    assert int(server.version.split(".")[0]) >= reaching.OLDEST_POSTGRESQL
    assert server.missing_extensions == ()
    assert re.fullmatch(r"(valkey|redis) \d+\.\d+\.\d+", await reaching.redis(stores.redis_url))


@pytest.mark.parametrize(
    "url", ["postgresql://kith:secret@127.0.0.1:1/kith", "postgresql://kith:secret@[::/kith"]
)
async def test_a_database_that_cannot_be_used_is_one_sentence_without_secrets(url):
    with pytest.raises(StoreUnavailable, match=r"^PostgreSQL at .*; check DATABASE_URL\.$") as told:
        await reaching.postgresql(url)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["redis://:secret@127.0.0.1:1/0", "unix:///nowhere/valkey.sock", "no url"]
)
async def test_a_redis_that_cannot_be_used_is_one_sentence_without_secrets(url):
    with pytest.raises(
        StoreUnavailable, match=r"^Valkey or Redis at .*; check REDIS_URL\.$"
    ) as told:
        await reaching.redis(url)
    assert "secret" not in str(told.value)


async def test_a_missing_database_is_told_as_the_server_tells_it(stores):
    url = stores.database_url.replace("@/kith?", "@/nothere?")
    assert url != stores.database_url
    with pytest.raises(StoreUnavailable, match=r"\"nothere\" does not exist; check"):
        await reaching.postgresql(url)


async def test_too_old_a_server_is_refused(stores, monkeypatch):
    monkeypatch.setattr(reaching, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(StoreUnavailable, match=r"Kith needs 99 or newer\.$"):
        await reaching.postgresql(stores.database_url)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(errno.ECONNREFUSED, "nobody listens there"),
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.InterfaceError("connection has been released back to the pool"),
        asyncpg.InternalClientError(
            "cannot switch to state 12; another operation (2) is in progress"
        ),
        asyncpg.TargetServerAttributeNotMatched("None of the hosts is the primary"),
    ],
)
def test_who_does_not_answer_is_away(error):
    assert is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENFILE, "Too many open files in system"),
        FileNotFoundError(errno.ENOENT, "No such file", "a file"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.InterfaceError("the server expects 0 arguments for this query, 1 was passed"),
        asyncpg.DataError("invalid input for query argument $1: 'closed'"),
        asyncpg.ProtocolError("unexpected"),
        asyncpg.InternalClientError("missing codec information for OID 1"),
    ],
)
def test_what_is_our_own_fault_is_not_taken_for_an_outage(error):
    assert not is_away(error)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://me:secret@db.example:5432/kith", "db.example:5432/kith"),
        ("postgresql:///kith?host=/tmp/sockets", "/tmp/sockets/kith"),  # noqa: S108 - a name only
        ("redis://h:99999999", "an address that is no URL"),
        ("", "an empty address"),
    ],
)
def test_a_place_is_named_without_its_secrets(url, place):
    assert reaching.place_of(url) == place
