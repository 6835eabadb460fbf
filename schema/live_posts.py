"""Live events of posts and comments, and of who follows whom."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import comments, messages, posts, profiles
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
