"""Kith's own SQL for the peers that write theirs by hand, so that only the servers differ."""

import re
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
    return _question(statement, {keys: "keys", "viewer_id": "viewer"})


def _page(listing: Listing) -> Question:
    parameters = {"owners": "keys", "viewer_id": "viewer", "limit": "limit"}
    return _question(listing.page_statement(Window(1)), parameters)


def _question(statement: Statement, parameters: dict[str, str]) -> Question:
    """Leave as parameters what differs, and write a statement's own values into its text."""
    values = statement.arguments(dict(parameters))
    names = [value for value in values if value in parameters.values()]

    def written(place: re.Match[str]) -> str:
        value = values[int(place[1]) - 1]
        if value in names:
            return f"${names.index(value) + 1}"
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)

    return Question(re.sub(r"\$(\d+)", written, statement.sql), names)


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
