"""The ledger: every send that was acknowledged, against what each listener was told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Message:
    """A message, as its sender or a listener was told of it.

    Attributes:
        text: what tells it from all others; it begins with the sender's name and its number.
        message_id: its global id.
        conversation: the global id of where it was written.
        position: its number within the conversation, from 1.
    """

    text: str
    message_id: str
    conversation: str
    position: int


@dataclass(frozen=True, slots=True)
class Send:
    """An attempt to send, which may have been repeated.

    Attributes:
        text: of the message.
        conversation: where.
        sender: whose; a sender begins nothing before the last attempt has ended.
    """

    text: str
    conversation: str
    sender: str


@dataclass(slots=True)
class Heard:
    """What one listener was told.

    Attributes:
        name: of the listener.
        kind: how it listens; listeners of a kind share a line of the table.
        inbox: whose messages it was told.
        conversations: those of which it has to be told everything.
        messages: in the order in which it was told.
        gaps: how many gaps the server owned up to.
        resumptions: how often it connected again.
    """

    name: str
    kind: str
    inbox: str
    conversations: Collection[str]
    messages: list[Message] = field(default_factory=list)
    gaps: int = 0
    resumptions: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong with what a listener was told.

    Attributes:
        due: how many acknowledged messages it had to be told.
        heard: how many messages it was told.
        lost: acknowledged messages that it was not told.
        twice: messages that it was told again, also under another id.
        disorder: messages told after one that is later, in the conversation, for their
            sender, or for the other listeners of the same inbox.
        gaps: positions that are missing below the last of a conversation, and gaps told.
        strange: messages that nobody sent there, or that differ from their acknowledgement.
        resumptions: how often the listener connected again.
    """

    due: int = 0
    heard: int = 0
    lost: int = 0
    twice: int = 0
    disorder: int = 0
    gaps: int = 0
    strange: int = 0
    resumptions: int = 0

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.lost or self.twice or self.disorder or self.gaps or self.strange)

    def __add__(self, other: "Verdict") -> "Verdict":
        names = self.__dataclass_fields__
        return Verdict(*(getattr(self, name) + getattr(other, name) for name in names))


class Ledger:
    """Everything that was sent."""

    def __init__(self) -> None:
        self.sends: dict[str, Send] = {}
        self.acknowledged: dict[str, Message] = {}

    def begin(self, send: Send) -> None:
        """Note a send before it is tried: from now on its message may appear."""
        assert send.text not in self.sends, "texts tell messages apart"
        self.sends[send.text] = send

    def acknowledge(self, message: Message) -> None:
        """Note that the server has answered with success: from now on its message must appear."""
        self.acknowledged[message.text] = message

    def missing(self, heard: Heard) -> int:
        """How many acknowledged messages a listener has not been told."""
        return len(self._due(heard) - {message.text for message in heard.messages})

    def verdicts(self, everyone: Sequence[Heard]) -> dict[str, Verdict]:
        """Judge what all listeners were told, by their names.

        The first listener of an inbox is the measure of its order for the others.
        """
        orders: dict[str, list[Message]] = defaultdict(list)
        found = {}
        for heard in everyone:
            measure = orders.setdefault(heard.inbox, heard.messages)
            own = self.verdict(heard)
            disorder = own.disorder + _inversions(measure, heard.messages)
            found[heard.name] = replace(own, disorder=disorder)
        return found

    def verdict(self, heard: Heard) -> Verdict:
        """Judge what one listener was told."""
        told = Counter(message.text for message in heard.messages)
        first: dict[str, Message] = {}
        for message in heard.messages:
            first.setdefault(message.text, message)
        once = list(first.values())
        return Verdict(
            due=len(self._due(heard)),
            heard=len(heard.messages),
            lost=self.missing(heard),
            twice=sum(times - 1 for times in told.values()),
            disorder=_out_of_place(once) + self._out_of_turn(once),
            gaps=heard.gaps + self._holes(heard),
            strange=sum(self._is_strange(message, heard) for message in heard.messages),
            resumptions=heard.resumptions,
        )

    def _due(self, heard: Heard) -> set[str]:
        return {
            message.text
            for message in self.acknowledged.values()
            if message.conversation in heard.conversations
        }

    def _holes(self, heard: Heard) -> int:
        last: dict[str, int] = defaultdict(int)
        for message in (*self.acknowledged.values(), *heard.messages):
            if message.conversation in heard.conversations:
                last[message.conversation] = max(last[message.conversation], message.position)
        there = {(message.conversation, message.position) for message in heard.messages}
        return sum(
            (conversation, position) not in there
            for conversation, end in last.items()
            for position in range(1, end + 1)
        )

    def _out_of_turn(self, messages: Sequence[Message]) -> int:
        """Count what a sender sent after the acknowledgement of something that was told later."""
        turns = {text: turn for turn, text in enumerate(self.sends)}
        last: dict[str, int] = {}
        wrong = 0
        for message in messages:
            if message.text in self.acknowledged:
                sender = self.sends[message.text].sender
                wrong += turns[message.text] < last.get(sender, -1)
                last[sender] = max(turns[message.text], last.get(sender, -1))
        return wrong

    def _is_strange(self, message: Message, heard: Heard) -> bool:
        send = self.sends.get(message.text)
        return (
            send is None
            or send.conversation != message.conversation
            or message.conversation not in heard.conversations
            or self.acknowledged.get(message.text, message) != message
        )


def _out_of_place(messages: Sequence[Message]) -> int:
    last: dict[str, int] = defaultdict(int)
    wrong = 0
    for message in messages:
        wrong += message.position <= last[message.conversation]
        last[message.conversation] = max(message.position, last[message.conversation])
    return wrong


def _inversions(measure: Sequence[Message], messages: Sequence[Message]) -> int:
    places: dict[str, int] = {}
    for place, message in enumerate(measure):
        places.setdefault(message.text, place)
    last, wrong, told = -1, 0, set()
    for message in messages:
        if message.text in places and message.text not in told:
            wrong += places[message.text] < last
            last = max(places[message.text], last)
        told.add(message.text)
    return wrong
