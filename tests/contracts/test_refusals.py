"""Bad input as a contract: every mutation says no in the schema's words, and changes nothing."""

import json
import time
from uuid import uuid4

import httpx
import pytest
from graphql import is_required_input_field

from matching.embedding_versions import forget_versions
from persistence import models
from persistence.decks import connect
from resolvers import ids
from tests.conftest import empty
from tests.contracts import inputs
from tests.contracts.inputs import (
    MUTATIONS,
    PUBLIC,
    STAFF,
    call_of,
    new_world,
    places_of,
    post,
)
from tests.contracts.keeping import forget, keep, put_back
from tests.support.client import Api
from tests.support.people import People

# Some of what its people may do, they may do for some minutes.
FRESH_SECONDS = 60
GRAPHQL_RESPONSE = "application/graphql-response+json"
TABLES = [table.name for table in models.Model.metadata.sorted_tables]
# One line for each table: how many rows, and what is in them.
CONTENT = " UNION ALL ".join(
    f"SELECT '{name}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"  # noqa: S608
    for name in TABLES
)
OPEN_TO_ALL = {
    *("addComment", "showLess", "undoShowLess"),
    *("blockProfile", "decide", "followProfile", "likeProfile", "passProfile"),
    # Where there is nothing to end they have done it.
    *("removeFollower", "unfollowProfile"),
    "rsvp",
    *("favouritePlace", "unfavouritePlace"),
}

every_mutation = pytest.mark.parametrize("mutation", MUTATIONS)
every_mutation_with_an_id = pytest.mark.parametrize(
    "mutation", [name for name in MUTATIONS if places_of(name, "ID")]
)


class Scene:
    """A world in which a mutation is called, and what it looked like before."""

    def __init__(self, services, people):
        self.services, self.people = services, people

    async def begin(self):
        await empty(self.services.database)
        self.world = await new_world(self.services, self.people)
        self.made_at = time.monotonic()
        await keep(self.services.database)
        self.before = await self.content()
        return self

    async def begin_again(self):
        """Put back all that is not as it was; another world comes before this one is too old."""
        if time.monotonic() - self.made_at > FRESH_SECONDS:
            return await self.begin()
        rows = zip(self.before, await self.content(), strict=True)
        await put_back(self.services.database, {was[0] for was, now in rows if was != now})
        assert await self.unchanged()
        # What counts what people do, and what the process knows for some seconds.
        async with connect(self.services.settings.redis_url) as redis:
            await redis.flushdb()
        forget_versions(self.services.database)
        return self

    async def content(self):
        async with self.services.database.write() as tx:
            return [tuple(row) for row in await tx.connection.fetch(CONTENT)]

    async def unchanged(self):
        return await self.content() == self.before

    async def call_spoiled(self, mutation, path, value, what):
        """Say whether an input that is spoiled at one place is `done` or `refused`.

        A refusal must have changed nothing; after what was done there is a new world.
        """
        spoiled = inputs.spoiled(self.world.inputs[mutation], path, value)
        answer = await post(self.world.caller(mutation), call_of(mutation), {"input": spoiled})
        if answer.codes:
            allowed = {"BAD_REQUEST"}
            if path == ("clientMutationId",):
                # The key belongs to the call rather than to the act, whose refusals are typed.
                allowed.add("INVALID_INPUT")
            assert set(answer.codes) <= allowed, (what, answer)
        elif (given := answer.data[mutation])["__typename"].endswith("Success"):
            await self.begin_again()
            return "done"
        elif given["__typename"] == "InvalidInput":
            named = {field["path"].split(".")[0] for field in given["fields"]}
            assert named, what
            assert named <= set(MUTATIONS[mutation].fields), (what, given)
        assert await self.unchanged(), what
        return "refused"


@pytest.fixture(scope="module")
async def shared(application):
    """One scene for all tests: most of them must leave it as it was."""
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        services = application.state.services
        yield await Scene(services, People(services, http)).begin()
        await forget(services.database)


@pytest.fixture
async def scene(shared):
    yield shared
    if not await shared.unchanged():
        await shared.begin_again()


@every_mutation
async def test_the_valid_input_names_every_field_and_succeeds(scene, mutation):
    valid = scene.world.inputs[mutation]
    assert {*valid, "clientMutationId"} == set(MUTATIONS[mutation].fields)
    answer = await post(scene.world.caller(mutation), call_of(mutation), {"input": valid})
    assert answer.errors == []
    assert answer.data[mutation]["__typename"].endswith("Success"), answer.data
    # What is so already may leave no trace: to leave, to open, to stop and to use what one has.
    already = {"startConversation", "stopExperiment", "useMatchingModel"}
    of_the_moment = {"setTyping"}
    assert not await scene.unchanged() or mutation in already | of_the_moment


@every_mutation
async def test_a_missing_a_null_and_an_unknown_input_are_bad_requests(scene, mutation):
    api, call = scene.world.caller(mutation), call_of(mutation)
    unknown = {**scene.world.inputs[mutation], "noSuchField": 1}
    for accept, status in (("*/*", 200), (GRAPHQL_RESPONSE, 400)):
        for variables in (None, {}, *({"input": wrong} for wrong in (None, 5, [5], unknown))):
            answer = await post(api, call, variables, accept=accept)
            assert (answer.status, answer.codes) == (status, ["BAD_REQUEST"]), variables
            assert answer.data is None
        answer = await post(api, f"mutation {{ {mutation} {{ __typename }} }}", accept=accept)
        assert (answer.status, answer.codes) == (status, ["GRAPHQL_VALIDATION_FAILED"])
    assert await scene.unchanged()


