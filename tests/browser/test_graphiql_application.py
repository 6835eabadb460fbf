"""GraphiQL in a real browser, against the real application with a demo world in it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app import create_app
from commands.filling import open_for_filling
from demo import writing
from graphiql.page import read_examples
from persistence import migrating
from schema import root
from settings import Settings
from tests.conftest import empty
from tests.support.client import Api

PEOPLE, SEED = 60, 7
EXAMPLES = {example.title: example for example in read_examples()}
DECK_AND_CONVERSATION = """{ viewer {
    deck(first: 1) { nodes { profile { id displayName } } }
    conversations(first: 1) { nodes { id } }
} }"""
NEWEST = "query ($id: ID!) { conversation(id: $id) { messages(first: 1) { nodes { text } } } }"


@pytest.fixture(scope="module")
async def world(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with which an application finds a demo world, its people indexed."""
    settings = settings.model_copy(
        update={"data_dir": tmp_path_factory.mktemp("world"), "jobs_eager": True}
    )
    await migrating.upgrade(str(settings.database_url))
    async with open_for_filling(settings) as filling:
        await empty(filling.database)
        assert await filling.write_world(people=PEOPLE, seed=SEED)
        await filling.index_missing()
    return settings


@pytest.fixture
async def host(world: Settings, bundle: object, serving: Any) -> AsyncIterator[str]:
    """Where the application listens."""
    async with serving(create_app(world)) as host:
        yield host


@pytest.fixture
async def mila(host: str) -> AsyncIterator[Api]:
    """The demo person, on another device than the browser."""
    async with httpx.AsyncClient(base_url=f"http://{host}") as http:
        given = {"login": writing.EMAIL, "password": writing.PASSWORD}
        answer = await Api(http).done("logIn", "accessToken", **given)
        yield Api(http, answer["accessToken"])


async def test_a_newcomer_walks_from_sign_up_to_the_deck(browse, host) -> None:
    visit = await browse(
        f"http://{host}/graphql",
        [
            {"do": "run", "tab": "Deck", "until": '"viewer": null'},
            {"do": "run", "tab": "SignUp", "until": "SignUpSuccess"},
            {"do": "run", "tab": "PreviewProfile", "until": '"weekends"'},
            {"do": "run", "tab": "CompleteOnboarding", "until": "CompleteOnboardingSuccess"},
            {"do": "run", "tab": "Deck", "until": '"deck"'},
            {"do": "run", "tab": "SignUp", "until": "Conflict"},
        ],
    )
    assert visit.status == 200
    assert visit.tabs == list(EXAMPLES)
    assert '"email": "robin@example.org"' in visit.results[1]
    assert 'accessToken":' not in visit.results[1]
    assert '"errors"' not in "".join(visit.results)
    assert visit.hosts == [host]
    assert visit.complaints == []


async def test_the_demo_person_walks_from_log_in_to_live_messages(browse, host, mila) -> None:
    before = await mila.send(DECK_AND_CONVERSATION)
    assert before.data is not None
    viewer = before.data["viewer"]
    liked = viewer["deck"]["nodes"][0]["profile"]
    conversation = viewer["conversations"]["nodes"][0]["id"]
    message = {"conversationId": conversation, "text": "Shall we walk round the Feld?"}
    listening = {"conversationId": conversation, "after": before.extensions["cursor"]}
    visit = await browse(
        f"http://{host}/graphql",
        [
            {"do": "run", "tab": "LogIn", "until": "LogInSuccess"},
            {"do": "run", "tab": "Deck", "until": '"signal"'},
            {
                "do": "run",
                "tab": "LikeProfile",
                "variables": {"input": {"profileId": liked["id"]}},
                "until": "LikeProfileSuccess",
            },
            {"do": "run", "tab": "Matches", "until": '"totalCount"'},
            {
                "do": "run",
                "tab": "SendMessage",
                "variables": {"input": message},
                "until": "SendMessageSuccess",
            },
            {
                "do": "run",
                "tab": "Messages",
                "variables": listening,
                "until": message["text"],
            },
            {"do": "stop"},
            {
                "do": "run",
                "tab": "Events",
                "variables": {"after": listening["after"]},
                "until": "MessageSent",
            },
            {"do": "stop"},
            {"do": "run", "tab": "Matches", "until": message["text"]},
        ],
    )
    assert liked["displayName"] in visit.results[2]
    assert '"__typename": "MessageSent"' in visit.results[5]
    assert '"unreadCount"' in visit.results[7]
    assert '"errors"' not in "".join(filter(None, visit.results))
    assert visit.hosts == [host]
    assert visit.sockets == [f"ws://{host}/graphql"]
    assert visit.complaints == []
    (newest,) = (await mila.ask(NEWEST, id=conversation))["conversation"]["messages"]["nodes"]
    assert newest["text"] == message["text"]


async def test_the_documentation_explorer_describes_the_schema(browse, host) -> None:
    types = ["Query", "Mutation", "Subscription", "Profile", "Viewer", "Match", "Refusal"]
    visit = await browse(f"http://{host}/graphql", [{"do": "docs", "types": types}])
    described = visit.results[0]
    core = root.build()._schema.type_map
    # The explorer shows Markdown, without the marks of code.
    wanted = {name: (core[name].description or "").replace("`", "") for name in types}
    assert described == wanted
    assert visit.hosts == [host]
    assert visit.complaints == []
