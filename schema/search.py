"""Search: people, posts, events and places by what is said in them."""

from datetime import date
from typing import Annotated, Any, Union

import strawberry

from domain.search import SearchKind
from resolvers import guards, searches
from resolvers import search as resolvers
from resolvers.messages import parts_of
from schema.building import resolve
from schema.connections import Connection
from schema.events import Event
from schema.messages import ExcerptPart
from schema.places import Place
from schema.posts import Post
from schema.profiles import Profile
from schema.scalars import shown_enum

shown_enum(
    SearchKind,
    PEOPLE="People, by their names, what they say about themselves, interests and skills.",
    POSTS="Posts, by their texts.",
    EVENTS="Events, by their titles, descriptions and places.",
    PLACES="Places, by their names, descriptions and addresses.",
)

_SEARCH = 100
"""The price of a search: common words take as much work as there are texts that have them."""

_SUGGESTIONS = 20
"""The price of suggestions, which are asked for with each letter."""

SearchSubject = Annotated[
    Union[Profile, Post, Event, Place],  # noqa: UP007 - of Strawberry
    strawberry.union("SearchSubject", description="What a search has found."),
]


@strawberry.type
class SearchResult:
    """Something that a search has found."""

    @strawberry.field(description="Of which kind it is.")
    def kind(root: strawberry.Parent[Any]) -> SearchKind:
        return SearchKind(root["kind"])

    @strawberry.field(description="The thing; null when it was hidden from you this very moment.")
    async def subject(root: strawberry.Parent[Any], info: strawberry.Info) -> SearchSubject | None:
        return await resolvers.subject_of(info.context, root)

    @strawberry.field(
        description=(
            "Where the words are in it, or how it begins when it was found by something else; "
            "without tags of HTML. Show it as text."
        )
    )
    def excerpt(root: strawberry.Parent[Any]) -> list[ExcerptPart]:
        parts = parts_of(root["excerpt"])
        return [ExcerptPart(text=text, is_match=is_match) for text, is_match in parts]


@strawberry.type
class SearchConnection(Connection[SearchResult]):
    """A page of what a search has found."""

    @strawberry.field(description="How many results there are that you may see, at most 200.")
    async def total_count(root: strawberry.Parent[Any]) -> int:
        return await root.total()  # type: ignore[no-any-return]


@strawberry.type
class SearchSuggestion:
    """What somebody who types may be looking for."""

    @strawberry.field(description="The name or title, as it is written, or the hashtag with its #.")
    def text(root: strawberry.Parent[Any]) -> str:
        return root["title"]  # type: ignore[no-any-return]

    @strawberry.field(description="Of which kind it is; of a hashtag POSTS, which it leads to.")
    def kind(root: strawberry.Parent[Any]) -> SearchKind:
        return SearchKind(root["kind"])

    @strawberry.field(
        description="The hashtag without its sign, for `posts(hashtag:)`; null of anything else."
    )
    def hashtag(root: strawberry.Parent[Any]) -> str | None:
        return root["title"][1:] if root["subject_id"] is None else None

    @strawberry.field(
        description=(
            "The thing; null of a hashtag, and when it was hidden from you this very moment."
        )
    )
    async def subject(root: strawberry.Parent[Any], info: strawberry.Info) -> SearchSubject | None:
        return await resolvers.subject_of(info.context, root)


@strawberry.type
class SearchDay:
    """The searches of one day."""

    @strawberry.field(description="The day in UTC.")
    def day(root: strawberry.Parent[Any]) -> date:
        return root["day"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many there were; further pages are not counted.")
    def search_count(root: strawberry.Parent[Any]) -> int:
        return root["search_count"]  # type: ignore[no-any-return]

    @strawberry.field(description="Which share of them found nothing, 0 to 1.")
    def empty_share(root: strawberry.Parent[Any]) -> float:
        return root["empty_share"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many milliseconds half of them took at most.")
    def median_ms(root: strawberry.Parent[Any]) -> float:
        return root["median_ms"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many milliseconds 99 of 100 took at most.")
    def p99_ms(root: strawberry.Parent[Any]) -> float:
        return root["p99_ms"]  # type: ignore[no-any-return]


@strawberry.type
class TopQuery:
    """What many people looked for."""

    @strawberry.field(description="The query, in small letters.")
    def query(root: strawberry.Parent[Any]) -> str:
        return root["query"]  # type: ignore[no-any-return]

    @strawberry.field(description="How often.")
    def search_count(root: strawberry.Parent[Any]) -> int:
        return root["search_count"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many people.")
    def person_count(root: strawberry.Parent[Any]) -> int:
        return root["person_count"]  # type: ignore[no-any-return]

    @strawberry.field(description="Which share of these searches found nothing, 0 to 1.")
    def empty_share(root: strawberry.Parent[Any]) -> float:
        return root["empty_share"]  # type: ignore[no-any-return]


@strawberry.type
class SearchStatistics:
    """How search is used."""

    days: list[SearchDay] = strawberry.field(
        description="The days on which somebody searched, the last first."
    )
    top_queries: list[TopQuery] = strawberry.field(
        description=(
            "What at least 5 people looked for, unless the operator wants more of them; the most "
            "wanted first, at most 50. What fewer looked for is told to nobody."
        )
    )


@strawberry.type
class SearchQueries:
    """What can be looked for."""

    search: SearchConnection = resolve(resolvers.search, cost=_SEARCH)
    search_suggestions: list[SearchSuggestion] = resolve(resolvers.suggestions, cost=_SUGGESTIONS)
    search_statistics: SearchStatistics = resolve(
        searches.statistics, guard=guards.staff, cost=_SEARCH
    )
