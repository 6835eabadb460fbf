"""Messages as a property: after any history, the API shows what a model of it says."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import messages, reactions
from domain.reactions import Subject
from domain.refusals import NotAllowed, NotFound
from tests.support.conversations import global_id, matched

EMOJI = "😀🎉"
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["send", "send", "reply", "edit", "delete", "react", "unreact"]),
        st.integers(0, 1),
        st.integers(1, 6),
        st.sampled_from(EMOJI),
    ),
    max_size=20,
)
SNAPSHOT = """query($id: ID!) { conversation(id: $id) { unreadCount
  messages(last: 100) { nodes { position text isEdited isDeleted replyTo { position }
    reactions { emoji count viewerReacted } } }
  search(query: "said", first: 100) { totalCount nodes { message { position } } } } }"""


class Model:
    """What a history leaves behind."""

    def __init__(self):
        self.messages = []

    def send(self, who, text, reply_to=None):
        self.messages.append(
            {"sender": who, "text": text, "edited": False, "reply_to": reply_to, "put": {}}
        )

    def is_there(self, position):
        return position <= len(self.messages) and self.messages[position - 1]["text"] is not None

    def snapshot(self, who):
        """What somebody sees, as the API says it, the newest first."""
        return [
            {
                "position": position,
                "text": each["text"],
                "isEdited": each["edited"],
                "isDeleted": each["text"] is None,
                "replyTo": {"position": each["reply_to"]}
                if each["reply_to"] and self.is_there(each["reply_to"])
                else None,
                "reactions": {
                    emoji: (len(people), who in people)
                    for emoji, people in each["put"].items()
                    if people
                },
            }
            for position, each in reversed(list(enumerate(self.messages, 1)))
        ]


class Talk:
    """Two people who do what a history says, and the model that does it too."""

    def __init__(self, database, pair, key):
        self.database, self.pair, self.key = database, pair, key
        self.model, self.ids = Model(), []

    async def act(self, act, who, position, emoji):
        """Do it in the database; in the model too, where it is allowed."""
        number = len(self.model.messages) + 1
        message = self.model.messages[position - 1] if position < number else None
        if act == "send" or message is None:
            await self.write(who, f"said {number}")
        elif act == "reply":
            if await self.write(who, f"said {number}", position):
                assert self.model.is_there(position)
        elif await self.change(act, who, position, emoji):
            if act == "edit":
                message.update(text=f"said by {who} again {emoji}", edited=True)
            elif act == "delete":
                message.update(text=None, edited=False, reply_to=None, put={})
            elif act == "react":
                message["put"].setdefault(emoji, set()).add(who)
            else:
                message["put"].get(emoji, set()).discard(who)

    async def write(self, who, text, reply_to=None):
        quoted = None if reply_to is None else self.ids[reply_to - 1]
        try:
            async with self.database.write() as tx:
                sent = await messages.send_message(
                    tx,
                    self.pair[who].viewer,
                    conversation_id=self.key,
                    text=text,
                    reply_to_id=quoted,
                )
        except NotFound:
            assert not self.model.is_there(reply_to)
            return False
        self.ids.append(sent.message_id)
        self.model.send(who, text, reply_to)
        return True

    async def change(self, act, who, position, emoji):
        """Say whether it was allowed."""
        viewer, key = self.pair[who].viewer, {"message_id": self.ids[position - 1]}
        subject = {"subject": Subject.MESSAGE, "subject_id": key["message_id"]}
        message = self.model.messages[position - 1]
        is_own, is_there = message["sender"] == who, message["text"] is not None
        allowed = {
            "edit": is_own and is_there,
            "delete": is_own,
            "react": is_there,
            "unreact": True,
        }[act]
        text = f"said by {who} again {emoji}"
        try:
            async with self.database.write() as tx:
                if act == "edit":
                    within = timedelta(hours=1)
                    await messages.edit_message(tx, viewer, **key, text=text, within=within)
                elif act == "delete":
                    await messages.delete_message(tx, viewer, **key)
                elif act == "react":
                    await reactions.react(tx, viewer, **subject, emoji=emoji)
                else:
                    await reactions.remove_reaction(tx, viewer, **subject, emoji=emoji)
        except NotAllowed:
            assert not allowed
            return False
        assert allowed
        return True


@settings(
    max_examples=100 if settings.get_current_profile_name() == "nightly" else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_the_api_shows_what_any_history_leaves(database, people, acts):
    pair = [await people.join(), await people.join()]
    conversation = await matched(database, pair[0].key, pair[1].key)
    talk = Talk(database, pair, conversation.conversation_id)
    for act in acts:
        await talk.act(*act)
    for who, person in enumerate(pair):
        found = (await person.api.ask(SNAPSHOT, id=global_id(conversation)))["conversation"]
        shown = [
            each
            | {
                "reactions": {
                    put["emoji"]: (put["count"], put["viewerReacted"]) for put in each["reactions"]
                }
            }
            for each in found["messages"]["nodes"]
        ]
        assert shown == talk.model.snapshot(who)
        there = [each["position"] for each in shown if each["text"] is not None]
        assert [node["message"]["position"] for node in found["search"]["nodes"]] == there
        assert found["search"]["totalCount"] == len(there)
        unread = [
            each
            for each in talk.model.messages
            if each["sender"] != who and each["text"] is not None
        ]
        assert found["unreadCount"] == len(unread)