@every_mutation
async def test_a_value_of_the_wrong_type_is_a_bad_request(scene, mutation):
    api, call = scene.world.caller(mutation), call_of(mutation)
    valid = scene.world.inputs[mutation]
    wrong = [
        inputs.spoiled(valid, path, value)
        for path, t in inputs.places(MUTATIONS[mutation])
        for value in inputs.wrong_values(t)
    ]
    left_out = [
        {key: value for key, value in valid.items() if key != name}
        for name, field in MUTATIONS[mutation].fields.items()
        if is_required_input_field(field)
    ]
    for bad in (*wrong, *left_out):
        answer = await post(api, call, {"input": bad})
        assert set(answer.codes) == {"BAD_REQUEST"}, (bad, answer)
        assert answer.data is None
    assert await scene.unchanged()


@every_mutation
async def test_a_string_that_is_no_text_is_never_a_fault(scene, mutation):
    # Nobody may have typed wrong passwords before, or they had to wait.
    await scene.begin_again()
    for path in places_of(mutation, "String"):
        for name, hostile in inputs.HOSTILE.items():
            await scene.call_spoiled(mutation, path, hostile, f"{path} {name}")


@pytest.mark.parametrize(
    ("mutation", "scalar"),
    [(name, scalar) for name in MUTATIONS for scalar in inputs.EDGES if places_of(name, scalar)],
)
async def test_a_value_at_the_edge_of_its_type_is_never_a_fault(scene, mutation, scalar):
    for path in places_of(mutation, scalar):
        for edge in inputs.EDGES[scalar]:
            await scene.call_spoiled(mutation, path, edge, f"{path} {edge}")


@every_mutation_with_an_id
async def test_an_id_that_is_none_of_ours_is_refused(scene, mutation):
    for path in places_of(mutation, "ID"):
        valid = scene.world.inputs[mutation][path[0]]
        valid = valid[0] if len(path) > 1 else valid
        type_name, key = ids.parse(valid)
        others = {"Post", "Event", "Nothing"} - {type_name}
        for forged in (
            *inputs.HOSTILE.values(),
            5,
            valid[:-1],
            f"{valid}=",
            valid.swapcase(),
            str(key),
            ids.encode(type_name, uuid4()),
            *(ids.encode(other, key) for other in others),
        ):
            assert await scene.call_spoiled(mutation, path, forged, repr(forged)[:99]) == "refused"


@every_mutation_with_an_id
async def test_what_belongs_to_others_is_refused(scene, mutation):
    if mutation in OPEN_TO_ALL:
        return
    answer = await post(
        scene.world.stranger.api, call_of(mutation), {"input": scene.world.inputs[mutation]}
    )
    if mutation in STAFF:
        assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
    else:
        assert answer.data[mutation]["__typename"] in {"NotFound", "NotAllowed", "InvalidInput"}
    assert await scene.unchanged()


@every_mutation
async def test_who_is_not_signed_in_can_do_nothing_but_what_is_public(scene, mutation):
    variables = {"input": scene.world.inputs[mutation]}
    forged = Api(scene.world.ada.api.http, f"{scene.world.ada.api.token}A")
    refused = await post(forged, call_of(mutation), variables)
    assert (refused.status, refused.codes) == (401, ["UNAUTHENTICATED"])
    if mutation not in PUBLIC:
        refused = await post(Api(scene.world.ada.api.http), call_of(mutation), variables)
        assert (refused.data, refused.codes) == (None, ["UNAUTHENTICATED"])
    assert await scene.unchanged()


@pytest.mark.parametrize("text", [r"\u0000", r"\uD800", r"\u{D800}", r"\u{110000}"])
async def test_escapes_in_a_document_are_no_fault_either(scene, text):
    document = f'mutation {{ createPost(input: {{ content: "{text}" }}) {{ __typename }} }}'
    answer = await post(scene.world.ada.api, document)
    if answer.codes != ["GRAPHQL_PARSE_FAILED"]:
        assert answer.data["createPost"]["__typename"] == "InvalidInput"
    assert await scene.unchanged()


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "1" + "0" * 400])
async def test_numbers_beyond_all_bounds_are_refused(scene, number):
    body = json.dumps({"query": call_of("updateLocation"), "variables": {"input": "PLACE"}})
    place = f'{{"location": {{"latitude": {number}, "longitude": 0}}}}'
    api = scene.world.ada.api
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {api.token}"}
    response = await api.http.post(
        "/graphql", content=body.replace('"PLACE"', place), headers=headers
    )
    answer = response.json()
    assert "errors" not in answer or [e["extensions"]["code"] for e in answer["errors"]] == [
        "BAD_REQUEST"
    ]
    assert "errors" in answer or answer["data"]["updateLocation"]["__typename"] == "InvalidInput"
    assert await scene.unchanged()
