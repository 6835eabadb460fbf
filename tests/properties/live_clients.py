"""What a front end holds of somebody: loaded by one query, from then on kept by live events."""

PAGE = 20
"""How many messages of a conversation are held: as many as `CONVERSATION` asks for."""

PERSON = "fragment P on Profile { id availability availableUntil }"
MESSAGE = """
fragment M on Message { id position text isEdited isDeleted sender { id } replyTo { id }
  attachments { ...F } reactions { emoji count viewerReacted } }"""
FILE = "fragment F on Media { id state refusal }"
CONVERSATION = """
fragment C on Conversation { id kind title isMuted lastPosition unreadCount readPosition
  requestedBy { id } match { id }
  members { nodes { role readPosition profile { id } } } other { ...P }
  messages(first: 20) { nodes { ...M } } }"""
MATCH = "fragment H on Match { id profile { id } conversation { id } }"
NOTIFICATION = """
fragment N on Notification { id kind count isRead actor { id }
  subject { ... on Match { id } ... on Conversation { id } } }"""
FRAGMENTS = "".join((PERSON, MESSAGE, FILE, CONVERSATION, MATCH, NOTIFICATION))

SNAPSHOT = (
    """{ viewer { profile { ...P } unreadCount unreadNotificationCount
  conversations(first: 5) { nodes { ...C } } conversationRequests(first: 2) { nodes { ...C } }
  matches(first: 2) { nodes { ...H } } notifications(first: 40) { nodes { ...N } } } }"""
    + FRAGMENTS
)
EVENTS = (
    """
subscription($after: String) { events(after: $after) { __typename cursor
  ... on MessageSent { message { ...M } conversation { ...C } }
  ... on MessageEdited { message { ...M conversation { ...C } } }
  ... on MessageDeleted { message { ...M conversation { ...C } } }
  ... on ReactionChanged { message { ...M conversation { ...C } } }
  ... on MessageRead { conversation { ...C } }
  ... on AvailabilityChanged { profile { ...P } }
  ... on ConversationOpened { conversation { ...C } }
  ... on ConversationHidden { conversation { id } }
  ... on ConversationChanged { conversation { ...C } }
  ... on ConversationRequested { conversation { ...C } }
  ... on ConversationEnded { endedConversationId }
  ... on MemberJoined { conversation { ...C } }
  ... on MemberLeft { conversation { ...C } }
  ... on MatchMade { match { ...H } }
  ... on MatchEnded { endedMatchId }
  ... on NotificationAdded { notification { ...N } unreadNotificationCount }
  ... on MessagesChanged { conversation { ...C } }
  ... on MediaChecked { media { ...F } message { id } }
  ... on NotificationRead { notifications { ...N } unreadNotificationCount }
  ... on NotificationsChanged { notifications { ...N } removedNotificationIds
    unreadNotificationCount }
} }"""
    + FRAGMENTS
)

NULLABLE = ("conversation", "profile", "match", "notification", "media")
"""What is null in an event when it was hidden the very moment in which it was told."""


