"""Mentions, hashtags and links of posts and comments through the API, and handles."""

import asyncio
from collections import Counter

from tests.support.contents import unchanged

ENTITIES = """content hashtags { offset length tag } links { offset length url }
  mentions { offset length profile { id handle } }"""
POST = f"post {{ id {ENTITIES} }}"
NODE = f"""query($id: ID!) {{ node(id: $id) {{
  ... on Post {{ {ENTITIES} }} ... on Comment {{ {ENTITIES} }} }} }}"""
TAGGED = """query($tag: String!, $first: Int, $after: String) {
  posts(hashtag: $tag, first: $first, after: $after) {
    totalCount pageInfo { endCursor } nodes { id } } }"""


async def named(people, *names):
    """People who have handles."""
    joined = [await people.join(name) for name in names]
    for person, name in zip(joined, names, strict=True):
        await person.api.done("setHandle", handle=name)
    return joined


async def share(person, content, **more):
    return (await person.api.done("createPost", POST, content=content, **more))["post"]


async def say(person, post, content, **more):
    answer = await person.api.done(
        "addComment", f"comment {{ id {ENTITIES} }}", postId=post["id"], content=content, **more
    )
    return answer["comment"]


async def mentioned(person, thing):
    found = (await person.api.ask(NODE, id=thing["id"]))["node"]
    return [each["profile"]["handle"] for each in found["mentions"]]


async def tagged(person, tag, **page):
    found = (await person.api.ask(TAGGED, tag=tag, **page))["posts"]
    return [node["id"] for node in found["nodes"]]


async def test_what_a_text_names_is_told_with_its_places(people):
    ada, bob = await named(people, "ada_places", "bob_places")
    text = "\N{GRINNING FACE} @Bob_Places: #T\u00e9a at https://example.org/x."
    post = await share(ada, text)
    assert post["mentions"] == [
        {"offset": 2, "length": 11, "profile": {"id": bob.id, "handle": "bob_places"}}
    ]
    assert post["hashtags"] == [{"offset": 15, "length": 4, "tag": "t\u00e9a"}]
    (link,) = post["links"]
    place = slice(link["offset"], link["offset"] + link["length"])
    assert text[place] == link["url"] == "https://example.org/x"
    comment = await say(bob, post, text)
    assert {**comment, "id": post["id"]} == post
    edited = await ada.api.done("editPost", POST, postId=post["id"], content="@ada_places #other")
    assert [each["profile"]["id"] for each in edited["post"]["mentions"]] == [ada.id]
    assert await tagged(bob, "t\u00e9a") == []
    assert await tagged(bob, "#OTHER") == [post["id"]]
    changed = await bob.api.done(
        "editComment", f"comment {{ {ENTITIES} }}", commentId=comment["id"], content="Nobody"
    )
    assert changed["comment"]["mentions"] == []


async def test_who_cannot_read_it_or_is_hidden_is_plain_text(people):
    ada, bob, eve, dan = await named(people, "ada_plain", "bob_plain", "eve_plain", "dan_plain")
    bare = await people.join("bare", onboarded=False)
    await bare.api.done("setHandle", handle="bare_plain")
    await bob.api.done("followProfile", profileId=ada.id)
    await dan.api.done("blockProfile", profileId=ada.id)
    text = "@bob_plain @eve_plain @dan_plain @nobody_plain @bare_plain"
    post = await share(ada, text, audience="FOLLOWERS")
    assert await mentioned(ada, post) == ["bob_plain"]
    comment = await say(ada, post, text)
    assert await mentioned(bob, comment) == ["bob_plain"]
    open_ = await share(ada, text)
    assert await mentioned(ada, open_) == ["bob_plain", "eve_plain"]
    reply_to = await say(bob, open_, "Well")
    await bob.api.done("blockProfile", profileId=eve.id)
    reply = await say(ada, open_, text, replyToId=reply_to["id"])
    assert await mentioned(ada, reply) == ["bob_plain"]
    assert await mentioned(bob, open_) == ["bob_plain"]
    whole = await share(ada, text, audience="FOLLOWERS")
    edited = await ada.api.done("editPost", POST, postId=whole["id"], audience="EVERYONE")
    assert len(edited["post"]["mentions"]) == 2


async def test_posts_are_listed_by_tag_as_far_as_they_are_for_one(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    first = await share(ada, "#Stra\u00dfe #strasse")
    await share(ada, "#strasse", audience="MATCHES")
    await share(ada, "#strassen")
    second = await share(bob, "On the #STRASSE")
    assert await tagged(eve, "strasse") == [second["id"], first["id"]]
    page = (await eve.api.ask(TAGGED, tag="#strasse", first=1))["posts"]
    assert page["totalCount"] == 2
    rest = await tagged(eve, "strasse", after=page["pageInfo"]["endCursor"])
    assert rest == [first["id"]]
    await bob.api.done("blockProfile", profileId=eve.id)
    assert await tagged(eve, "strasse") == [first["id"]]
    await ada.api.done("deletePost", postId=first["id"])
    assert await tagged(eve, "strasse") == []
    for wrong in ("", "#", "two words", "1", "x" * 101, "\u0000"):
        answer = await eve.api.send(TAGGED, tag=wrong)
        assert answer.codes == ["INVALID_INPUT"]


async def test_a_handle_is_one_persons_in_any_case_of_letters(people, database):
    ada, bob = [await people.join() for _ in range(2)]
    taking = [person.api.do("setHandle", handle="The_One") for person in (ada, bob)]
    answers = Counter(each["__typename"] for each in await asyncio.gather(*taking))
    assert answers == {"SetHandleSuccess": 1, "Conflict": 1}
    shown = "profile { handle }"
    handle = f"query($id: ID!) {{ {shown.replace('profile', 'profile(id: $id)')} }}"
    owner, other = ada, bob
    if (await ada.api.ask(handle, id=ada.id))["profile"]["handle"] is None:
        owner, other = bob, ada
    async with unchanged(database):
        refused = await other.api.do("setHandle", handle="the_one")
        assert refused["code"] == "HANDLE_TAKEN"
        await owner.api.done("setHandle", handle="@The_One")
        for wrong in ("", "ab", "x" * 31, "a b", "\u00e4da", "a-b", "@@abc"):
            refused = await other.api.do("setHandle", handle=wrong)
            assert [field["path"] for field in refused["fields"]] == ["handle"]
    again = await owner.api.done("setHandle", shown, handle="the_ONE")
    assert again["profile"]["handle"] == "the_ONE"
    assert (await owner.api.done("setHandle", shown))["profile"]["handle"] is None
    await other.api.done("setHandle", handle="the_one")
    await owner.api.done("blockProfile", profileId=other.id)
    assert (await owner.api.ask(handle, id=other.id))["profile"] is None
