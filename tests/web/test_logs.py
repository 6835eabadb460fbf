"""Logs: one structured line an occurrence, and no secret, value or address in any of them."""

import io
import json
import logging

import asyncpg
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.one_time_codes import Purpose
from resolvers import ids
from tests.support.accounts import code_for, newcomer, sign_up
from tests.support.client import Api
from tests.support.sockets import Ended, connected
from web import errors, logs

# Long and unlike anything that a log says by itself.
passwords = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=16, max_size=60
).filter(lambda text: len(set(text)) > 8)


@pytest.fixture
def logged():
    """Everything that is logged from now on, down to the chattiest level, as JSON lines."""
    root = logging.getLogger()
    handlers, level, ours = root.handlers, root.level, structlog.get_config()
    told = logs._told
    stream = io.StringIO()
    logs.configure(level="DEBUG", json=True, stream=stream)
    yield stream
    structlog.configure(**ours)
    logs._told = told
    root.handlers = handlers
    root.setLevel(level)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_request_is_one_line_with_its_id(http, logged):
    await http.post(
        "/graphql",
        json={"query": "{ viewer { birthDate } }", "variables": {"a": "quite secret"}},
        headers={"X-Request-Id": "this-request"},
    )
    (line,) = [line for line in lines(logged) if line["event"] == "request"]
    assert line.pop("milliseconds") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "POST",
        "path": "/graphql",
        "request_id": "this-request",
        "status": 200,
    }


async def test_probes_are_not_logged(http, logged):
    for path in ("/health", "/livez", "/readyz", "/health/ready", "/metrics"):
        await http.get(path)
    assert [line for line in lines(logged) if line["event"] == "request"] == []


async def test_a_mistake_of_a_client_takes_no_traceback(http, logged):
    for body in ({"query": "{"}, {"query": "{ nothing }"}, {"query": "{ node }"}, []):
        await http.post("/graphql", json=body)
    assert [line["event"] for line in lines(logged)] == ["request"] * 4


async def test_a_fault_is_logged_whole_under_the_id_that_the_client_got(
    people, logged, monkeypatch
):
    async def broken(*_, **__):
        raise RuntimeError("the insides")

    ada = await people.join()
    monkeypatch.setattr("domain.posts.create_post", broken)
    query = "mutation($c: String!) { createPost(input: { content: $c }) { __typename } }"
    answer = await ada.api.send(query, c="a private thought")
    (fault,) = [line for line in lines(logged) if line["event"] == "fault"]
    assert fault["request_id"] == answer.errors[0]["extensions"]["requestId"]
    assert "RuntimeError: the insides" in fault["exception"]
    assert fault["path"] == "createPost"
    assert "a private thought" not in logged.getvalue()


@pytest.mark.parametrize("of", ["ours", "a library"])
async def test_a_row_that_the_database_refuses_is_not_logged(people, database, logged, of):
    ada = await people.join(bio="my secret garden")
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        async with database.write() as tx:
            await tx.connection.execute(
                "UPDATE profiles SET latitude = 200 WHERE profile_id = $1", ada.key
            )
    assert "my secret garden" in str(caught.value)
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = caught.value
    log = structlog.get_logger() if of == "ours" else logging.getLogger("a library")
    log.error("fault", exc_info=wrapped)
    (fault,) = [line for line in lines(logged) if line["event"] == "fault"]
    assert "CheckViolationError" in fault["exception"]
    assert "my secret garden" not in logged.getvalue()


async def test_while_the_database_is_away_one_line_tells_it(people, services, logged, monkeypatch):
    async def is_away(*_, **__):
        raise ConnectionRefusedError("nobody listens there")

    ada = await people.join()
    monkeypatch.setattr(errors, "_logged_at", {})
    monkeypatch.setattr("domain.posts.create_post", is_away)
    query = 'mutation { createPost(input: { content: "Hi" }) { __typename } }'
    for _ in range(3):
        answer = await ada.api.send(query)
        assert answer.codes == ["UNAVAILABLE"]
    monkeypatch.setattr(services.database, "one", is_away)
    for _ in range(3):
        with pytest.raises(Ended) as closed:
            async with connected(ada.api.http._transport.app, ada.api.token):
                pass
        assert closed.value.code == 1013
    (away,) = [line for line in lines(logged) if line["event"] == "store away"]
    assert (away["level"], away["reason"]) == ("warning", "ConnectionRefusedError")
    assert "ConnectionRefusedError: nobody listens there" in away["exception"]
    monkeypatch.setattr(errors, "_logged_at", {ConnectionRefusedError: -1e9})
    await ada.api.send(query)
    assert len([line for line in lines(logged) if line["event"] == "store away"]) == 2


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(password=passwords, wrong=passwords)
async def test_no_password_token_code_or_address_is_ever_logged(
    http, services, logged, password, wrong
):
    api = Api(http)
    person = newcomer(password=password)
    first = await sign_up(api, **person)
    tokens = "accessToken refreshToken"
    second = await api.done("refreshToken", tokens, refreshToken=first["refreshToken"])
    api.token = second["accessToken"]
    key = ids.parse(first["viewer"]["account"]["id"])[1]
    code = await code_for(services, key, Purpose.VERIFY_EMAIL)
    await api.do("verifyEmail", code=code)
    await api.do("logIn", login=person["email"], password=wrong)
    await api.do("changePassword", currentPassword=wrong, newPassword=password)
    await api.do("requestPasswordReset", email=person["email"])
    await api.send("query($p: Int) { node(id: $p) { id } }", p=password)
    await Api(http, f"{api.token}{wrong[:4]!a}").send("{ viewer { birthDate } }")
    await api.done("deleteAccount", password=password)
    told = [*first.values(), *second.values()]
    secrets = [value for value in told if isinstance(value, str) and len(value) > 60]
    assert len(secrets) == 4
    for secret in (password, wrong, code, person["email"], "127.0.0.1", *secrets):
        assert secret not in unescaped(logged)
    assert len(lines(logged)) >= 9


def unescaped(stream):
    """The logs as they are, and as a reader of JSON sees them."""
    return stream.getvalue() + "\n".join(
        str(value) for line in lines(stream) for value in line.values()
    )


async def test_a_log_that_takes_no_lines_stops_nobody(http, logged):
    logged.close()
    assert (await http.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
