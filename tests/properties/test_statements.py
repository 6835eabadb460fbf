"""Lists of people cost the same statements however long they are."""

from domain import blocks, likes
from matching.indexing import index_profiles
from tests.support.statements import statements_of

PERSON = """profile { id displayName age city lastActive distance { atLeast atMost } prompts { id }
  companions { id } posts(first: 2) { totalCount nodes { content } } }"""
DECISIONS = f"totalCount nodes {{ kind status decidedAt {PERSON} }}"
LISTS = {
    "deck": f"deck {{ totalCount nodes {{ score reasons {{ text }} {PERSON} }} }}",
    "matches": f"""matches {{ totalCount nodes {{ id status {PERSON} conversation {{
      id unreadCount lastMessage {{ text }} other {{ id }}
      members {{ nodes {{ readPosition }} }} }} }} }}""",
    "likesGiven": f"likesGiven {{ {DECISIONS} }}",
    "passesGiven": f"passesGiven {{ {DECISIONS} }}",
    "blockedProfiles": "blockedProfiles { totalCount nodes { profileId displayName } }",
}


async def settle(people, services, ada, number):
    """Give somebody people for each of their lists, as many as wanted."""
    undecided = []
    for _ in range(number):
        matched, passed, blocked, other = [await people.join() for _ in range(4)]
        undecided.append(other.key)
        async with services.database.write() as tx:
            await likes.like_profile(tx, matched.viewer, profile_id=ada.key)
            await likes.like_profile(tx, ada.viewer, profile_id=matched.key)
            await likes.pass_profile(tx, ada.viewer, profile_id=passed.key)
            await blocks.block_profile(tx, ada.viewer, profile_id=blocked.key)
    await index_profiles(services.database, services.vectors, services.embedder, undecided)
    await services.decks.forget(ada.key)


async def cost_of(person, selection):
    """The length of a list and the statements that asking for it takes."""
    found = {}

    async def ask():
        answer = await person.api.ask(f"{{ viewer {{ {selection} }} }}")
        found.update(*answer["viewer"].values())

    texts = await statements_of(ask())
    assert found["totalCount"] == len(found["nodes"])
    return len(found["nodes"]), sorted(texts)


async def test_three_and_twelve_people_take_the_same_statements(people, services):
    ada = await people.join()
    await settle(people, services, ada, 3)
    of_three = {name: await cost_of(ada, selection) for name, selection in LISTS.items()}
    await settle(people, services, ada, 9)
    of_twelve = {name: await cost_of(ada, selection) for name, selection in LISTS.items()}
    for name in LISTS:
        assert (of_three[name][0], of_twelve[name][0]) == (3, 12)
        assert of_three[name][1] == of_twelve[name][1], name
