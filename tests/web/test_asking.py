"""What clients may ask of the application: how much, which documents, and what that took."""

import hashlib
import json

import pytest
import strawberry
from prometheus_client import REGISTRY
from strawberry.directive import DirectiveLocation, DirectiveValue

from execution.requests import OperationRequest
from persistence.statements import executed
from settings import Settings, SettingsError
from tests.support.client import Api
from tests.support.sockets import connected
from web import errors
from web.observing import ObservedExecutor

EVENTS = "query Events($first: Int) { events(first: $first) { nodes { id title } totalCount } }"
STREAM = "subscription { events { __typename cursor } }"


async def test_every_answer_tells_its_cost_and_the_limit(api, people):
    ada = await people.join()
    answer = await ada.api.send(EVENTS, first=7)
    told = {"requested": 1 + 7 + 1, "actual": 1 + 1, "limit": 5000, "sqlStatements": 2}
    assert answer.extensions["cost"] == told
    answer = await api.send("{ viewer { profile { id } } }")
    told = {"requested": 2, "actual": 0, "limit": 1000, "sqlStatements": 0}
    assert answer.extensions["cost"] == told


async def test_the_actual_cost_is_that_of_what_was_there(people):
    ada, bob = await people.join(), await people.join()
    post = 'mutation { createPost(input: { content: "Hello" }) { __typename } }'
    posted = await ada.api.send(post)
    assert (posted.extensions["cost"]["requested"], posted.extensions["cost"]["actual"]) == (10, 10)
    await ada.api.ask(post)
    query = "query($id: ID!) { profile(id: $id) { posts(first: 50) { nodes { author { id } } } } }"
    told = (await bob.api.send(query, id=ada.id)).extensions["cost"]
    assert (told["requested"], told["actual"]) == (1 + 1 + 50 * 2, 1 + 1 + 2 * 2)
    missing = (await bob.api.send(query, id=ada.id[:-2] + "AA")).extensions["cost"]
    assert (missing["requested"], missing["actual"]) == (told["requested"], 0)


async def test_what_an_operation_may_cost_depends_on_who_asks(serve, people):
    limits = {"max_query_cost_signed_out": 60, "max_query_cost": 70, "max_query_cost_staff": 80}
    somebody, staff = await people.join(), await people.join(is_staff=True)
    async with serve(**limits) as http:
        for token, limit in ((None, 60), (somebody.api.token, 70), (staff.api.token, 80)):
            api, texts = Api(http, token), []
            collecting = executed.set(texts)
            refused = await api.send(EVENTS, first=limit - 1)
            executed.reset(collecting)
            cost = {"requested": limit + 1, "limit": limit}
            assert refused.errors[0]["extensions"] == {"code": "COST_EXCEEDED", "cost": cost}
            # One says whose token it is, before the operation is looked at.
            assert len(texts) == (0 if token is None else 1)
            assert "COST_EXCEEDED" not in (await api.send(EVENTS, first=limit - 2)).codes


async def test_nobody_may_spend_more_for_not_signing_in_nor_less_for_being_staff(serve, people):
    staff = await people.join(is_staff=True)
    limits = {"max_query_cost_signed_out": 90, "max_query_cost": 70, "max_query_cost_staff": 50}
    async with serve(**limits) as http:
        for api in (Api(http), Api(http, staff.api.token)):
            refused = await api.send(EVENTS, first=69)
            assert refused.errors[0]["extensions"]["cost"] == {"requested": 71, "limit": 70}


async def test_an_operation_beyond_the_limit_of_the_setting_is_refused(serve):
    async with serve(max_query_cost_signed_out=50) as http:
        api = Api(http)
        answer = await api.send(EVENTS, first=49)
        assert (answer.status, answer.data, answer.codes) == (200, None, ["COST_EXCEEDED"])
        cost = {"requested": 51, "limit": 50}
        assert answer.errors[0]["extensions"] == {"code": "COST_EXCEEDED", "cost": cost}
        assert (await api.send(EVENTS, first=48)).codes != ["COST_EXCEEDED"]
        async with connected(http.app, None) as socket:
            operation = await socket.subscribe(EVENTS, first=49)
            (error,) = await operation.error()
            assert error["extensions"]["code"] == "COST_EXCEEDED"


