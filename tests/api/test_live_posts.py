"""Live events of posts, comments and follows: who is told, and who is not any more."""

from tests.api.test_comments import say
from tests.api.test_posts import share
from tests.support.live_events import next_event
from tests.support.sockets import connected

EVENTS = """subscription($after: String) { events(after: $after) { __typename cursor
  ... on PostCreated { post { content } }
  ... on PostEdited { post { content } }
  ... on PostDeleted { deletedPostId }
  ... on CommentAdded { comment { content } post { commentCount } }
  ... on CommentEdited { comment { content } }
  ... on CommentDeleted { deletedCommentId post { commentCount } }
  ... on FollowRequested { follower { displayName } followed { displayName } }
  ... on ProfileFollowed { follower { displayName } followed { displayName } }
  ... on ProfileUnfollowed { follower { displayName } followed { displayName } } } }"""


async def heard(application, person, after=None, *, until):
    """What somebody is told after a cursor, up to the first event of a type."""
    told = []
    async with connected(application, person.api.token) as socket:
        events = await socket.subscribe(EVENTS, after=after)
        while not told or told[-1]["__typename"] != until:
            told.append(await next_event(events))
    return told


async def begun(person):
    """The cursor from which on somebody is told."""
    return (await person.api.send("{ viewer { unreadCount } }")).extensions["cursor"]


def kinds(events):
    return [event["__typename"] for event in events]


async def test_posts_are_told_to_the_devices_of_their_author(application, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("followProfile", profileId=ada.id)
    cursors = {person: await begun(person) for person in (ada, bob)}
    post = await share(ada)
    await ada.api.done("editPost", postId=post["id"], content="Changed")
    told = await heard(application, ada, cursors[ada], until="PostEdited")
    assert kinds(told) == ["PostCreated", "PostEdited"]
    assert [event["post"]["content"] for event in told] == ["Changed", "Changed"]
    await ada.api.done("deletePost", postId=post["id"])
    (gone,) = await heard(application, ada, cursors[ada], until="PostDeleted")
    assert gone["deletedPostId"] == post["id"]
    await share(bob)
    assert kinds(await heard(application, bob, cursors[bob], until="PostCreated")) == [
        "PostCreated"
    ]


async def test_comments_are_told_to_whom_they_concern_and_who_can_read_them(application, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    cursors = {person: await begun(person) for person in (ada, bob, eve)}
    first = await say(bob, post, "b1")
    reply = await say(eve, post, "e1", replyToId=first["id"])
    await eve.api.done("editComment", commentId=reply["id"], content="e2")
    for person, count in ((ada, 2), (bob, 2), (eve, 1)):
        told = await heard(application, person, cursors[person], until="CommentEdited")
        assert kinds(told) == ["CommentAdded"] * count + ["CommentEdited"]
        assert told[-1]["comment"] == {"content": "e2"}
    await eve.api.done("blockProfile", profileId=bob.id)
    cursors = {person: await begun(person) for person in (ada, bob, eve)}
    await ada.api.done("deleteComment", commentId=reply["id"])
    await share(bob)
    assert kinds(await heard(application, bob, cursors[bob], until="PostCreated")) == [
        "PostCreated"
    ]


async def test_a_deleted_comment_is_told_by_its_id(application, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    post = await share(ada)
    first = await say(bob, post, "b1")
    cursor = await begun(ada)
    await bob.api.done("deleteComment", commentId=first["id"])
    (gone,) = await heard(application, ada, cursor, until="CommentDeleted")
    assert (gone["deletedCommentId"], gone["post"]) == (first["id"], {"commentCount": 0})


async def test_follows_are_told_to_both_and_their_end_to_who_ends_them(application, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await ada.api.done("setPreferences", approvesFollowers=True)
    cursors = {person: await begun(person) for person in (ada, bob)}
    await bob.api.done("followProfile", profileId=ada.id)
    await ada.api.done("acceptFollower", profileId=bob.id)
    for person in (ada, bob):
        told = await heard(application, person, cursors[person], until="ProfileFollowed")
        assert kinds(told) == ["FollowRequested", "ProfileFollowed"]
        names = {"follower": {"displayName": "Bob"}, "followed": {"displayName": "Ada"}}
        assert all(names.items() <= event.items() for event in told)
        cursors[person] = told[-1]["cursor"]
    await bob.api.done("unfollowProfile", profileId=ada.id)
    (ended,) = await heard(application, bob, cursors[bob], until="ProfileUnfollowed")
    assert ended["followed"] == {"displayName": "Ada"}
    await share(ada)
    assert kinds(await heard(application, ada, cursors[ada], until="PostCreated")) == [
        "PostCreated"
    ]
