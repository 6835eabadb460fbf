"""The viewer: everything that belongs to the signed-in person."""

import strawberry

from resolvers import guards
from resolvers.context import Context
from schema.accounts import AccountOfViewer
from schema.blocks import BlocksOfViewer
from schema.building import resolve
from schema.calendars import CalendarOfViewer
from schema.conversation_requests import ConversationRequestsOfViewer
from schema.conversations import ConversationsOfViewer
from schema.deck import DeckOfViewer
from schema.devices import DevicesOfViewer
from schema.discover import DiscoverOfViewer
from schema.event_recommendations import EventRecommendationsOfViewer
from schema.favourite_places import FavouritePlacesOfViewer
from schema.feed import FeedOfViewer
from schema.follows import FollowsOfViewer
from schema.learning import LearningOfViewer
from schema.likes import LikesOfViewer
from schema.limits import LimitsOfViewer
from schema.matches import MatchesOfViewer
from schema.media import MediaOfViewer
from schema.meetings import MeetingsOfViewer
from schema.notifications import NotificationsOfViewer
from schema.onboarding import OnboardingOfViewer
from schema.preferences import PreferencesOfViewer
from schema.privacy import PrivacyOfViewer
from schema.profiles import ProfilesOfViewer
from schema.sessions import SessionsOfViewer


@strawberry.type
class Viewer(
    AccountOfViewer,
    SessionsOfViewer,
    DevicesOfViewer,
    ProfilesOfViewer,
    OnboardingOfViewer,
    PreferencesOfViewer,
    PrivacyOfViewer,
    BlocksOfViewer,
    FollowsOfViewer,
    DeckOfViewer,
    LearningOfViewer,
    LikesOfViewer,
    MatchesOfViewer,
    ConversationsOfViewer,
    NotificationsOfViewer,
    ConversationRequestsOfViewer,
    FeedOfViewer,
    DiscoverOfViewer,
    MediaOfViewer,
    FavouritePlacesOfViewer,
    MeetingsOfViewer,
    EventRecommendationsOfViewer,
    LimitsOfViewer,
    CalendarOfViewer,
):
    """You: what belongs to the signed-in person."""


def _viewer(context: Context) -> object:
    """You; null when you are not signed in."""
    return context.viewer


@strawberry.type
class ViewerQueries:
    """Who asks."""

    viewer: Viewer | None = resolve(_viewer, guard=guards.public)
