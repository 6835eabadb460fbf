"""A small world for the transports: a schema with every kind of type, and its contexts."""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.file_uploads import Upload
from strawberry.scalars import JSON

from execution.executor import Executor
from execution.limits import Limits
from execution.requests import RequestRefused


@dataclass
class Context:
    """One operation's or event's context."""

    number: int
    session: Any = None
    cookies: dict[str, str] = field(default_factory=dict)
    last_event_id: str | None = None
    is_ended: bool = False


@strawberry.enum
class Colour(Enum):
    RED = "r"
    BLUE = "b"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Person(Named):
    colour: Colour = Colour.RED

    @classmethod
    def is_type_of(cls, root: Any, _info: Any) -> bool:
        return isinstance(root, cls)

    @strawberry.field
    def friend(self) -> "Person":
        return Person(name=f"{self.name}'s friend")

    @strawberry.field
    def pet(self) -> Annotated["Dog", strawberry.lazy("tests.execution.sample")] | None:
        return Dog(name="Rex", barks=True)


@strawberry.type
class Dog(Named):
    barks: bool

    @classmethod
    def is_type_of(cls, root: Any, _info: Any) -> bool:
        return isinstance(root, cls)


@strawberry.input
class Point:
    x: int
    y: int = 2


class Members(strawberry.BasePermission):
    message = "Members only."

    def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        return info.context.session == "member"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def whole(self, value: int) -> int:
        return value

    @strawberry.field
    def real(self, value: float) -> float:
        return value

    @strawberry.field
    def echo(self, value: JSON) -> JSON:
        return value

    @strawberry.field
    def key(self, id: strawberry.ID) -> str:
        return str(id)

    @strawberry.field
    def at(self, moment: dt.datetime) -> dt.datetime:
        return moment

    @strawberry.field
    def mix(self, colour: Colour) -> Colour:
        return Colour.BLUE if colour is Colour.RED else Colour.RED

    @strawberry.field
    def sum(self, points: list[Point]) -> int:
        return sum(point.x + point.y for point in points)

    @strawberry.field
    async def person(self, name: str = "Ada") -> Person:
        return Person(name=name)

    @strawberry.field
    def anybody(self) -> list[Annotated[Person | Dog, strawberry.union("Anybody")]]:
        return [Person(name="Ada"), Dog(name="Rex", barks=False)]

    @strawberry.field
    def named(self) -> list[Named]:
        return [Person(name="Ada"), Dog(name="Rex", barks=False)]

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("the password is hunter2")

    @strawberry.field
    def missing(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    def unwritable(self) -> JSON:
        return object()  # type: ignore[return-value]

    @strawberry.field(permission_classes=[Members])
    def secret(self) -> str:
        return "open"

    @strawberry.field
    def context(self, info: strawberry.Info) -> int:
        return info.context.number

    @strawberry.field
    def cookie(self, info: strawberry.Info, value: str) -> bool:
        info.context.cookies["sample"] = value
        return True


class Log:
    """What happened on the server's side."""

    faults: list[BaseException]
    opened: list[str]
    closed: list[str]
    written: list[int]
    uploads: list[Any]

    def __init__(self) -> None:
        self.faults, self.opened, self.closed, self.written = [], [], [], []
        self.uploads = []
        self.changed = asyncio.Condition()

    async def note(self, where: list[str], what: str) -> None:
        async with self.changed:
            where.append(what)
            self.changed.notify_all()

    async def until(self, where: list[str], what: str) -> None:
        """Wait until something was noted; a test that waits in vain fails by its own time-out."""
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: what in where)


