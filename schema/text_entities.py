"""What is recognised in the texts of posts and comments: mentions, hashtags and links."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import profiles
from domain import text_entities
from domain.text_entities import Entity
from schema.building import loaded

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

MENTIONS = (
    "Who is mentioned in it, in the order of the text: `@` and the `handle` of somebody whom you "
    "may see. Handles of people who cannot read it, or are hidden from its author, are plain text."
)
_OFFSET = "Where it begins in `content`, in Unicode code points."
_LENGTH = "How long it is, in Unicode code points, its sign included."


@strawberry.type
class Mention:
    """A place in a text where a person is mentioned."""

    offset: int = strawberry.field(description=_OFFSET)
    length: int = strawberry.field(description=_LENGTH)
    profile: ProfileView | None = loaded(
        profiles.by_ids,
        key="profile_id",
        description="Who; null when they were hidden from you this very moment.",
    )


@strawberry.type
class Hashtag:
    """A place in a text where a hashtag is."""

    offset: int = strawberry.field(description=_OFFSET)
    length: int = strawberry.field(description=_LENGTH)
    tag: str = strawberry.field(
        description="Without its sign, in the form in which equal ones are equal; see `posts`."
    )


@strawberry.type
class Link:
    """A place in a text where an address of the web is."""

    offset: int = strawberry.field(description=_OFFSET)
    length: int = strawberry.field(description=_LENGTH)
    url: str = strawberry.field(description="The address, absolute, of http or https.")


@strawberry.type
class TextEntities:
    """What is recognised in the `content` of a post or a comment, besides mentions."""

    @strawberry.field(description="Its hashtags, in the order of the text, 50 at the most.")
    def hashtags(root: strawberry.Parent[Any]) -> list[Hashtag]:
        return [_hashtag(entity) for entity in text_entities.hashtags_in(root.content)]

    @strawberry.field(description="Its links, in the order of the text, 50 at the most.")
    def links(root: strawberry.Parent[Any]) -> list[Link]:
        return [_link(entity) for entity in text_entities.links_in(root.content)]


def _hashtag(entity: Entity) -> Hashtag:
    return Hashtag(offset=entity.offset, length=entity.length, tag=entity.value)


def _link(entity: Entity) -> Link:
    return Link(offset=entity.offset, length=entity.length, url=entity.value)
