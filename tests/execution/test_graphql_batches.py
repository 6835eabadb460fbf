"""Batches: several operations in one request, each answered as if it had come by itself."""

import asyncio

import httpx
import pytest

from execution.batches import run_batch
from execution.limits import Limits
from execution.requests import OperationRequest, RequestRefused
from tests.execution import sample, serving
from tests.execution.serving import codes

HELLO = {"query": "{ hello }"}
CONTEXT = {"query": "{ context }"}


async def test_each_operation_of_a_batch_is_answered_in_order(client):
    bodies = [
        {"query": "query ($name: String!) { hello(name: $name) }", "variables": {"name": "Ada"}},
        {"query": "query A { hello } query B { context }", "operationName": "A"},
        {"query": "{"},
        {"query": "{ hello broken }"},
        {"query": "subscription { count(to: 1) }"},
    ]
    response = await client.post("/graphql", json=bodies)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    answers = response.json()
    assert [answer.get("data") for answer in answers] == [
        {"hello": "Hello, Ada!"}, {"hello": "Hello, world!"}, None,
        {"hello": "Hello, world!", "broken": None}, None,
    ]  # fmt: skip
    found = [
        [error["extensions"]["code"] for error in answer.get("errors", [])] for answer in answers
    ]
    assert found == [[], [], ["GRAPHQL_PARSE_FAILED"], ["INTERNAL"], ["SUBSCRIPTION_NOT_ALLOWED"]]


async def test_each_operation_has_a_context_of_its_own(client):
    answers = (await client.post("/graphql", json=[CONTEXT] * 3)).json()
    assert len({answer["data"]["context"] for answer in answers}) == 3
    for answer in answers:
        assert answer["extensions"]["context"] == answer["data"]["context"]


async def test_mutations_of_a_batch_run_one_after_the_other(client):
    sample.log.written.clear()
    bodies = [{"query": f"mutation {{ write(value: {number}) }}"} for number in range(10)]
    response = await client.post("/graphql", json=bodies)
    assert response.status_code == 200
    assert sample.log.written == list(range(10))


async def test_of_the_same_cookie_the_last_wins(address):
    bodies = [{"query": f'{{ cookie(value: "{value}") }}'} for value in ("a", "b")]
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        await client.post("/graphql", json=bodies)
        assert client.cookies["sample"] == "b"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "BAD_REQUEST"),
        ([[HELLO]], "BAD_REQUEST"),
        ([HELLO, 1], "BAD_REQUEST"),
        ([HELLO, {"query": 1}], "BAD_REQUEST"),
        ([HELLO] * 11, "BATCH_TOO_LARGE"),
        ([{"query": 1}] * 5_000, "BATCH_TOO_LARGE"),
    ],
)
async def test_a_bad_batch_is_refused_as_a_whole(client, body, code):
    response = await client.post("/graphql", json=body)
    assert (response.status_code, codes(response)) == (400, [code])


async def test_a_batch_that_is_too_large_is_told_the_limit(client):
    response = await client.post("/graphql", json=[HELLO] * 11)
    assert response.json()["errors"][0]["extensions"] == {"code": "BATCH_TOO_LARGE", "most": 10}


@pytest.mark.parametrize(
    ("token", "status", "code"), [("expired", 401, "TOKEN_EXPIRED"), ("busy", 429, "RATE_LIMITED")]
)
async def test_who_may_not_ask_gets_one_refusal(client, token, status, code):
    headers = {"Authorization": f"Bearer {token}"}
    response = await client.post("/graphql", json=[HELLO, HELLO], headers=headers)
    assert (response.status_code, codes(response)) == (status, [code])


async def test_a_batch_needs_a_client_that_reads_json(client):
    for accept in ("application/graphql-response+json", "text/event-stream"):
        response = await client.post("/graphql", json=[HELLO], headers={"Accept": accept})
        assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


async def test_the_rest_of_a_batch_may_be_refused_by_itself():
    """As when it goes past the limit of requests in its midst."""
    asked = []

    async def twice(request):
        asked.append(request)
        if len(asked) > 2:
            raise RequestRefused(429, "RATE_LIMITED", "Slow down.")
        return await sample.request_context(request)

    async with _client(new_context=twice) as client:
        response = await client.post("/graphql", json=[HELLO] * 4)
    assert response.status_code == 200
    assert [answer.get("data") for answer in response.json()] == [
        {"hello": "Hello, world!"}, {"hello": "Hello, world!"}, None, None,
    ]  # fmt: skip
    assert [len(answer.get("errors", ())) for answer in response.json()] == [0, 0, 1, 1]


async def test_operations_of_a_batch_share_the_limit_on_cost():
    person = {"query": "{ person { friend { name } } }"}
    executor = sample.make_executor(limits=Limits(cost=5))
    async with _client(executor=executor) as client:
        alone = (await client.post("/graphql", json=person)).json()
        assert alone["extensions"]["cost"] == {"requested": 2, "actual": 2, "limit": 5}
        response = await client.post("/graphql", json=[person, person, person, HELLO])
    costly = response.json()[2]["errors"][0]["extensions"]
    assert costly["code"] == "COST_EXCEEDED"
    assert costly["cost"] == {"requested": 6, "limit": 5}
    assert ["data" in answer for answer in response.json()] == [True, True, False, True]


async def test_others_have_their_turn_between_the_operations_of_a_batch():
    turns, seen = [], []

    async def others():
        while True:
            turns.append(None)
            await asyncio.sleep(0)

    async def new_context():
        seen.append(len(turns))
        return sample.Context(1, None)

    working = asyncio.create_task(others())
    try:
        await run_batch(sample.make_executor(), [OperationRequest("{ hello }")] * 3, new_context)
    finally:
        working.cancel()
    assert 0 < seen[0] < seen[1] < seen[2]


def _client(**options) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=serving.make_app(**options))
    return httpx.AsyncClient(transport=transport, base_url="http://test")
