"""Metrics: what ran, how often and how long, and nothing of whom or what it was about."""

import math
import re

import pytest

from tests.support.live import until_so
from tests.support.sockets import connected
from web import metrics

QUERY = "query {name} {{ viewer {{ profile {{ id }} }} }}"


@pytest.fixture(autouse=True)
def no_names_yet(monkeypatch):
    monkeypatch.setattr(metrics, "_names", set())


async def count(http, **labels):
    """How many operations with these labels there were."""
    text = (await http.get("/metrics")).text
    wanted = [f'{name}="{value}"' for name, value in labels.items()]
    lines = [line for line in text.splitlines() if line.startswith("kith_operations_total{")]
    return sum(
        float(line.rpartition(" ")[2]) for line in lines if all(pair in line for pair in wanted)
    )


async def send(http, query, **more):
    await http.post("/graphql", json={"query": query, **more})


async def test_operations_are_counted_by_kind_name_and_outcome(http, people):
    labels = {"kind": "query", "operation": "CountMe", "outcome": "ok"}
    before = await count(http, **labels)
    await send(http, QUERY.format(name="CountMe"))
    await send(http, QUERY.format(name="CountMe"), operationName="CountMe")
    assert await count(http, **labels) == before + 2


async def test_errors_are_told_apart_by_their_code(http):
    labels = {"kind": "mutation", "operation": "Out", "outcome": "unauthenticated"}
    before = await count(http, **labels)
    await send(http, "mutation Out { logOut(input: {}) { __typename } }")
    assert await count(http, **labels) == before + 1


async def test_subscriptions_are_counted_when_they_begin(http, application, people):
    ada = await people.join("Ada")
    labels = {"kind": "subscription", "operation": "Listen"}
    begun, refused = [await count(http, **labels, outcome=each) for each in ("ok", "invalid_input")]
    async with connected(application, ada.api.token) as socket:
        listening = await socket.subscribe("subscription Listen { events { cursor } }")
        await listening.next()
        forged = await socket.subscribe('subscription Listen { events(after: "x") { cursor } }')
        await forged.error()
    assert await count(http, **labels, outcome="ok") == begun + 1
    assert await count(http, **labels, outcome="invalid_input") == refused + 1


async def test_an_operation_without_a_name_is_anonymous(http):
    before = await count(http, operation="(anonymous)")
    await send(http, QUERY.format(name=""))
    assert await count(http, operation="(anonymous)") == before + 1


async def test_what_is_refused_gets_no_name_of_its_own(http):
    before = await count(http, kind="refused", operation="(refused)")
    await send(http, "query Junk1 { nothing }", operationName="Junk1")
    await send(http, "query {", operationName="Junk2")
    await send(http, QUERY.format(name="Real"), operationName="Junk3")
    assert await count(http, kind="refused", operation="(refused)") == before + 3
    assert "Junk" not in (await http.get("/metrics")).text


async def test_clients_cannot_make_labels_without_end(http):
    for n in range(metrics._MOST_NAMES + 20):
        await send(http, f"query Endless{n} {{ __typename }}")
    text = (await http.get("/metrics")).text
    named = set(re.findall(r'kith_operations_total\{[^}]*operation="(Endless\d+)"', text))
    assert len(named) == metrics._MOST_NAMES
    assert await count(http, operation="(other)") >= 20


async def test_a_name_that_is_too_long_is_no_label(http):
    before = await count(http, operation="(other)")
    await send(http, QUERY.format(name="x" * 100))
    assert await count(http, operation="(other)") == before + 1
    assert "x" * 65 not in (await http.get("/metrics")).text


async def test_values_and_people_are_not_in_the_metrics(http, people):
    ada = await people.join("Unmistakable")
    await ada.api.done("createPost", content="Something unmistakable")
    text = (await http.get("/metrics")).text
    for secret in ("nmistakable", ada.email, ada.id, str(ada.key), ada.api.token):
        assert secret not in text


async def test_requests_are_counted_by_method_and_status_and_methods_are_bounded(http):
    await http.request("BREW", "/graphql")
    await http.get("/nowhere")
    text = (await http.get("/metrics")).text
    assert re.search(r'kith_http_requests_total\{method="\(other\)",status="405"\}', text)
    assert re.search(r'kith_http_requests_total\{method="GET",status="404"\}', text)
    assert "BREW" not in text
    assert "kith_sockets 0.0" in text


async def test_a_relay_and_a_schedule_that_stand_still_are_told(people, database, http):
    async def told(name):
        (line,) = re.findall(rf"^{name} (.+)$", (await http.get("/metrics")).text, re.MULTILINE)
        return float(line)

    async def relay_is_late():
        return await told("kith_facts_oldest_seconds") > 500

    async def silence():
        return await told("kith_schedule_silent_seconds")

    ada = await people.join()
    await ada.api.done("createPost", content="Hello")
    await until_so(silence, math.inf)
    async with database.write() as tx:
        await tx.connection.execute("UPDATE facts SET recorded_at = now() - interval '10 min'")
        await tx.connection.execute(
            "INSERT INTO schedule_leases VALUES ('any', 'run', now() - interval '20 min')"
        )
    await until_so(relay_is_late, True)
    assert 1_200 <= await silence() < 1_500
    async with database.write() as tx:
        await tx.connection.execute("UPDATE facts SET finished_at = now()")
        await tx.connection.execute("UPDATE schedule_leases SET taken_at = now()")
    await until_so(relay_is_late, False)
    assert await silence() < 500
