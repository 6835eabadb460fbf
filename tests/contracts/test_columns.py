"""Columns as a contract: which of them the API shows, which it only works with, which nobody sees.

A new column fails here until somebody has decided what it is.
"""

import ast
import inspect
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest
from strawberry.types import get_object_definition

from persistence import models
from persistence.pages import Window
from persistence.queries import posts
from persistence.rows import unselected_of
from schema import root


@dataclass(frozen=True)
class Columns:
    """What the API makes of the columns of a model.

    Attributes:
        shown: given as they are.
        used: relations start from them, or something is derived from them.
        private: no view reads them.
    """

    shown: str = ""
    used: str = ""
    private: str = ""

    def all(self) -> list[str]:
        return sorted(f"{self.shown} {self.used} {self.private}".split())


DECIDED: dict[type, Columns] = {
    models.Account: Columns(
        shown="email username first_name last_name is_verified created_at last_login_at",
        used="account_id",
        private="password_hash is_active is_staff updated_at",
    ),
    models.Answer: Columns(
        private="scope mutation client_mutation_id input_hash payload answered_at",
    ),
    models.Fact: Columns(
        private="fact_id kind subject body recorded_at available_at attempt_count finished_at",
    ),
    models.TopicEntry: Columns(
        private="topic position kind body recorded_at",
    ),
    models.TopicHead: Columns(
        private="topic position",
    ),
    models.OneTimeCode: Columns(
        private="one_time_code_id account_id purpose code_hash created_at expires_at used_at",
    ),
    models.Profile: Columns(
        shown="display_name bio gender pronouns city skills "
        "interests goals languages available_until",
        used="profile_id birth_date last_active_at availability latitude longitude location_salt",
        private="onboarded_at created_at updated_at moves_regained_at places_regained_at "
        "events_regained_at meeting_times_regained_at",
    ),
    models.Search: Columns(
        private="search_id profile_id query result_count duration_ms searched_at",
    ),
    models.SearchDocument: Columns(
        private="kind subject_id title title_key body words",
    ),
    models.Session: Columns(
        shown="device_name created_at refreshed_at expires_at",
        used="session_id",
        private="account_id generation revoked_at",
    ),
    models.Device: Columns(
        shown="platform provider registered_at",
        used="device_id session_id",
        private="profile_id token",
    ),
    models.Delivery: Columns(
        private="delivery_id notification_id profile_id device_id kind channel fact_id state "
        "attempt_count sent_count decided_at available_at sent_at",
    ),
    models.Block: Columns(
        shown="blocked_at",
        used="blocked_id",
        private="blocker_id",
    ),
    models.Companion: Columns(
        shown="kind name breed birth_date temperament",
        used="companion_id",
        private="profile_id created_at",
    ),
    models.Decision: Columns(
        shown="kind decided_at",
        used="decision_id candidate_id",
        private="decider_id replaced undoes_id",
    ),
    models.Event: Columns(
        shown="title description starts_at ends_at time_zone place_name address city online_url "
        "capacity attendee_count tags audience cancelled_at attendees_shown_to",
        used="event_id host_id cover_id place_id series_id latitude longitude",
        private="check_in_key original_starts_at created_at updated_at",
    ),
    models.Calendar: Columns(
        private="profile_id calendar_key",
    ),
    models.EventSeries: Columns(
        private="series_id rule host_id starts_at time_zone duration_seconds made_until ended_at "
        "created_at",
    ),
    models.EventCoHost: Columns(
        private="event_id profile_id added_at",
    ),
    models.EventInvitation: Columns(
        private="event_id profile_id invited_by_id invited_at",
    ),
    models.Experiment: Columns(
        shown="name started_at stopped_at",
        used="experiment_id arms",
    ),
    models.ExperimentExposure: Columns(
        private="experiment_id profile_id arm exposed_at",
    ),
    models.EmbeddingVersion: Columns(
        shown="name state dimensions compared_overlap compared_rank_correlation started_at "
        "changed_at",
        used="done_count total_count completed_at",
        private="last_profile_id compared_count",
    ),
    models.Exposure: Columns(
        private="profile_id impressions counted_at",
    ),
    models.Impression: Columns(
        private="viewer_id candidate_id shown_on embedding_version",
    ),
    models.Learned: Columns(
        private="profile_id likes_received decisions_received received_as_of "
        "likes_given decisions_given given_as_of taste learned_at reset_at",
    ),
    models.Lesson: Columns(
        private="decision_id decider_id candidate_id is_like signals experience chance steps "
        "model_version decided_at is_counted is_personal",
    ),
    models.Match: Columns(
        shown="compatibility_score matched_at",
        used="match_id ended_at",
        private="first_id second_id ended_by_id",
    ),
    models.Media: Columns(
        shown="media_type size_bytes width height duration_seconds placeholder created_at kind "
        "state refusal",
        used="media_id",
        private="uploader_id upload_expires_at deleted_at",
    ),
    models.Photo: Columns(
        private="media_id profile_id position",
    ),
    models.Place: Columns(
        shown="name description address city country time_zone attributes created_at updated_at "
        "category opening_hours",
        used="place_id latitude longitude added_by_id",
    ),
    models.MeetingTimes: Columns(
        shown="time_zone hours",
        private="profile_id updated_at",
    ),
    models.PlacePhoto: Columns(
        private="media_id place_id position",
    ),
    models.FavouritePlace: Columns(
        private="profile_id place_id favourited_at",
    ),
    models.MessageMedia: Columns(
        private="media_id message_id position",
    ),
    models.Handle: Columns(
        private="handle profile_id",
    ),
    models.PostMention: Columns(
        private="post_id start length profile_id",
    ),
    models.CommentMention: Columns(
        private="comment_id start length profile_id",
    ),
    models.PostHashtag: Columns(
        private="tag post_id",
    ),
    models.PostMedia: Columns(
        private="media_id post_id position",
    ),
    models.MatchingModel: Columns(
        private="version weights report like_rate created_at activated_at retired_at",
    ),
    models.Pair: Columns(
        private="first_id second_id first_decision second_decision "
        "first_decided_at second_decided_at",
    ),
    models.Notification: Columns(
        shown="kind count created_at updated_at",
        used="notification_id read_at actor_id subject_type subject_id",
        private="profile_id fact_id is_listed",
    ),
    models.NotificationPreference: Columns(
        shown="kind channel is_enabled",
        private="profile_id",
    ),
    models.NotificationSettings: Columns(
        shown="language time_zone quiet_from quiet_to digest",
        used="profile_id",
        private="updated_at",
    ),
    models.Post: Columns(
        shown="kind content audience created_at edited_at",
        used="author_id post_id",
        private="updated_at",
    ),
    models.PostVersion: Columns(
        private="post_version_id post_id content media_ids replaced_at",
    ),
    models.Comment: Columns(
        shown="content created_at edited_at",
        used="comment_id post_id author_id reply_to_id",
    ),
    models.CommentVersion: Columns(
        private="comment_version_id comment_id content replaced_at",
    ),
    models.Follow: Columns(
        private="follower_id followed_id asked_at accepted_at",
    ),
    models.AuthorShownLess: Columns(
        private="viewer_id author_id asked_at",
    ),
    models.TopicShownLess: Columns(
        private="viewer_id post_id asked_at",
    ),
    models.Preferences: Columns(
        shown="age_min age_max genders active_within_days distance_unit is_discoverable "
        "approves_followers first_messages",
        used="goals_wanted languages_wanted max_distance_km",
        private="profile_id updated_at",
    ),
    models.Privacy: Columns(
        shown="show_online show_last_active show_read_receipts show_typing",
        private="profile_id updated_at",
    ),
    models.ProfileVector: Columns(
        shown="model_version embedded_at",
        private="profile_id text_hash vector",
    ),
    models.Prompt: Columns(
        shown="question answer",
        used="prompt_id",
        private="profile_id position",
    ),
    models.ScheduleLease: Columns(
        private="name run_id taken_at",
    ),
    models.Conversation: Columns(
        shown="kind title last_position created_at active_at",
        used="conversation_id match_id event_id",
        private="last_message_at first_id second_id requested_by_id requested_at accepted_at "
        "request_end_position ended_at",
    ),
    models.Attendance: Columns(
        shown="state guest_count answered_at joined_at checked_in_at",
        used="attendance_id event_id profile_id",
        private="day_reminded_at hour_reminded_at",
    ),
    models.ConversationMember: Columns(
        shown="role read_position read_at joined_at",
        used="profile_id",
        private="conversation_id status history_position hidden_position is_muted muted_until",
    ),
    models.Message: Columns(
        shown="position text sent_at edited_at deleted_at",
        used="message_id conversation_id sender_id sticker_key reply_to_id",
    ),
    models.MessageVersion: Columns(
        private="message_version_id message_id text sticker_key replaced_at",
    ),
    models.Reaction: Columns(
        private="message_id emoji profile_id reacted_at",
    ),
    models.PostReaction: Columns(
        private="post_id emoji profile_id reacted_at",
    ),
    models.CommentReaction: Columns(
        private="comment_id emoji profile_id reacted_at",
    ),
}


