"""The context of one operation: who asks, and factories for what resolvers need; no connections."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from starlette.datastructures import UploadFile

from dataloaders.reader import Reader
from domain import texts
from domain.refusals import InvalidInput, Refusal
from domain.viewer import Viewer
from persistence.idempotency import Retry
from persistence.transaction import Transaction
from resolvers.guards import viewer_of
from resolvers.services import Services

_NOBODY = UUID(int=0)
_PIECES, _PIECE_BYTES = 16, 4_096


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set: httpOnly, for the API only.

    Attributes:
        value: its content.
        max_age_seconds: how long the browser keeps it.
    """

    value: str
    max_age_seconds: int


@dataclass(kw_only=True)
class Context(Reader):
    """What the resolvers of one operation, or of one event of a subscription, work with.

    Attributes:
        services: what the process holds once: stores, integrations, settings.
        request_id: names the request in answers and logs.
        address: the network address against which the caller's doings count; empty when nobody
            calls from outside.
        cookies: cookies to set with the answer, by name; None removes one.
        refresh_cookie: the refresh token that the browser sent as a cookie.
        live_cursor: where a subscription goes on that misses nothing which the operation has
            not read; None when nobody is signed in.
        last_event_id: the cursor of the last event that a client has, where it goes on with a
            stream by the header `Last-Event-ID`.
        has_priced: whether the operation has asked what another one costs; it may once.
        told: what the answer has in `extensions` besides, by name.
    """

    services: Services
    request_id: str = ""
    address: str = ""
    cookies: dict[str, Cookie | None] = field(default_factory=dict)
    refresh_cookie: str | None = None
    live_cursor: str | None = None
    last_event_id: str | None = None
    has_priced: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    _retry: Retry | None = None

    @property
    def signed_in(self) -> Viewer:
        """The viewer, where the field's guard has made sure that there is one."""
        return viewer_of(self)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open the transaction of a mutation; a retry of an answered one goes no further."""
        async with self.database.write(self._retry) as tx:
            yield tx
        # What was read before the change is not so any more.
        self.loaders.forget()

    @asynccontextmanager
    async def unless_answered(self) -> AsyncIterator[None]:
        """Judge before the work is done; what is refused is judged only when it is no retry.

        Raises:
            AlreadyAnswered: the same call has committed before, whatever it would be told now.
        """
        try:
            yield
        except Refusal:
            async with self.write():
                raise

    @contextmanager
    def mutating(self, name: str, input: Any) -> Iterator[None]:
        """Say which mutation runs, so that `write` can tell a retry from a new call.

        Raises:
            InvalidInput: the `clientMutationId` is empty or too long.
        """
        key = getattr(input, "client_mutation_id", None)
        if isinstance(key, str):
            self._retry = Retry(self._scope(), name, _checked(key), self._hash(input))
        try:
            yield
        finally:
            self._retry = None

    def _scope(self) -> UUID:
        return self.viewer.account_id if self.viewer else _NOBODY

    def _hash(self, input: Any) -> str:
        # Keyed, because inputs hold passwords and a plain hash of them could be guessed.
        # A token that came as a cookie counts as part of the input: two browsers may choose the
        # same key, and must not get each other's answer.
        whole = [input, self.refresh_cookie if self.viewer is None else None]
        text = orjson.dumps(whole, default=_plain, option=orjson.OPT_SORT_KEYS)
        return hmac.digest(self.services.secrets.idempotency, text, hashlib.sha256).hex()


def _checked(key: str) -> str:
    name = "clientMutationId"
    if problems := texts.length_problems(name, key, least=1, most=100):
        raise InvalidInput(problems)
    if not key.isprintable():
        raise InvalidInput.of(name, f"{name} holds characters that cannot be printed.")
    return key


def _plain(value: Any) -> Any:
    if isinstance(value, UploadFile):
        return _told_apart(value)
    return vars(value) if hasattr(value, "__dict__") else str(value)


def _told_apart(file: UploadFile) -> str:
    """What tells a file from others: its size, and pieces of it, as to hash all takes long."""
    size = file.size or 0
    digest = hashlib.sha256(str(size).encode())
    for start in range(0, size, max(_PIECE_BYTES, size // _PIECES)):
        file.file.seek(start)
        digest.update(file.file.read(_PIECE_BYTES))
    file.file.seek(0)
    return digest.hexdigest()
