"""Posts: what people share."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import comments, media, mentions, profiles, reactions
from domain.posts import PostAudience, PostKind
from domain.refusals import InvalidInput, NotAllowed, NotFound
from persistence import models
from resolvers import posts as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.comments import Comment
from schema.connections import Connection
from schema.media import Media
from schema.reactions import REACTIONS, Reactable, Reaction
from schema.scalars import shown_enum
from schema.text_entities import MENTIONS, Mention, TextEntities

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    PostKind,
    POST="A text, with up to 10 images and videos.",
    REEL="One short video, with a text or without; see `reels`.",
)
shown_enum(
    PostAudience,
    EVERYONE="Everybody who may see the author.",
    FOLLOWERS="Who follows the author.",
    MATCHES="Who has matched with the author.",
)


@view_of(models.Post)
class Post(TextEntities, Reactable):
    """What a person shares with those who may see them, or with a circle of these."""

    kind: PostKind = strawberry.field(description="What it is.")
    content: str = strawberry.field(
        description="The text, up to 5,000 characters; empty where it is media alone."
    )
    audience: PostAudience = strawberry.field(description="For whom it is.")
    created_at: datetime = strawberry.field(description="When it was shared.")
    edited_at: datetime | None = strawberry.field(
        description="When the text or the media were last changed; null when they never were."
    )
    author: ProfileView | None = loaded(
        profiles.by_ids, key="author_id", description="Who wrote it."
    )
    media: list[Media] = loaded(
        media.of_posts,
        key="post_id",
        description="Its images and videos, in the order that the author gave; all are READY.",
    )
    mentions: list[Mention] = loaded(mentions.of_posts, key="post_id", description=MENTIONS)
    comment_count: int = loaded(
        comments.counts_of_posts,
        key="post_id",
        description="How many comments you can read, replies among them.",
    )
    comments: Connection[Comment] = loaded(
        comments.of_post,
        key="post_id",
        description="What was said to it, the oldest first; answers to that are its `replies`.",
    )
    reactions: list[Reaction] = loaded(reactions.of_posts, key="post_id", description=REACTIONS)


@strawberry.input
class CreatePostInput(MutationInput):
    """What `createPost` needs."""

    content: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The text, 1 to 5,000 characters; it may be missing where there are media.",
    )
    kind: PostKind | None = strawberry.field(
        default=strawberry.UNSET, description="What it is; POST if unsaid."
    )
    audience: PostAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is; EVERYONE if unsaid."
    )
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Images and videos of yours that are READY and used nowhere else, up to 10, in this "
            "order; for a reel exactly one video, of a bounded length (90 seconds unless the app "
            "says otherwise)."
        ),
    )


@strawberry.type
class CreatePostSuccess:
    """It is shared."""

    post: Post = strawberry.field(description="The new post.")


@strawberry.input
class EditPostInput(MutationInput):
    """What `editPost` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post, which must be yours.")
    content: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The text, 1 to 5,000 characters; it may be empty where there are media.",
    )
    audience: PostAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is."
    )
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "All its images and videos from now on, in this order: those that it keeps, and new "
            "ones as `createPost` takes them; none are left of an empty list."
        ),
    )


@strawberry.type
class EditPostSuccess:
    """The post is like this now."""

    post: Post = strawberry.field(description="The post.")


@strawberry.input
class DeletePostInput(MutationInput):
    """What `deletePost` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post, which must be yours.")


@strawberry.type
class DeletePostSuccess:
    """The post is gone."""

    deleted_post_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class PostQueries:
    """What can be asked about posts."""

    post: Post | None = resolve(resolvers.post)
    posts: Connection[Post] = resolve(resolvers.tagged)
    reels: Connection[Post] = resolve(resolvers.reels)


@strawberry.type
class PostMutations:
    """What can be done with posts."""

    create_post = mutation(
        resolvers.create_post,
        input=CreatePostInput,
        returns=CreatePostSuccess,
        refuses=(InvalidInput, NotFound, NotAllowed),
    )
    edit_post = mutation(
        resolvers.edit_post,
        input=EditPostInput,
        returns=EditPostSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    delete_post = mutation(
        resolvers.delete_post,
        input=DeletePostInput,
        returns=DeletePostSuccess,
        refuses=(NotFound, NotAllowed),
    )