def views() -> list[Any]:
    definitions = [
        (t.extensions or {}).get("strawberry-definition")
        for t in root.build()._schema.type_map.values()
    ]
    origins = [getattr(definition, "origin", None) for definition in definitions]
    return [origin for origin in origins if hasattr(origin, "shown_model")]


VIEWS = views()


def test_every_column_of_every_model_is_decided_about_once():
    columns = {mapper.class_: mapper.columns.keys() for mapper in models.Model.registry.mappers}
    assert set(DECIDED) == set(columns)
    differing = {
        model.__name__: set(names) ^ set(DECIDED[model].all())
        for model, names in columns.items()
        if sorted(names) != DECIDED[model].all()
    }
    assert differing == {}


def test_rows_are_read_without_what_only_those_who_look_into_the_database_need():
    for model, columns in DECIDED.items():
        assert unselected_of(model) <= set(columns.private.split())
    one, page = posts.by_ids.sql, posts.of_author.page_statement(Window(1)).sql
    assert "posts.created_at" in one
    assert "posts.updated_at" not in one
    assert "page.created_at" in page
    assert "page.updated_at" not in page


def test_a_model_without_a_view_shows_nothing():
    viewed = {view.shown_model for view in VIEWS}
    shown = [model for model, columns in DECIDED.items() if columns.shown or columns.used]
    assert viewed == set(shown)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_view_shows_these_columns_and_no_other(view):
    columns = view.shown_model.__table__.columns.keys()
    shown = {field.python_name for field in plain_fields(view)} | {
        name for name in read_by_functions(view) if name in fields_of(view)
    }
    assert shown & set(columns) == set(DECIDED[view.shown_model].shown.split())


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_view_works_with_nothing_private(view):
    decided = DECIDED[view.shown_model]
    keys = {key for field in all_fields(view) if (key := field.metadata.get("key"))}
    read = keys | read_by_functions(view) - {"model"}
    assert read & set(decided.private.split()) == set()
    assert read <= set(decided.all())


def all_fields(view: type) -> list[Any]:
    return list(get_object_definition(view, strict=True).fields)


def fields_of(view: type) -> set[str]:
    return {field.python_name for field in all_fields(view)}


def plain_fields(view: type) -> list[Any]:
    return [field for field in all_fields(view) if field.base_resolver is None]


def read_by_functions(view: type) -> set[str]:
    """The attributes of the row that the view's field functions name."""
    return {
        node.attr
        for field in all_fields(view)
        if field.base_resolver is not None and "batch" not in field.metadata
        for node in ast.walk(
            ast.parse(textwrap.dedent(inspect.getsource(field.base_resolver.wrapped_func)))
        )
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "root"
    }
