"""Services: what the process holds once and every operation shares."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.passwords import Passwords
from domain.stickers import Catalogue
from domain.tokens import Tokens
from execution.explaining import Quote
from execution.places import Places
from execution.requests import OperationRequest
from integrations import Integrations
from matching.decks import DeckBuilder
from matching.embedders import Embedders
from matching.feeds import FeedBuilder
from persistence.database import Database
from persistence.decks import Decks
from persistence.feeds import Feeds
from persistence.findings import Findings
from persistence.pages import CursorCodec
from persistence.rate_limits import RateLimits
from persistence.request_rates import RequestRates
from persistence.search_log import SearchLog
from persistence.showings import Showings
from persistence.vectors import Vectors
from realtime.listener import Listener
from realtime.presence import Presence


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys for different purposes, all derived from the one secret of the deployment."""

    cursors: bytes
    idempotency: bytes
    codes: bytes

    @classmethod
    def derived_from(cls, secret: str) -> "Secrets":
        """Derive one key for each purpose, so that a value signed for one is no good for another.

        Args:
            secret: the deployment's secret.
        """
        return cls(*(_derived(secret, purpose) for purpose in ("cursors", "idempotency", "codes")))


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"kith:{purpose}".encode(), hashlib.sha256)


def _no_quote(_request: OperationRequest, _context: Any) -> Quote:
    raise LookupError("Only a server that runs operations can price them.")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The stores, integrations and settings of the process, given to every context.

    Attributes:
        settings: how the deployment is set up.
        secrets: signing keys.
        database: PostgreSQL.
        cursors: signs the cursors of lists.
        tokens: signs and reads access and refresh tokens.
        passwords: hashes and verifies passwords.
        rate_limits: how often somebody may do something.
        request_rates: how often somebody may call.
        places: how many sockets and streams somebody holds open.
        integrations: the outside world.
        listener: live delivery.
        presence: who is here.
        vectors: the index of people.
        embedder: texts to vectors.
        decks: the decks of all viewers.
        builder: makes decks.
        feeds: the ranked feeds of all viewers.
        feed_builder: makes them.
        showings: notes who was shown to whom.
        findings: what searches found, while it is paged through.
        search_log: notes searches.
        stickers: all that can be sent.
        quote: prices operations without running them, for who has a context; the application
            gives it, whose executor is made beside the services.
    """

    settings: Any
    secrets: Secrets
    database: Database
    cursors: CursorCodec
    tokens: Tokens
    passwords: Passwords
    rate_limits: RateLimits
    request_rates: RequestRates
    integrations: Integrations
    listener: Listener
    presence: Presence
    vectors: Vectors
    embedder: Embedders
    decks: Decks
    builder: DeckBuilder
    feeds: Feeds
    feed_builder: FeedBuilder
    showings: Showings
    findings: Findings
    search_log: SearchLog
    stickers: Catalogue
    places: Places = field(default_factory=Places)
    quote: Callable[[OperationRequest, Any], Quote] = _no_quote
