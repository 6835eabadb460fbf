"""GraphiQL in a real browser, against a small API that serves Kith's page."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from strawberry.asgi import GraphQL

from graphiql import page as explorer

EXAMPLES = (
    explorer.Example("LogIn", "# Sets a cookie.\nmutation LogIn { logIn }"),
    explorer.Example(
        "Greet", "query Greet($name: String!) { greeting(name: $name) }", '{ "name": "Ada" }'
    ),
    explorer.Example("Events", "subscription Events { events { position seenBy } }"),
    explorer.Example("Hostile", "# </script><script>throw 1</script>\nquery Hostile { viewer }"),
)


@strawberry.type(description="Something that happened.")
class Event:
    position: int
    seen_by: str


@strawberry.type(description="Where reading starts.")
class Query:
    @strawberry.field
    def greeting(self, name: str) -> str:
        return f"Hello {name}"

    @strawberry.field
    def viewer(self, info: strawberry.Info) -> str | None:
        name: str | None = info.context["request"].cookies.get("session")
        return name


@strawberry.type(description="Where writing starts.")
class Mutation:
    @strawberry.mutation
    def log_in(self, info: strawberry.Info) -> bool:
        info.context["response"].set_cookie("session", "ada", httponly=True, samesite="strict")
        return True


@strawberry.type(description="Where listening starts.")
class Subscription:
    @strawberry.subscription
    async def events(self, info: strawberry.Info) -> AsyncIterator[Event]:
        name = info.context["request"].cookies.get("session", "nobody")
        for position in (1, 2, 3):
            yield Event(position=position, seen_by=name)
        await asyncio.Event().wait()


async def show_explorer(_request: Request) -> HTMLResponse:
    html, policy = explorer.page(
        endpoint="/graphql", examples=EXAMPLES, nonce=secrets.token_urlsafe(16)
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def application() -> Starlette:
    schema = strawberry.Schema(Query, Mutation, Subscription)
    graphql: Any = GraphQL(schema)
    routes = [
        Route("/graphql", show_explorer, methods=["GET"]),
        Route("/graphql", graphql, methods=["POST"]),
        WebSocketRoute("/graphql", graphql),
    ]
    directory = explorer.assets_directory()
    if directory is not None:
        routes.append(Mount(explorer.ASSETS_PATH, StaticFiles(directory=directory)))
    return Starlette(routes=routes)


async def test_the_built_explorer_runs_examples_without_any_foreign_host(
    browse, serving, bundle
) -> None:
    async with serving(application()) as host:
        visit = await browse(
            f"http://{host}/graphql",
            [
                {"do": "run", "tab": "Greet"},
                {"do": "run", "tab": "Greet", "variables": {"name": "Bo"}, "until": "Hello Bo"},
                {"do": "run", "tab": "Hostile"},
                {"do": "reload"},
                {"do": "run", "tab": "Greet", "until": "Hello Bo"},
            ],
        )
    assert visit.status == 200
    assert visit.tabs == [example.title for example in EXAMPLES]
    assert '"greeting": "Hello Ada"' in visit.results[0]
    assert '"viewer": null' in visit.results[2]
    assert visit.hosts == [host]
    assert visit.complaints == []


async def test_a_stricter_policy_would_be_noticed(
    browse, serving, bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient = explorer.page

    def strict(**arguments: Any) -> tuple[str, str]:
        html, policy = lenient(**arguments)
        return html, policy.replace("style-src-attr 'unsafe-inline'", "style-src-attr 'none'")

    monkeypatch.setattr(explorer, "page", strict)
    async with serving(application()) as host:
        visit = await browse(f"http://{host}/graphql", [])
    assert any(each.startswith("style-src-attr") for each in visit.violations)


async def test_the_documentation_explorer_lists_described_types(browse, serving, bundle) -> None:
    async with serving(application()) as host:
        visit = await browse(f"http://{host}/graphql", [{"do": "docs"}])
    described = visit.results[0]
    assert described["Query"] == "Where reading starts."
    assert described["Mutation"] == "Where writing starts."
    assert described["Subscription"] == "Where listening starts."
    assert described["Event"] == "Something that happened."
    assert visit.complaints == []


async def test_a_subscription_is_signed_in_by_the_cookie_of_log_in(browse, serving, bundle) -> None:
    async with serving(application()) as host:
        visit = await browse(
            f"http://{host}/graphql",
            [
                {"do": "run", "tab": "LogIn", "until": "true"},
                {"do": "run", "tab": "Hostile", "until": "ada"},
                {"do": "run", "tab": "Events", "until": '"position": 3'},
                {"do": "stop"},
            ],
        )
    assert '"seenBy": "ada"' in visit.results[2]
    assert visit.sockets == [f"ws://{host}/graphql"]
    assert visit.hosts == [host]
    assert visit.complaints == []


async def test_the_page_without_assets_works_with_the_packages_of_the_cdn(
    browse, serving, cdn_files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "assets_directory", lambda: None)
    async with serving(application()) as host:
        visit = await browse(
            f"http://{host}/graphql",
            [
                {"do": "run", "tab": "Greet"},
                {"do": "run", "tab": "LogIn", "until": "true"},
                {"do": "run", "tab": "Events", "until": '"position": 3'},
                {"do": "docs"},
            ],
            serve=cdn_files,
        )
    assert visit.tabs == [example.title for example in EXAMPLES]
    assert '"greeting": "Hello Ada"' in visit.results[0]
    assert '"seenBy": "ada"' in visit.results[2]
    assert visit.results[3]["Event"] == "Something that happened."
    assert visit.hosts == [host, "unpkg.com"]
    assert visit.complaints == []
