"""Nearby people: who is about here."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from execution.cost import DECLARED
from persistence.pages import MOST_COUNTED
from resolvers import nearby_people as resolvers
from schema.building import resolve
from schema.connections import Connection

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class NearbyPeopleConnection(Connection[ProfileView]):
    """A page of the people around you."""

    @strawberry.field(
        description="How many people the whole list has, counted up to 1,000; costs as many.",
        # They are looked for and judged as those of a page are.
        metadata={DECLARED: MOST_COUNTED},
    )
    async def total_count(root: strawberry.Parent[Any]) -> int:
        return await root.total()  # type: ignore[no-any-return]


@strawberry.type
class NearbyPeopleQueries:
    """What can be asked about who is about here."""

    nearby_people: NearbyPeopleConnection | None = resolve(resolvers.nearby_people)
