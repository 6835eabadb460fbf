"""While PostgreSQL is away, clients are told to try again, and the same works once it is back."""

from unittest.mock import Mock

import pytest
from prometheus_client import REGISTRY

from domain import posts
from realtime import topics
from tests.support.live import until_so
from tests.support.outages import without_postgresql
from tests.support.sockets import Ended, connected
from web import errors

POST = """mutation { createPost(input: { content: "Hello", clientMutationId: "once" }) {
  ... on CreatePostSuccess { post { content } } } }"""
ME = "{ viewer { profile { displayName } } }"


@pytest.fixture
def url(settings):
    return str(settings.database_url)


@pytest.fixture
def log(monkeypatch):
    """What notes what is logged of errors."""
    monkeypatch.setattr(errors, "_logged_at", {})
    monkeypatch.setattr(errors, "_log", log := Mock())
    return log


async def test_a_mutation_in_the_middle_of_which_the_database_goes_has_one_effect_when_sent_again(
    people, url, log, monkeypatch
):
    ada = await people.join()
    create = posts.create_post

    async def create_post(tx, viewer, **given):
        await create(tx, viewer, **given)
        async with without_postgresql(url):
            return await create(tx, viewer, **given)

    with monkeypatch.context() as patch:
        patch.setattr(posts, "create_post", create_post)
        cut = await ada.api.send(POST)
    assert (cut.codes, cut.errors[0]["path"]) == (["UNAVAILABLE"], ["createPost"])

    async def codes():
        return (await ada.api.send(POST)).codes

    await until_so(codes, [])
    first, second = await ada.api.ask(POST), await ada.api.ask(POST)
    assert first == second == {"createPost": {"post": {"content": "Hello"}}}
    count = await ada.api.ask("{ viewer { profile { posts { totalCount } } } }")
    assert count["viewer"]["profile"]["posts"]["totalCount"] == 1
    assert {call.args for call in log.warning.call_args_list} == {("store away",)}
    assert not log.error.called


async def test_a_request_without_the_database_is_told_when_to_come_again(people, url, log):
    ada = await people.join()
    await ada.api.done("resetCalendar")
    calendar_url = (await ada.api.ask("{ viewer { calendarUrl } }"))["viewer"]["calendarUrl"]
    address = calendar_url.removeprefix("http://localhost:8000")

    async def readiness():
        return (await ada.api.http.get("/readyz")).status_code

    before = sum_of("kith_unavailable_total")
    async with without_postgresql(url):
        refused = await ada.api.send(ME)
        calendar = await ada.api.http.get(address)
        await until_so(readiness, 503)
        assert (await ada.api.http.get("/livez")).status_code == 200
    assert (refused.status, refused.codes) == (503, ["UNAVAILABLE"])
    assert refused.headers["retry-after"] == "1"
    assert refused.errors[0]["message"] == "This does not work just now. Try again in a moment."
    assert (calendar.status_code, calendar.headers["retry-after"]) == (503, "1")
    assert sum_of("kith_unavailable_total") == before + 2
    assert {call.args for call in log.warning.call_args_list} == {("store away",)}
    assert not log.error.called
    assert (await ada.api.ask(ME))["viewer"]["profile"]["displayName"]
    await until_so(readiness, 200)


async def test_a_stream_without_the_database_ends_so_that_its_client_comes_back(
    application, people, services, url
):
    ada = await people.join()
    async with connected(application, ada.api.token) as socket:
        stream = await socket.subscribe("subscription { events { __typename cursor } }")
        assert (await stream.next())["data"]["events"]["__typename"] == "Heartbeat"
        async with without_postgresql(url):
            await services.listener.wake({topics.viewer(ada.key): 1_000})
            (error,) = await stream.error()
            with pytest.raises(Ended) as closed:
                async with connected(application, ada.api.token):
                    pass
        assert (error["extensions"]["code"], closed.value.code) == ("UNAVAILABLE", 1013)
        again = await socket.subscribe("subscription { events { __typename } }")
        assert (await again.next())["data"]["events"]["__typename"] == "Heartbeat"


def sum_of(name):
    """A counter over all its labels."""
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == name
    )