class Client:
    """What is held, by ids, and how each type of event changes it.

    Args:
        viewer: the answer to `SNAPSHOT`.
    """

    def __init__(self, viewer):
        self.me = viewer["profile"]
        self.conversations = _held(map(_talk, viewer["conversations"]["nodes"]))
        self.requests = _held(map(_talk, viewer["conversationRequests"]["nodes"]))
        self.matches = _held(viewer["matches"]["nodes"])
        self.notifications = _held(viewer["notifications"]["nodes"])
        self.unread_notifications = viewer["unreadNotificationCount"]

    @property
    def unread(self):
        """How many messages wait, in all that is listed."""
        return sum(talk["unreadCount"] for talk in self.conversations.values())

    def apply(self, event):
        """Change what is held as an event says; of what is hidden by now, a later one tells."""
        nullable = NULLABLE if event["__typename"] == "MediaChecked" else (*NULLABLE, "message")
        if any(event.get(name, self) is None for name in nullable):
            return
        RULES[event["__typename"]](self, event)

    def holding(self, key):
        """The conversation with this id, wherever it is listed."""
        return self.conversations.get(key) or self.requests.get(key)

    def change(self, conversation):
        """Take over all of a conversation but its messages, if it is listed."""
        if (held := self.holding(conversation["id"])) is not None:
            messages = held["messages"]
            held.update(_talk(conversation), messages=messages)

    def message_sent(self, event):
        # One that was hidden is on the list again.
        new = _talk(event["conversation"])
        self.requests.pop(new["id"], None)
        self.conversations.setdefault(new["id"], new)
        self.change(event["conversation"])
        messages = self.conversations[new["id"]]["messages"]
        messages[event["message"]["id"]] = event["message"]
        for old in sorted(messages.values(), key=lambda each: each["position"])[:-PAGE]:
            del messages[old["id"]]  # a snapshot has no more either

    def message_changed(self, event):
        message = dict(event["message"])
        conversation = message.pop("conversation")
        if conversation is None:
            return
        self.change(conversation)
        if (held := self.holding(conversation["id"])) is not None:
            messages = held["messages"]
            # A message that was cleared from the list stays away.
            if message["id"] in messages:
                messages[message["id"]] = message
            if message["isDeleted"]:
                for other in messages.values():
                    if other["replyTo"] == {"id": message["id"]}:
                        other["replyTo"] = None

    def messages_changed(self, event):
        new = _talk(event["conversation"])
        if new["id"] in self.conversations:
            self.conversations[new["id"]] = new

    def media_checked(self, event):
        file = event["media"]
        for talk in (*self.conversations.values(), *self.requests.values()):
            for held in talk["messages"].values():
                files = [file if file["id"] == each["id"] else each for each in held["attachments"]]
                held["attachments"] = files

    def conversation_changed(self, event):
        self.change(event["conversation"])

    def availability_changed(self, event):
        profile = event["profile"]
        if profile["id"] == self.me["id"]:
            self.me = profile
        for talk in (*self.conversations.values(), *self.requests.values()):
            if talk["other"] is not None and talk["other"]["id"] == profile["id"]:
                talk["other"] = profile

    def conversation_opened(self, event):
        new = _talk(event["conversation"])
        self.requests.pop(new["id"], None)
        self.conversations[new["id"]] = new

    def conversation_requested(self, event):
        new = _talk(event["conversation"])
        # Told once more after it was accepted, it is a request no more.
        if new["id"] not in self.conversations:
            self.requests[new["id"]] = new

    def conversation_hidden(self, event):
        self.conversations.pop(event["conversation"]["id"], None)

    def conversation_ended(self, event):
        key = event["endedConversationId"]
        self.conversations.pop(key, None)
        self.requests.pop(key, None)
        self.forget_about(key)

    def match_made(self, event):
        self.matches[event["match"]["id"]] = event["match"]

    def match_ended(self, event):
        self.matches.pop(event["endedMatchId"], None)
        self.forget_about(event["endedMatchId"])

    def forget_about(self, subject):
        """Drop the notifications about something that is gone."""
        about = [key for key, n in self.notifications.items() if n["subject"] == {"id": subject}]
        for key in about:
            self.unread_notifications -= not self.notifications.pop(key)["isRead"]

    def notification_added(self, event):
        self.notifications[event["notification"]["id"]] = event["notification"]
        self.unread_notifications = event["unreadNotificationCount"]

    def notifications_changed(self, event):
        for key in event["removedNotificationIds"]:
            self.notifications.pop(key, None)
        self.notification_read(event)

    def notification_read(self, event):
        self.notifications.update(_held(event["notifications"]))
        self.unread_notifications = event["unreadNotificationCount"]


RULES = {
    "AvailabilityChanged": Client.availability_changed,
    "ConversationChanged": Client.conversation_changed,
    "ConversationEnded": Client.conversation_ended,
    "ConversationHidden": Client.conversation_hidden,
    "ConversationOpened": Client.conversation_opened,
    "ConversationRequested": Client.conversation_requested,
    "MatchEnded": Client.match_ended,
    "MatchMade": Client.match_made,
    "MemberJoined": Client.conversation_changed,
    "MemberLeft": Client.conversation_changed,
    "MediaChecked": Client.media_checked,
    "MessageDeleted": Client.message_changed,
    "MessageEdited": Client.message_changed,
    "MessageRead": Client.conversation_changed,
    "MessageSent": Client.message_sent,
    "MessagesChanged": Client.messages_changed,
    "NotificationAdded": Client.notification_added,
    "NotificationRead": Client.notification_read,
    "NotificationsChanged": Client.notifications_changed,
    "ReactionChanged": Client.message_changed,
}
"""How a front end applies each type of event."""

ABOUT_THE_STREAM = {
    "AttendanceChanged": "take over the event where it is shown; here none is",
    "Gap": "load anew all that is shown",
    "CommentAdded": "put it under its post, if that is shown; the snapshot holds no posts",
    "CommentDeleted": "take it off, with its replies",
    "CommentEdited": "show what it says now",
    "FollowRequested": "put it on the list of requests, if that is shown",
    "Heartbeat": "remember its cursor",
    "PostCreated": "put it above one's own posts, if they are shown",
    "PostDeleted": "take it off",
    "PostEdited": "show what it says now",
    "ProfileFollowed": "show on the profile who follows",
    "ProfileUnfollowed": "show on the profile who follows no more",
    "Typing": "show it until it is over; it belongs to no snapshot",
}
"""The types that change nothing of what is held here, and what a front end does with them."""


def _held(things):
    return {each["id"]: each for each in things}


def _talk(conversation):
    talk = conversation | {"messages": _held(conversation["messages"]["nodes"])}
    if talk["kind"] == "GROUP":
        # It grows with messages of those whom one does not see, of which nothing is told.
        del talk["lastPosition"]
    return talk
