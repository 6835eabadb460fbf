"""Files of decisions: what may be in them, and one sentence with the line for what may not."""

from datetime import UTC, datetime

import pytest

from matching.decision_files import DecisionFileError, read_decisions
from matching.scoring import PRIOR

HEAD = "viewer,candidate,decision,time"


@pytest.fixture
def read(tmp_path):
    def read(*lines, encoding="utf-8"):
        path = tmp_path / "decisions.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return read_decisions(path)

    return read


@pytest.mark.parametrize(
    ("word", "liked"),
    [("like", True), ("PASS", False), ("1", True), ("0", False), ("yes", True), ("false", False)],
)
def test_decisions_have_several_words(read, word, liked):
    assert read(HEAD, f"ann,bob,{word},2026-01-05")[0].liked is liked


@pytest.mark.parametrize(
    "time", ["2026-01-05", "2026-01-05T01:00:00+01:00", "2026-01-05 00:00", "1767571200"]
)
def test_times_are_moments_or_seconds(read, time):
    assert read(HEAD, f"ann,bob,like,{time}")[0].at == datetime(2026, 1, 5, tzinfo=UTC)


def test_features_are_numbers_in_json_or_in_columns(read):
    [found] = read(
        f"{HEAD},features,height,weight,similarity",
        'ann,bob,like,5,"{""age_closeness"": 0.5, ""fun"": null}",180,,-0.2',
    )
    assert found.there == {"age_closeness": 0.5, "height": 180.0, "text_similarity": 0.0}
    assert found.back == {"text_similarity": 0.0}


def test_profiles_are_measured_by_the_product_both_ways(read):
    viewer = '"{""interests"": [""Live Music"", ""chess""], ""prompt_count"": 3}"'
    candidate = (
        '"{""interests"": [""live music""], ""latitude"": 1, ""longitude"": 2,'
        ' ""birth_date"": ""1990-02-03"", ""last_active_at"": ""2026-01-01"", ""text"": ""hi"",'
        ' ""availability"": ""evenings""}"'
    )
    [found] = read(
        f"{HEAD},viewer_profile,candidate_profile,similarity",
        f"ann,bob,like,2026-01-05,{viewer},{candidate},0.4",
    )
    assert set(found.there) == set(PRIOR.weights)
    assert found.there["interests_shared"] == found.back["interests_shared"] == 1.0
    assert found.there["text_similarity"] == 0.4
    assert (found.there["prompts_answered"], found.back["prompts_answered"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ann,bob,like", "it has more or fewer fields than the header"),
        ("ann,bob,like,5,,,,,,7", "it has more or fewer fields than the header"),
        (",bob,like,5,,,,,", "viewer is empty"),
        ("ann,ann,like,5,,,,,", "viewer and candidate are the same"),
        ("ann,bob,maybe,5,,,,,", "decision is 'maybe', and must be like or pass"),
        ("ann,bob,like,soon,,,,,", "time is 'soon', and must be a time of ISO 8601"),
        ("ann,bob,like,1e99,,,,,", "time is '1e99', and must be a time of ISO 8601"),
        ("ann,bob,like,5,{,,,,", "features is no JSON"),
        ("ann,bob,like,5,[],,,,", "features must be a JSON object"),
        ('ann,bob,like,5,"{""x"": ""y""}",,,,', "the feature x must be a finite number"),
        ("ann,bob,like,5,,2,,,", "the signal nearness is 2, and must be from 0 to 1"),
        ("ann,bob,like,5,,near,,,", "nearness is 'near', and must be a number"),
        ("ann,bob,like,5,,nan,,,", "the feature nearness must be a finite number"),
        ("ann,bob,like,5,,,2,,", "similarity is '2', and must be from -1 to 1"),
        ("ann,bob,like,5,,,much,,", "similarity is 'much', and must be from -1 to 1"),
        (
            'ann,bob,like,5,,,,"{""interests"": 1}",',
            "viewer_profile.interests must be a list of words",
        ),
        (
            'ann,bob,like,5,,,,,"{""latitude"": 1}"',
            "candidate_profile must have latitude and longitude, or neither",
        ),
        (
            'ann,bob,like,5,,,,,"{""birth_date"": ""old""}"',
            "candidate_profile.birth_date is 'old', and must be a date of ISO 8601",
        ),
        ('ann,bob,like,5,,,,,"{""text"": 1}"', "candidate_profile.text must be a text"),
        (
            'ann,bob,like,5,,,,,"{""prompt_count"": -1}"',
            "candidate_profile.prompt_count must be a number of 0 or more",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, line, sentence):
    head = f"{HEAD},features,nearness,similarity,viewer_profile,candidate_profile"
    with pytest.raises(DecisionFileError) as refused:
        read(head, "ann,bob,like,5,,,,,", line)
    assert str(refused.value) == f"line 3: {sentence}."


def test_an_unknown_part_of_a_profile_is_told_with_those_there_are(read):
    with pytest.raises(DecisionFileError, match=r"line 2: viewer_profile has 'race', and may have"):
        read(f"{HEAD},viewer_profile", 'ann,bob,like,5,"{""race"": 1}"')


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "line 1: the column viewer is missing."),
        (("viewer,candidate,time",), "line 1: the column decision is missing."),
        ((f"{HEAD},time",), "line 1: the column time is there twice."),
        ((HEAD,), "line 1: there are no decisions in the file."),
    ],
)
def test_a_header_must_be_whole(read, lines, sentence):
    with pytest.raises(DecisionFileError) as refused:
        read(*lines)
    assert str(refused.value) == sentence


def test_what_is_no_csv_in_utf_8_is_refused(read):
    with pytest.raises(DecisionFileError, match=r"^line \d: this is no CSV in UTF-8: "):
        read(HEAD, 'ann,"b"ob,like,5')
    with pytest.raises(DecisionFileError, match=r"^line \d: this is no CSV in UTF-8: "):
        read(HEAD, "änn,bob,like,5", encoding="latin-1")