log = Log()


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, value: int) -> int:
        log.written.append(value)
        return value

    @strawberry.mutation
    async def keep(self, files: list[Upload | None]) -> list[str]:
        """Tell the names and contents of files."""
        log.uploads.extend(files)
        return [f"{file.filename}: {(await file.read()).decode()}" for file in files if file]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: strawberry.Info, to: int) -> AsyncGenerator[int, None]:
        for number in range(int(getattr(info.context, "last_event_id", None) or -1) + 1, to):
            yield number

    @strawberry.subscription
    async def people(self, info: strawberry.Info) -> AsyncGenerator[Person, None]:
        for number in range(3):
            yield Person(name=f"{number} by {info.context.number}")

    @strawberry.subscription
    async def forever(self, name: str) -> AsyncGenerator[str, None]:
        await log.note(log.opened, name)
        try:
            yield name
            await asyncio.Event().wait()
        finally:
            await log.note(log.closed, name)

    @strawberry.subscription
    async def flood(self, name: str, size: int = 100_000) -> AsyncGenerator[str, None]:
        produced = 0
        try:
            while True:
                produced += 1
                await log.note(log.opened, f"{name} {produced}")
                yield "x" * size
        finally:
            await log.note(log.closed, name)

    @strawberry.subscription
    async def ending(self, info: strawberry.Info) -> AsyncGenerator[int, None]:
        yield 1
        info.context.is_ended = True
        yield 2

    @strawberry.subscription
    async def breaking(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("the password is hunter2")

    @strawberry.subscription
    async def interrupted(self) -> AsyncGenerator[int, None]:
        yield 1
        raise ConnectionRefusedError("the database restarts")

    @strawberry.subscription(permission_classes=[Members])
    async def secrets(self) -> AsyncGenerator[str, None]:
        yield "open"


schema = strawberry.Schema(Query, Mutation, Subscription, types=[Person, Dog])


def present(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    """Mask faults, show mistakes, as an application would."""
    cause = error.original_error
    if cause is None:
        return error.message, dict(error.extensions or {})
    if isinstance(cause, GraphQLError):
        return cause.message, {"code": "BAD_REQUEST", **(cause.extensions or {})}
    if isinstance(cause, PermissionError):
        return str(cause), {"code": "FORBIDDEN"}
    log.faults.append(cause)
    return "Something went wrong.", {"code": "INTERNAL"}


def make_executor(*, introspection: bool = True, limits: Limits | None = None) -> Executor:
    return Executor(
        schema,
        present_error=present,
        introspection=introspection,
        limits=limits,
        event_id=lambda event: str(event) if isinstance(event, int | str) else None,
        passes=lambda error: isinstance(error, ConnectionRefusedError),
        result_extensions=lambda context: {"context": context.number} if context else {},
    )


numbers = iter(range(1, 1_000_000))


async def request_context(request: Request) -> Context:
    token = request.headers.get("authorization")
    if token == "Bearer expired":
        headers = {"WWW-Authenticate": "Bearer"}
        raise RequestRefused(401, "TOKEN_EXPIRED", "Sign in again.", headers)
    if token == "Bearer busy":
        raise RequestRefused(
            429, "RATE_LIMITED", "Slow down.", {"Retry-After": "7"}, {"retryAfter": 7}
        )
    if token == "Bearer fault":
        raise RuntimeError("the password is hunter2")
    return Context(next(numbers), token, last_event_id=request.headers.get("last-event-id"))


async def event_context(context: Context) -> Context:
    if context.is_ended:
        raise RequestRefused(401, "UNAUTHENTICATED", "Sign in.")
    return Context(next(numbers), context.session)


def set_cookies(context: Context, response: Response) -> None:
    for name, value in context.cookies.items():
        response.set_cookie(name, value)


async def authenticate(_socket: WebSocket, payload: dict[str, Any] | None) -> Any:
    token = (payload or {}).get("token")
    if token == "wrong":
        raise RequestRefused(401, "UNAUTHENTICATED", "Sign in.")
    if token == "fault":
        raise RuntimeError("the password is hunter2")
    if token == "away":
        raise ConnectionRefusedError("nobody listens")
    return {"who": token, "ended": False}


async def socket_context(session: Any) -> Context:
    if session["ended"]:
        raise RequestRefused(401, "UNAUTHENTICATED", "Sign in.")
    return Context(next(numbers), session["who"])
