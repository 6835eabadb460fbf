"""Live events of posts and comments, and of who follows whom."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import comments, messages, posts, profiles
from resolvers import ids
from schema.building import loaded
from schema.live import LiveEvent, live_event

if TYPE_CHECKING:
    from schema.comments import Comment
    from schema.messages import Message
    from schema.posts import Post
    from schema.profiles import Profile

CommentView = Annotated["Comment", strawberry.lazy("schema.comments")]
MessageView = Annotated["Message", strawberry.lazy("schema.messages")]
PostView = Annotated["Post", strawberry.lazy("schema.posts")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@live_event
class PostCreated(LiveEvent):
    """You shared a post, on this device or another."""

    post: PostView | None = loaded(posts.by_ids, key="post_id", description="The new post.")


@live_event
class PostEdited(LiveEvent):
    """You changed a post of yours, on this device or another."""

    post: PostView | None = loaded(
        posts.by_ids, key="post_id", description="The post, as it is now."
    )


@live_event
class PostDeleted(LiveEvent):
    """You took back a post of yours, on this device or another, with all that was said to it."""

    @strawberry.field(description="The id that it had.")
    def deleted_post_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Post", root.post_id))


@live_event
class CommentAdded(LiveEvent):
    """Somebody said something to a post of yours, answered a comment of yours, or you did."""

    comment: CommentView | None = loaded(
        comments.by_ids, key="comment_id", description="The comment, as it is now."
    )
    post: PostView | None = loaded(
        posts.by_ids, key="post_id", description="What it was said to, as it is now."
    )


@live_event
class CommentEdited(LiveEvent):
    """A comment of which you were told is changed, or one of yours."""

    comment: CommentView | None = loaded(
        comments.by_ids, key="comment_id", description="The comment, as it is now."
    )


@live_event
class CommentDeleted(LiveEvent):
    """A comment of which you were told is gone, or one of yours, with the replies to it."""

    @strawberry.field(description="The id that it had.")
    def deleted_comment_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Comment", root.comment_id))

    post: PostView | None = loaded(
        posts.by_ids, key="post_id", description="What it was said to, as it is now."
    )


@live_event
class FollowRequested(LiveEvent):
    """Somebody asks to follow you, or you asked to follow somebody."""

    follower: ProfileView | None = loaded(
        profiles.by_ids, key="follower_id", description="Who asks."
    )
    followed: ProfileView | None = loaded(
        profiles.by_ids, key="followed_id", description="Whom they ask."
    )


@live_event
class ProfileFollowed(LiveEvent):
    """Somebody follows you from now on, or you follow somebody, accepted where that is needed."""

    follower: ProfileView | None = loaded(
        profiles.by_ids, key="follower_id", description="Who follows."
    )
    followed: ProfileView | None = loaded(
        profiles.by_ids, key="followed_id", description="Whom they follow."
    )


@live_event
class ProfileUnfollowed(LiveEvent):
    """You stopped following somebody, or let somebody not follow you; the other is not told so.

    Where they have a notification of the follow, `NotificationsChanged` takes it off their list.
    """

    follower: ProfileView | None = loaded(
        profiles.by_ids, key="follower_id", description="Who follows no more."
    )
    followed: ProfileView | None = loaded(
        profiles.by_ids, key="followed_id", description="Whom they followed."
    )


@live_event
class ReactionChanged(LiveEvent):
    """Somebody put an emoji to a message, a post or a comment, or took it back.

    You are told of the messages in your conversations, and of your posts and comments; and of what
    you do on your other devices. One of `message`, `post` and `comment` is what it is about.
    """

    message: MessageView | None = loaded(
        messages.by_ids,
        key="message_id",
        description="The message with all its reactions, as they are now.",
    )
    post: PostView | None = loaded(
        posts.by_ids,
        key="post_id",
        description="The post with all its reactions, as they are now.",
    )
    comment: CommentView | None = loaded(
        comments.by_ids,
        key="comment_id",
        description="The comment with all its reactions, as they are now.",
    )
    reactor: ProfileView | None = loaded(profiles.by_ids, key="reactor_id", description="Who did.")
    emoji: str = strawberry.field(description="The emoji.")
    is_added: bool = strawberry.field(description="Whether it was put rather than taken back.")
