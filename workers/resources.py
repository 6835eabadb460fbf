"""What jobs work with: the stores and the outside world, opened once for a process."""

from dataclasses import dataclass
from typing import Any

from integrations import Integrations
from matching.decks import DeckBuilder
from matching.embedders import Embedders
from matching.feeds import FeedBuilder
from persistence.database import Database
from persistence.decks import Decks
from persistence.feeds import Feeds
from persistence.showings import Showings
from persistence.vectors import Vectors
from realtime.presence import Presence


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The stores and integrations of a process that runs jobs.

    Attributes:
        settings: how the deployment is set up.
        database: PostgreSQL, with connections of the jobs' own event loop.
        vectors: the index of people.
        embedder: texts to vectors.
        decks: the decks of all viewers.
        builder: makes decks.
        feeds: the ranked feeds of all viewers.
        feed_builder: makes them.
        showings: gives who was shown to whom.
        presence: says who is looking.
        integrations: the outside world.
        codes_secret: the key under which one-time codes are hashed.
    """

    settings: Any
    database: Database
    vectors: Vectors
    embedder: Embedders
    decks: Decks
    builder: DeckBuilder
    feeds: Feeds
    feed_builder: FeedBuilder
    showings: Showings
    presence: Presence
    integrations: Integrations
    codes_secret: bytes