async def test_statements_are_told_outside_production_only(api, people, serve):
    ada = await people.join()
    told = [
        (await ada.api.send(query)).extensions["cost"]["sqlStatements"]
        for query in ("{ __typename }", EVENTS.replace("totalCount", ""), EVENTS)
    ]
    assert told == [0, 1, 2]
    async with serve(environment="production") as http:
        answer = await Api(http).send("{ __typename }")
        assert answer.extensions == {"cost": {"requested": 0, "actual": 0, "limit": 1000}}


@pytest.fixture
def trusted(tmp_path):
    """A file of trusted documents."""
    path = tmp_path / "persisted-documents.json"
    path.write_text(json.dumps({"events": EVENTS, "type": "{ __typename }", "stream": STREAM}))
    return path


@pytest.mark.parametrize(
    ("changes", "runs_others"),
    [
        ({}, True),
        ({"trusted_documents_only": True}, False),
        ({"environment": "production"}, False),
        ({"environment": "production", "trusted_documents_only": False}, True),
    ],
    ids=str,
)
async def test_trusted_documents_are_all_that_runs_in_production(
    serve, trusted, changes, runs_others
):
    async with serve(trusted_documents_path=trusted, **changes) as http:
        response = await http.post("/graphql", json={"documentId": "type"})
        assert response.json()["data"] == {"__typename": "Query"}
        response = await http.get("/graphql", params={"documentId": "type"})
        assert response.json()["data"] == {"__typename": "Query"}
        other = await Api(http).send("{ viewer { profile { id } } }")
        assert other.codes == ([] if runs_others else ["DOCUMENT_NOT_TRUSTED"])


async def test_a_stream_is_begun_by_the_id_of_its_document(serve, trusted, people):
    ada = await people.join()
    async with (
        serve(trusted_documents_path=trusted, trusted_documents_only=True) as http,
        connected(http.app, ada.api.token) as socket,
    ):
        operation = await socket.subscribe("{ viewer { profile { id } } }")
        assert (await operation.error())[0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        operation = await socket.subscribe(STREAM)
        assert (await operation.next())["data"]["events"]["__typename"] == "Heartbeat"


async def test_a_persisted_query_is_sent_once(people):
    ada = await people.join()
    text = f"{EVENTS} # {ada.id}"
    persisted = {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}
    headers = {"Authorization": f"Bearer {ada.api.token}"}
    body = {"extensions": {"persistedQuery": persisted}}
    asked = []
    for more in ({}, {"query": text}, {}):
        response = await ada.api.http.post("/graphql", json={**body, **more}, headers=headers)
        asked.append(response.json().get("data") is not None)
    assert asked == [False, True, True]


def test_only_trusted_documents_need_a_file():
    with pytest.raises(SettingsError, match="set TRUSTED_DOCUMENTS_PATH"):
        Settings(_env_file=None, trusted_documents_only=True)


@strawberry.type
class Query:
    hello: str = "hello"


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def loud(value: DirectiveValue[str]) -> str:
    return value.upper()


async def test_what_plans_do_not_know_is_counted():
    executor = ObservedExecutor(
        strawberry.Schema(Query, directives=[loud]), present_error=errors.present
    )

    def count():
        labels = {"construct": "@loud"}
        return REGISTRY.get_sample_value("kith_operation_fallbacks_total", labels) or 0

    before = count()
    result = await executor.execute(OperationRequest("{ __typename @loud }"), None)
    assert not result.errors
    await executor.execute(OperationRequest("{ __typename }"), None)
    assert count() == before + 1
