"""Kith's own SQL for the peers that write theirs by hand, so that only the servers differ."""

from dataclasses import dataclass
from typing import Any

import orjson

from persistence.pages import Listing, Window
from persistence.queries import companions, conversations, feed, messages, posts, profiles
from persistence.statements import Statement


@dataclass(frozen=True, slots=True)
class Question:
    """A statement for any driver.

    Attributes:
        sql: with ``$1`` style parameters.
        names: what goes into them: `keys`, `viewer` and, for pages, `limit`.
    """

    sql: str
    names: list[str]

    def arguments(self, **values: Any) -> list[Any]:
        """Put values into the statement's positions."""
        return [values[name] for name in self.names]


def _of(statement: Statement, keys: str) -> Question:
    parameters = {keys: "keys", "viewer_id": "viewer"}
    return Question(statement.sql, statement.arguments(parameters))


def _page(listing: Listing) -> Question:
    parameters = {"owners": "keys", "viewer_id": "viewer", "limit": "limit"}
    statement = listing.page_statement(Window(1))
    return Question(statement.sql, statement.arguments(parameters))


QUESTIONS: dict[str, Question] = {
    "feed": _page(feed.of_viewer),
    "posts": _page(posts.of_author),
    "messages": _page(messages.of_conversation),
    "profiles": _of(profiles.by_ids, "ids"),
    "companions": _of(companions.of_profiles, "profile_ids"),
    "conversations": _of(conversations.by_ids, "ids"),
    "members": _page(conversations.members_of),
}
"""By what they answer. The limit of a page is one more than the page: it tells whether more
follow."""


def as_json() -> str:
    """Write them down for peers in other languages."""
    return orjson.dumps(QUESTIONS).decode()
