"""Notifications of comments, replies and follows through the API."""

from tests.api.test_comments import say
from tests.api.test_notifications import kinds_of, listed
from tests.api.test_posts import share
from tests.support.conversations import write
from tests.support.notifications import all_told


async def told(services, person):
    """What somebody is told that they have not read, each with its sentence."""
    await all_told(services)
    answer = await listed(person, unreadOnly=True)
    nodes = answer["notifications"]["nodes"]
    assert answer["unreadNotificationCount"] == len(nodes)
    return {node["kind"]: node["text"] for node in nodes}


async def test_comments_count_up_in_one_notification_of_their_post(services, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    await say(ada, post, "of my own")
    first = await say(bob, post, "b1")
    assert await told(services, ada) == {"COMMENT": "Bob commented on your post"}
    for person in (bob, eve):
        await say(person, post, "again")
    await say(eve, post, "an answer", replyToId=first["id"])
    assert await told(services, ada) == {
        "COMMENT": "4 new comments on your post, the latest by Eve"
    }
    (node,) = (await listed(ada))["notifications"]["nodes"]
    assert node["subject"] == {"__typename": "Post", "id": post["id"]}
    await ada.api.done("markNotificationRead", notificationId=node["id"])
    await say(bob, post, "b2")
    assert await told(services, ada) == {"COMMENT": "Bob commented on your post"}
    assert await kinds_of(ada) == ["COMMENT", "COMMENT"]
    assert await kinds_of(bob) == ["REPLY"]


async def test_who_is_replied_to_is_told_of_that_alone(services, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    post = await share(ada)
    mine, theirs = await say(ada, post, "a1"), await say(bob, post, "b1")
    await all_told(services)
    await ada.api.done("markAllNotificationsRead")
    await say(ada, post, "of my own", replyToId=mine["id"])
    for content in ("b2", "b3"):
        await say(bob, post, content, replyToId=mine["id"])
    await say(ada, post, "a2", replyToId=theirs["id"])
    assert await told(services, bob) == {"REPLY": "Ada replied to your comment"}
    assert await told(services, ada) == {
        "REPLY": "2 new replies to your comment, the latest by Bob"
    }
    node, *_ = (await listed(ada, unreadOnly=True))["notifications"]["nodes"]
    assert node["subject"] == {"__typename": "Comment", "id": mine["id"]}


async def test_what_was_taken_back_or_is_not_readable_any_more_is_not_told(services, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    comment = await say(bob, post, "b1")
    await say(eve, post, "e1", replyToId=comment["id"])
    assert set(await told(services, bob)) == {"REPLY"}
    await ada.api.done("editPost", postId=post["id"], audience="FOLLOWERS")
    assert await told(services, bob) == {}
    await ada.api.done("deletePost", postId=post["id"])
    post = await share(ada)
    comment = await say(bob, post, "b1")
    await say(eve, post, "e1", replyToId=comment["id"])
    assert set(await told(services, bob)) == {"REPLY"}
    assert set(await told(services, ada)) == {"COMMENT"}
    await ada.api.done("blockProfile", profileId=eve.id)
    assert await told(services, ada) == {}
    await ada.api.done("unblockProfile", profileId=eve.id)
    assert set(await told(services, ada)) == {"COMMENT"}
    await bob.api.done("deleteComment", commentId=comment["id"])
    assert await told(services, ada) == await told(services, bob) == {}
    await say(eve, post, "e2")
    await eve.api.done("blockProfile", profileId=ada.id)
    assert await told(services, ada) == {}


async def test_who_is_followed_is_told_and_not_when_it_is_over(services, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("followProfile", profileId=ada.id)
    assert await told(services, ada) == {"FOLLOWED": "Bob follows you"}
    (node,) = (await listed(ada))["notifications"]["nodes"]
    assert node["subject"] == {"__typename": "Profile", "id": bob.id}
    await bob.api.done("unfollowProfile", profileId=ada.id)
    assert await told(services, ada) == await told(services, bob) == {}


async def test_who_approves_followers_is_told_of_requests_and_they_of_the_answer(services, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    await ada.api.done("setPreferences", approvesFollowers=True)
    for person in (bob, eve):
        await person.api.done("followProfile", profileId=ada.id)
    await all_told(services)
    assert await kinds_of(ada) == ["FOLLOW_REQUESTED"] * 2
    await ada.api.done("acceptFollower", profileId=bob.id)
    assert await told(services, ada) == {"FOLLOW_REQUESTED": "Eve would like to follow you"}
    assert await told(services, bob) == {"FOLLOW_ACCEPTED": "Ada lets you follow them"}
    await ada.api.done("removeFollower", profileId=eve.id)
    assert await told(services, ada) == await told(services, eve) == {}
    await ada.api.done("removeFollower", profileId=bob.id)
    assert await told(services, bob) == {}


async def test_who_answers_before_the_job_comes_is_not_told_of_the_request(services, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await ada.api.done("setPreferences", approvesFollowers=True)
    await bob.api.done("followProfile", profileId=ada.id)
    await ada.api.done("acceptFollower", profileId=bob.id)
    assert await told(services, ada) == {}
    assert set(await told(services, bob)) == {"FOLLOW_ACCEPTED"}


async def test_hiding_a_conversation_reads_what_is_told_of_it(services, pair):
    ada, bob, key = pair
    await write(ada, key, "hello")
    assert set(await told(services, bob)) == {"MESSAGE"}
    await bob.api.done("hideConversation", conversationId=key)
    assert await told(services, bob) == {}
    await write(ada, key, "again")
    await bob.api.done("hideConversation", conversationId=key)
    assert await told(services, bob) == {}
    await write(ada, key, "hello?")
    assert await told(services, bob) == {"MESSAGE": "3 new messages from Ada"}


async def test_who_is_mentioned_is_told_once(services, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    for person, handle in ((ada, "ada_told"), (bob, "bob_told"), (eve, "eve_told")):
        await person.api.done("setHandle", handle=handle)
    post = await share(ada, "@bob_told @ada_told @bob_told")
    assert await told(services, bob) == {"MENTIONED_IN_POST": "Ada mentioned you in a post"}
    (node,) = (await listed(bob))["notifications"]["nodes"]
    assert node["subject"] == {"__typename": "Post", "id": post["id"]}
    await bob.api.done("markAllNotificationsRead")
    await ada.api.done("editPost", postId=post["id"], content="@bob_told and @eve_told")
    assert await told(services, bob) == {}
    assert await told(services, eve) == {"MENTIONED_IN_POST": "Ada mentioned you in a post"}
    assert await told(services, ada) == {}
    await ada.api.done("editPost", postId=post["id"], content="Nobody")
    assert (await listed(eve))["notifications"]["nodes"] == []
    first = await say(bob, post, "@ada_told and @eve_told")
    assert await told(services, ada) == {"COMMENT": "Bob commented on your post"}
    assert await told(services, eve) == {"MENTIONED_IN_COMMENT": "Bob mentioned you in a comment"}
    await say(ada, post, "@eve_told", replyToId=first["id"])
    await told(services, eve)
    assert await kinds_of(eve) == ["MENTIONED_IN_COMMENT", "MENTIONED_IN_COMMENT"]
    await bob.api.done("blockProfile", profileId=eve.id)
    assert await kinds_of(eve) == []


async def test_reactions_count_people_in_one_notification(services, people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    comment = await say(ada, post, "a1")
    for subject, kind, noun in (
        (post, "REACTION_TO_POST", "post"),
        (comment, "REACTION_TO_COMMENT", "comment"),
    ):
        for person in (ada, bob, eve):
            for emoji in "\N{GRINNING FACE}\N{PARTY POPPER}":
                await person.api.done("react", subjectId=subject["id"], emoji=emoji)
        latest = f"2 people reacted to your {noun}, the latest is Eve"
        assert (await told(services, ada))[kind] == latest
    await ada.api.done("markAllNotificationsRead")
    await bob.api.done("react", subjectId=post["id"], emoji="\N{PERSON WITH FOLDED HANDS}")
    assert await told(services, ada) == {"REACTION_TO_POST": "Bob reacted to your post"}
    await ada.api.done("markAllNotificationsRead")
    for person in (bob, eve):
        await person.api.done("blockProfile", profileId=ada.id)
    assert await told(services, ada) == {}
    assert await kinds_of(ada) == []


async def test_a_reaction_that_was_taken_back_is_not_told(services, people):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    post = await share(ada)
    for mutation in ("react", "removeReaction"):
        await bob.api.done(mutation, subjectId=post["id"], emoji="\N{PARTY POPPER}")
    assert await told(services, ada) == {}


CHANGED = "SELECT body FROM facts WHERE kind = 'NotificationsChanged' ORDER BY fact_id"


async def told_gone(database):
    """Of how many notifications it was told that they are to be looked at again."""
    async with database.write() as tx:
        bodies = await tx.connection.fetch(CHANGED)
        await tx.connection.execute("DELETE FROM facts WHERE kind = 'NotificationsChanged'")
    return sum(len(row["body"]["notification_ids"]) for row in bodies)


async def test_reactions_taken_back_leave_those_who_still_react(services, people, database):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    comment = await say(ada, post, "a1")
    for subject, kind, noun in (
        (post, "REACTION_TO_POST", "post"),
        (comment, "REACTION_TO_COMMENT", "comment"),
    ):
        reacting = {"subjectId": subject["id"], "emoji": "\N{PARTY POPPER}"}
        for person in (bob, eve):
            await person.api.done("react", **reacting)
        assert "2 people" in (await told(services, ada))[kind]
        await eve.api.done("removeReaction", **reacting)
        assert await kinds_of(ada) == [], "hidden until it names another"
        assert await told(services, ada) == {kind: f"Bob reacted to your {noun}"}
        assert await told_gone(database) == 2
        await ada.api.done("markAllNotificationsRead")
        await eve.api.done("react", **reacting)
        assert await told(services, ada) == {kind: f"Eve reacted to your {noun}"}
        for person in (bob, eve):
            await person.api.done("removeReaction", **reacting)
        assert await told(services, ada) == {}
        assert await kinds_of(ada) == []
        assert await told_gone(database) >= 2


async def test_comments_taken_back_leave_those_that_are_there(services, people, database):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    mine = await say(ada, post, "a1")
    for kind, above in (("COMMENT", {}), ("REPLY", {"replyToId": mine["id"]})):
        first, second = [await say(person, post, "Well", **above) for person in (bob, eve)]
        assert "2 new" in (await told(services, ada))[kind]
        await eve.api.done("deleteComment", commentId=second["id"])
        left = await told(services, ada)
        assert "Bob" in left[kind]
        assert "2" not in left[kind]
        assert await told_gone(database) == 2
        await bob.api.done("deleteComment", commentId=first["id"])
        assert await told(services, ada) == {}
        assert await told_gone(database) == 1


async def test_what_goes_with_a_post_or_an_edit_is_told_to_whom_it_concerned(
    services, people, database
):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("setHandle", handle="bob_gone")
    post = await share(ada, "@bob_gone")
    comment = await say(bob, post, "b1")
    await ada.api.done("react", subjectId=comment["id"], emoji="\N{PARTY POPPER}")
    assert set(await told(services, bob)) == {"MENTIONED_IN_POST", "REACTION_TO_COMMENT"}
    await ada.api.done("editPost", postId=post["id"], content="Nobody")
    assert await told_gone(database) == 1
    await ada.api.done("deletePost", postId=post["id"])
    assert await told_gone(database) == 3, "also of the comment, and the one that Ada has"
    assert await told(services, bob) == await told(services, ada) == {}


async def test_who_was_told_long_ago_is_not_told_again_by_an_edit(services, people, database):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    for person, handle in ((bob, "bob_old"), (eve, "eve_new")):
        await person.api.done("setHandle", handle=handle)
    post = await share(ada, "@bob_old")
    comment = await say(ada, post, "@bob_old")
    await all_told(services)
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM notifications")
    await ada.api.done("editPost", postId=post["id"], content="@bob_old @eve_new")
    await ada.api.done("editComment", commentId=comment["id"], content="@bob_old @eve_new")
    assert await told(services, bob) == {}
    assert set(await told(services, eve)) == {"MENTIONED_IN_POST", "MENTIONED_IN_COMMENT"}
