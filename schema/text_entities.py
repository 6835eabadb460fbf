"""What is recognised in the texts of posts and comments: mentions, hashtags and links."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import profiles, text_entities
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
    value: str = strawberry.field(
        name="tag",
        description="Without its sign, in the form in which equal ones are equal; see `posts`.",
    )


@strawberry.type
class Link:
    """A place in a text where an address of the web is."""

    offset: int = strawberry.field(description=_OFFSET)
    length: int = strawberry.field(description=_LENGTH)
    value: str = strawberry.field(
        name="url", description="The address, absolute, of http or https."
    )


@strawberry.type
class TextEntities:
    """What is recognised in the `content` of a post or a comment, besides mentions."""

    hashtags: list[Hashtag] = loaded(
        text_entities.hashtags_of,
        key="content",
        description="Its hashtags, in the order of the text, 50 at the most.",
    )
    links: list[Link] = loaded(
        text_entities.links_of,
        key="content",
        description="Its links, in the order of the text, 50 at the most.",
    )
