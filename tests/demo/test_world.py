"""The demo world is the same for the same seed, valid for any, and varied."""

import dataclasses
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import bios, lives, post_texts
from demo.decisions import fits
from demo.dialogues import ABOUT_INTEREST
from demo.event_texts import OCCASIONS
from demo.interests import GROUPS, OF_ROLE
from demo.people import AVAILABILITY, EXTRA_SKILLS
from demo.places import CITIES
from demo.preferences import GOALS, WANTED
from demo.records import World
from demo.streams import Streams
from demo.work import SENTENCES, SKILLS
from demo.world import generate
from matching.distance import haversine_km
from matching.features import age_at
from matching.vocabulary import BY_KIND, Kind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

# Hypothesis shows the arguments of a failing test: three numbers say more than a whole world.
of_any_world = given(
    people=st.integers(2, 60), seed=st.integers(-(2**63), 2**63), day=st.integers(-2000, 5000)
)
a_few = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def world() -> World:
    return generate(people=500, seed=7, now=NOW)


def fingerprint(world: World) -> str:
    return hashlib.sha256(repr(world).encode()).hexdigest()


class TestDeterminism:
    def test_the_same_arguments_give_an_equal_world(self, world):
        assert generate(people=500, seed=7, now=NOW) == world

    @pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
    def test_another_process_with_another_hash_seed_gives_the_same_world(self, hash_seed):
        program = (
            "import hashlib; from datetime import datetime, UTC; from demo.world import generate;"
            "world = generate(120, 7, datetime(2026, 11, 21, 12, 0, tzinfo=UTC));"
            "print(hashlib.sha256(repr(world).encode()).hexdigest())"
        )
        answer = subprocess.run(  # noqa: S603 - a fixed program in our own interpreter
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.strip() == fingerprint(generate(120, 7, NOW))

    def test_another_seed_gives_other_people(self, world):
        other = generate(people=500, seed=8, now=NOW)
        assert {person.bio for person in world.people} & {
            person.bio for person in other.people
        } == {world.people[0].bio}

    def test_the_stream_of_one_section_does_not_shift_another(self):
        streams = Streams(7)
        untouched = streams("posts").random()
        streams("bios").random()
        assert streams("posts").random() == untouched
        assert streams("bios").random() != untouched

    def test_a_later_now_moves_the_times_and_keeps_the_people(self, world):
        later = generate(people=500, seed=7, now=NOW + timedelta(days=30))
        assert [person.bio for person in later.people] == [person.bio for person in world.people]
        assert later.people[9].last_active_at - world.people[9].last_active_at == timedelta(days=30)


class TestRefusals:
    @pytest.mark.parametrize("people", [0, -1])
    def test_a_world_without_people_is_refused(self, people):
        with pytest.raises(ValueError, match="at least one person"):
            generate(people=people, seed=7, now=NOW)

    def test_a_now_without_a_time_zone_is_refused(self):
        with pytest.raises(ValueError, match="time zone"):
            generate(people=2, seed=7, now=NOW.replace(tzinfo=None))

    def test_a_world_of_one_has_a_person_and_nobody_to_decide_about(self):
        alone = generate(people=1, seed=7, now=NOW)
        assert [person.username for person in alone.people] == ["demo"]
        assert alone.decisions == alone.matches == alone.conversations == ()


class TestPeople:
    @of_any_world
    @a_few
    def test_everybody_is_a_valid_adult_in_a_real_city(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        cities = {city.name: city for city in CITIES}
        for number, person in enumerate(world.people):
            city = cities[person.city]
            assert person.number == number
            assert 18 <= age_at(person.birth_date, world.now.date()) <= 70
            assert haversine_km(
                person.latitude, person.longitude, city.latitude, city.longitude
            ) == pytest.approx(6, abs=6.2)
            assert person.joined_at < person.last_active_at <= world.now
            assert 40 <= len(person.bio.split()) <= 90
            assert "{" not in person.bio
            assert 2 <= len(person.prompts) <= 3
            assert len({prompt.question for prompt in person.prompts}) == len(person.prompts)
            assert 18 <= person.preferences.age_min <= person.preferences.age_max
            assert person.skills
            assert person.goals
            assert person.languages

    @of_any_world
    @a_few
    def test_names_and_addresses_are_unique_and_reserved_for_examples(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        assert len({person.username for person in world.people}) == len(world.people)
        assert len({person.email for person in world.people}) == len(world.people)
        for person in world.people:
            assert re.fullmatch(
                r"[a-z]+[0-9]*@(example\.(com|org|net)|kith\.example)", person.email
            )
            assert 3 <= len(person.username) <= 50
            assert 1 <= len(person.display_name) <= 50

    @of_any_world
    @a_few
    def test_companions_have_a_believable_age(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        for pet in (pet for person in world.people for pet in person.companions):
            assert 3 <= pet.age_months <= 360
            assert pet.name
            assert pet.breed
            assert pet.temperament

    @of_any_world
    @a_few
    def test_dog_owners_have_a_dog(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        for person in world.people:
            if person.community == "dog owners":
                assert "dog" in {pet.kind for pet in person.companions}

    def test_the_communities_are_about_even(self, world):
        share = Counter(person.community for person in world.people)
        assert set(share) == {"dating", "friends", "founders", "mentors", "dog owners"}
        assert all(90 <= count <= 110 for count in share.values())

    def test_most_people_live_in_eight_cities_and_some_in_many_others(self, world):
        share = Counter(person.city for person in world.people)
        assert sum(count for _, count in share.most_common(8)) >= 300
        assert len(share) >= 25

    def test_nearly_everybody_can_be_shown_somebody(self, world):
        lonely = [
            person
            for person in world.people
            if not any(
                fits(person, other, NOW) and fits(other, person, NOW)
                for other in world.people
                if other is not person
            )
        ]
        assert len(lonely) <= 0.1 * len(world.people)

    def test_names_come_in_many_scripts(self, world):
        assert sum(not person.display_name.isascii() for person in world.people) >= 50


class TestMeeting:
    @of_any_world
    @a_few
    def test_decisions_are_single_in_order_and_by_people_who_were_there(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        pairs = [(decision.decider, decision.candidate) for decision in world.decisions]
        assert len(set(pairs)) == len(pairs)
        for decision in world.decisions:
            decider, candidate = world.people[decision.decider], world.people[decision.candidate]
            assert decider is not candidate
            assert max(decider.joined_at, candidate.joined_at) <= decision.decided_at
            assert decision.decided_at <= decider.last_active_at
        assert sorted(world.decisions, key=lambda each: each.decided_at) == list(world.decisions)

    @of_any_world
    @a_few
    def test_a_match_is_a_mutual_like_and_a_mutual_like_is_a_match(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        liked = {(like.decider, like.candidate): like.decided_at for like in world.likes}
        mutual = {(a, b) for a, b in liked if a < b and (b, a) in liked}
        assert {(match.first, match.second) for match in world.matches} == mutual
        assert len(world.matches) == len(mutual)
        for match in world.matches:
            at = {liked[match.first, match.second], liked[match.second, match.first]}
            assert match.matched_at == max(at)

    @of_any_world
    @a_few
    def test_messages_are_written_by_matched_people_in_order_of_time(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        assert len({conversation.match for conversation in world.conversations}) == len(
            world.conversations
        )
        for conversation in world.conversations:
            match, messages = conversation.match, conversation.messages
            assert match in world.matches
            assert 2 <= len(messages) <= 14
            moments = [match.matched_at, *(message.sent_at for message in messages)]
            assert moments == sorted(moments)
            for message in messages:
                assert message.sender in (match.first, match.second)
                assert message.sent_at <= world.people[message.sender].last_active_at
                assert message.text.strip()
                assert "{" not in message.text

    @of_any_world
    @a_few
    def test_whoever_wrote_has_read_up_to_there(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        for conversation in world.conversations:
            read = {
                conversation.match.first: conversation.first_read,
                conversation.match.second: conversation.second_read,
            }
            assert all(0 <= position <= len(conversation.messages) for position in read.values())
            for position, message in enumerate(conversation.messages, start=1):
                assert read[message.sender] >= position

    def test_likes_are_spread_unevenly(self, world):
        received = Counter(like.candidate for like in world.likes)
        popular = sum(count for _, count in received.most_common(50))
        assert 0.15 * len(world.likes) <= popular <= 0.6 * len(world.likes)

    def test_shared_interests_make_likes_likelier(self, world):
        shared = {"like": [], "pass": []}
        for decision in world.decisions:
            if decision.kind not in shared:  # the demo person's alone
                continue
            one, other = world.people[decision.decider], world.people[decision.candidate]
            shared[decision.kind].append(len(set(one.interests) & set(other.interests)))
        mean = {kind: sum(counts) / len(counts) for kind, counts in shared.items()}
        assert mean["like"] > 1.2 * mean["pass"]


class TestDemoPerson:
    @pytest.mark.parametrize(("people", "seed"), [(60, 1), (500, 7), (200, 99)])
    def test_has_matches_unread_messages_and_admirers(self, people, seed):
        world = generate(people, seed, NOW)
        demo = world.people[0]
        assert (demo.username, demo.email, demo.city) == ("demo", "demo@kith.example", "Berlin")
        matched = [match for match in world.matches if match.first == 0]
        unread = [
            conversation
            for conversation in world.conversations
            if conversation.match.first == 0
            and conversation.first_read < len(conversation.messages)
        ]
        decided = {each.candidate for each in world.decisions if each.decider == 0}
        admirers = {like.decider for like in world.likes if like.candidate == 0} - decided
        assert len(matched) >= 5
        assert len(unread) >= 3
        assert len(admirers) >= 3

    @pytest.mark.parametrize(("people", "seed"), [(500, 7), (1000, 1)])
    def test_has_put_people_aside_and_received_a_super_like(self, people, seed):
        world = generate(people, seed, NOW)
        aside = [each for each in world.decisions if each.kind == "later"]
        assert len(aside) == 3
        assert {each.decider for each in aside} == {0}
        (super_like,) = [each for each in world.decisions if each.kind == "super_like"]
        assert super_like.candidate == 0
        assert super_like.decider not in {e.candidate for e in world.decisions if e.decider == 0}

    def test_meets_even_the_only_other_person(self):
        world = generate(2, 7, NOW)
        assert [(match.first, match.second) for match in world.matches] == [(0, 1)]


class TestPostsAndEvents:
    @of_any_world
    @a_few
    def test_posts_have_their_hashtags_and_were_written_by_active_people(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        assert world.posts
        for post in world.posts:
            author = world.people[post.author]
            assert author.joined_at <= post.posted_at <= author.last_active_at
            assert post.hashtags == tuple(tag.lower() for tag in re.findall(r"#(\w+)", post.text))
            assert "{" not in post.text

    @of_any_world
    @a_few
    def test_events_keep_their_seats_times_and_places(self, people, seed, day):
        world = generate(people, seed, NOW + timedelta(days=day))
        for event in world.events:
            host = world.people[event.host]
            assert event.city == host.city
            assert event.starts_at < event.ends_at
            assert event.starts_at.tzinfo == ZoneInfo(event.time_zone)
            assert host.joined_at <= event.created_at <= host.last_active_at
            assert event.created_at <= event.starts_at
            going = [attendee.person for attendee in event.attendees]
            assert len(set(going)) == len(going) <= event.capacity
            assert event.host not in going
            for attendee in event.attendees:
                person = world.people[attendee.person]
                assert person.city == event.city
                assert max(person.joined_at, event.created_at) <= attendee.joined_at
                assert attendee.joined_at <= min(person.last_active_at, event.starts_at)

    def test_there_are_past_and_coming_events_some_of_them_full(self, world):
        assert any(event.ends_at < NOW for event in world.events)
        assert sum(event.starts_at > NOW for event in world.events) >= 20
        assert any(len(event.attendees) == event.capacity for event in world.events)


class TestDiversity:
    def test_bios_are_distinct_and_share_few_sentences(self, world):
        texts = [person.bio for person in world.people]
        assert len(set(texts)) >= 0.98 * len(texts)
        spread = Counter(
            sentence for text in texts for sentence in set(re.split(r"(?<=[.!?]) ", text))
        )
        assert spread.most_common(1)[0][1] <= 0.035 * len(texts)

    def test_posts_are_mostly_distinct(self, world):
        assert len({post.text for post in world.posts}) >= 0.95 * len(world.posts)

    def test_conversations_are_mostly_distinct(self, world):
        said = [tuple(message.text for message in each.messages) for each in world.conversations]
        assert len(said) >= 150
        assert len(set(said)) >= 0.95 * len(said)


class TestContent:
    def test_every_key_is_in_the_vocabulary(self, world):
        keys = {kind: {term.key for term in terms} for kind, terms in BY_KIND.items()}
        for person in world.people:
            assert set(person.interests) <= keys[Kind.INTEREST]
            assert set(person.skills) <= keys[Kind.SKILL]
            assert set(person.goals) <= keys[Kind.GOAL]
            assert set(person.preferences.goals_wanted) <= keys[Kind.GOAL]
            assert set(person.languages) <= keys[Kind.LANGUAGE]
            assert person.availability in keys[Kind.AVAILABILITY]
            assert {pet.kind for pet in person.companions} <= keys[Kind.COMPANION]

    def test_every_key_that_can_be_drawn_is_in_the_vocabulary(self):
        keys = {kind: {term.key for term in terms} for kind, terms in BY_KIND.items()}
        assert set(bios.OF_INTEREST) <= keys[Kind.INTEREST]
        assert {skill for skills in SKILLS.values() for skill in skills} <= keys[Kind.SKILL]
        assert set(EXTRA_SKILLS) <= keys[Kind.SKILL]
        assert {goal for both in GOALS.values() for part in both for goal in part} <= keys[
            Kind.GOAL
        ]
        assert {goal for goals in WANTED.values() for goal in goals} <= keys[Kind.GOAL]
        assert {code for city in CITIES for code in city.languages} <= keys[Kind.LANGUAGE]
        assert set(AVAILABILITY) <= keys[Kind.AVAILABILITY]

    def test_every_interest_has_words_for_bios_posts_and_messages(self):
        drawn = {interest for group in (*GROUPS, *OF_ROLE.values()) for interest in group}
        drawn |= {"dogs", "cats"}
        assert drawn <= set(bios.OF_INTEREST)
        assert drawn <= set(post_texts.OF_INTEREST)
        assert drawn <= set(ABOUT_INTEREST)
        assert {occasion.theme for occasion in OCCASIONS} <= drawn

    def test_every_job_has_sentences_and_every_role_a_purpose(self):
        assert set(SKILLS) == set(SENTENCES)
        assert set(lives.OF_COMMUNITY) == set(GOALS) == set(WANTED)

    def test_no_sentence_is_written_twice(self):
        sources = (bios.OF_INTEREST, lives.OF_COMMUNITY, SENTENCES, post_texts.OF_INTEREST)
        written = [line for source in sources for lines in source.values() for line in lines]
        assert len(set(written)) == len(written)

    def test_records_cannot_be_changed(self, world):
        with pytest.raises(dataclasses.FrozenInstanceError):
            world.people[0].city = "Rome"
