"""The roots, Query, Mutation and Subscription, and the Schema made of them."""

import inspect
from typing import Any

import strawberry
from graphql import GraphQLNamedType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from resolvers import guards, nodes
from schema import live_posts  # noqa: F401 - its types of events are among EVENTS then
from schema.accounts import AccountMutations
from schema.attendance import AttendanceMutations
from schema.blocks import BlockMutations
from schema.building import resolve
from schema.calendars import CalendarMutations
from schema.check_ins import CheckInMutations
from schema.comments import CommentMutations
from schema.companions import CompanionMutations
from schema.conversation_requests import ConversationRequestMutations
from schema.conversations import ConversationMutations, ConversationQueries
from schema.costs import CostQueries
from schema.deliveries import DeliveryMutations, DeliveryQueries
from schema.devices import DeviceMutations
from schema.embeddings import EmbeddingMutations, EmbeddingQueries
from schema.events import EventMutations, EventQueries
from schema.experiments import ExperimentMutations, ExperimentQueries
from schema.favourite_places import FavouritePlaceMutations
from schema.feed import FeedMutations
from schema.follows import FollowMutations
from schema.groups import GroupMutations
from schema.handles import HandleMutations
from schema.invitations import InvitationMutations
from schema.learning import LearningMutations, LearningQueries
from schema.likes import LikeMutations
from schema.live import EVENTS, LiveSubscriptions
from schema.locations import LocationMutations
from schema.matches import MatchMutations, MatchQueries
from schema.matching_config import MatchingConfigQueries
from schema.media import MediaMutations, MediaQueries
from schema.meetings import MeetingMutations
from schema.messages import MessageMutations
from schema.nearby_people import NearbyPeopleQueries
from schema.nodes import Node
from schema.notifications import NotificationMutations
from schema.onboarding import OnboardingMutations, OnboardingQueries
from schema.photos import PhotoMutations
from schema.places import PlaceMutations, PlaceQueries
from schema.posts import PostMutations, PostQueries
from schema.preferences import PreferencesMutations
from schema.privacy import PrivacyMutations
from schema.profiles import ProfileMutations, ProfileQueries
from schema.prompts import PromptMutations
from schema.reactions import ReactionMutations
from schema.scalars import SCALARS
from schema.search import SearchQueries
from schema.sessions import SessionMutations
from schema.stickers import StickerQueries
from schema.typing_indicators import TypingMutations
from schema.viewer import ViewerQueries


@strawberry.type
class Query(
    ViewerQueries,
    ProfileQueries,
    OnboardingQueries,
    MatchQueries,
    LearningQueries,
    MatchingConfigQueries,
    EmbeddingQueries,
    ExperimentQueries,
    DeliveryQueries,
    ConversationQueries,
    StickerQueries,
    PostQueries,
    MediaQueries,
    EventQueries,
    PlaceQueries,
    SearchQueries,
    NearbyPeopleQueries,
    CostQueries,
):
    """What can be asked. What belongs to you is under `viewer`."""

    node: Node | None = resolve(nodes.node, guard=guards.public)
    nodes: list[Node | None] = resolve(nodes.nodes, guard=guards.public)


@strawberry.type
class Mutation(
    AccountMutations,
    SessionMutations,
    DeviceMutations,
    DeliveryMutations,
    OnboardingMutations,
    ProfileMutations,
    HandleMutations,
    PromptMutations,
    CompanionMutations,
    PreferencesMutations,
    PrivacyMutations,
    LocationMutations,
    BlockMutations,
    FollowMutations,
    PostMutations,
    FeedMutations,
    CommentMutations,
    MediaMutations,
    PhotoMutations,
    LikeMutations,
    LearningMutations,
    EmbeddingMutations,
    ExperimentMutations,
    MatchMutations,
    ConversationMutations,
    ConversationRequestMutations,
    GroupMutations,
    MessageMutations,
    NotificationMutations,
    TypingMutations,
    ReactionMutations,
    AttendanceMutations,
    PlaceMutations,
    FavouritePlaceMutations,
    MeetingMutations,
    EventMutations,
    InvitationMutations,
    CalendarMutations,
    CheckInMutations,
):
    """What can be done: one mutation for one act, answering its success or why it refuses."""


@strawberry.type
class Subscription(LiveSubscriptions):
    """What can be listened to, over graphql-transport-ws."""


def build() -> strawberry.Schema:
    """Build the schema; docstrings of types become their descriptions."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=EVENTS,
        config=StrawberryConfig(auto_camel_case=True, scalar_map=SCALARS),
    )
    _describe(schema._schema)  # noqa: SLF001 - Strawberry takes no docstrings as descriptions
    return schema


def printed() -> str:
    """Print the schema as SDL, as `schema/schema.graphql` holds it."""
    return build().as_str() + "\n"


def _describe(schema: GraphQLSchema) -> None:
    for graphql_type in schema.type_map.values():
        if graphql_type.description is None and (origin := _origin(graphql_type)):
            graphql_type.description = inspect.getdoc(origin)


def _origin(graphql_type: GraphQLNamedType) -> Any:
    definition = (graphql_type.extensions or {}).get("strawberry-definition")
    return getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)
