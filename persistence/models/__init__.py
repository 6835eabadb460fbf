"""The nouns of Kith as tables, reached through this module: `models.Post`."""

from persistence.models.accounts import Account, OneTimeCode, Session
from persistence.models.attendance import Attendance
from persistence.models.base import Model
from persistence.models.conversations import Conversation, ConversationMember
from persistence.models.deliveries import Delivery, Device
from persistence.models.embeddings import EmbeddingVersion
from persistence.models.events import Calendar, Event, EventCoHost, EventInvitation, EventSeries
from persistence.models.facts import Answer, Fact, TopicEntry, TopicHead
from persistence.models.feed import AuthorShownLess, TopicShownLess
from persistence.models.follows import Follow
from persistence.models.handles import Handle
from persistence.models.hashtags import PostHashtag
from persistence.models.learning import (
    Experiment,
    ExperimentExposure,
    Exposure,
    Impression,
    Learned,
    Lesson,
    MatchingModel,
)
from persistence.models.matches import Decision, Match, Pair
from persistence.models.media import Media, MessageMedia, Photo, PostMedia
from persistence.models.meetings import MeetingTimes
from persistence.models.mentions import CommentMention, PostMention
from persistence.models.messages import Message, MessageVersion
from persistence.models.notifications import (
    Notification,
    NotificationPreference,
    NotificationSettings,
)
from persistence.models.places import FavouritePlace, Place, PlacePhoto
from persistence.models.posts import Comment, CommentVersion, Post, PostVersion
from persistence.models.privacy import Privacy
from persistence.models.profiles import (
    Block,
    Companion,
    Preferences,
    Profile,
    ProfileVector,
    Prompt,
)
from persistence.models.reactions import CommentReaction, PostReaction, Reaction
from persistence.models.schedules import ScheduleLease
from persistence.models.search import Search, SearchDocument

__all__ = [
    "Account",
    "Answer",
    "Attendance",
    "AuthorShownLess",
    "Block",
    "Calendar",
    "Comment",
    "CommentMention",
    "CommentReaction",
    "CommentVersion",
    "Companion",
    "Conversation",
    "ConversationMember",
    "Decision",
    "Delivery",
    "Device",
    "EmbeddingVersion",
    "Event",
    "EventCoHost",
    "EventInvitation",
    "EventSeries",
    "Experiment",
    "ExperimentExposure",
    "Exposure",
    "Fact",
    "FavouritePlace",
    "Follow",
    "Handle",
    "Impression",
    "Learned",
    "Lesson",
    "Match",
    "MatchingModel",
    "Media",
    "MeetingTimes",
    "Message",
    "MessageMedia",
    "MessageVersion",
    "Model",
    "Notification",
    "NotificationPreference",
    "NotificationSettings",
    "OneTimeCode",
    "Pair",
    "Photo",
    "Place",
    "PlacePhoto",
    "Post",
    "PostHashtag",
    "PostMedia",
    "PostMention",
    "PostReaction",
    "PostVersion",
    "Preferences",
    "Privacy",
    "Profile",
    "ProfileVector",
    "Prompt",
    "Reaction",
    "ScheduleLease",
    "Search",
    "SearchDocument",
    "Session",
    "TopicEntry",
    "TopicHead",
    "TopicShownLess",
]
