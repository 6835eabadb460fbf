"""Prices of operations on servers that are set up in other ways than the shared one."""

import hashlib
import json

from tests.support.client import Api

COST = "query Cost($document: String!) { cost(document: $document) { requested isAllowed limit } }"
EVENTS = "{ events { nodes { id title } } }"
PERSISTED = {
    "persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(EVENTS.encode()).hexdigest()}
}


async def refusal(http, document):
    """Why a document has no price."""
    answer = await Api(http).send(COST, document=document)
    assert (answer.data, answer.codes) == (None, ["INVALID_INPUT"])
    (field,) = answer.errors[0]["extensions"]["fields"]
    assert field["path"] == "document"
    return field["message"]


async def test_where_only_trusted_documents_run_no_other_has_a_price(serve, tmp_path):
    path = tmp_path / "trusted.json"
    path.write_text(json.dumps({"cost": COST, "events": EVENTS}))
    async with serve(trusted_documents_path=path, trusted_documents_only=True) as http:
        told = (await Api(http).ask(COST, document=EVENTS))["cost"]
        assert told == {"requested": 21, "isAllowed": True, "limit": 1000}
        message = await refusal(http, "{ __typename }")
        assert message == "Only documents that were registered beforehand are run here."


async def test_a_server_that_hides_its_schema_does_not_tell_it_by_prices(serve):
    async with serve(introspection_enabled=False) as http:
        assert "Introspection is disabled" in await refusal(http, "{ __schema { __typename } }")
        message = await refusal(http, "{ viewe { id } }")
        assert message == "Cannot query field 'viewe' on type 'Query'. (line 1, column 3)"


async def test_the_limit_is_that_of_who_asks(serve, people):
    staff, somebody = await people.join(is_staff=True), await people.join()
    limits = {"max_query_cost_signed_out": 119, "max_query_cost": 120, "max_query_cost_staff": 121}
    document = "{ events(first: 60) { nodes { id host { id } } } }"
    async with serve(**limits) as http:
        for token, limit in ((None, 119), (somebody.api.token, 120), (staff.api.token, 121)):
            told = (await Api(http, token).ask(COST, document=document))["cost"]
            assert told == {"requested": 121, "isAllowed": limit == 121, "limit": limit}


async def test_what_was_priced_is_remembered_for_when_it_is_run(serve):
    async with serve() as http:
        api = Api(http)
        assert (await api.ask(COST, document=EVENTS))["cost"]["isAllowed"]
        sent = await api.http.post("/graphql", json={"extensions": PERSISTED})
        assert [error["extensions"]["code"] for error in sent.json()["errors"]] == [
            "UNAUTHENTICATED"
        ]
