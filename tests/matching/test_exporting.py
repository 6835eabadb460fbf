"""Exporting: the fast runtime agrees with the original, is made once, and never mixes with it."""

import asyncio
import logging
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import structlog
from structlog.testing import capture_logs

from matching import exporting, onnx_model, sentence_model
from matching.check_texts import TEXTS
from matching.embeddings import DIMENSIONS, LocalEmbedder, ModelUnavailable
from matching.nearest import NearestTerms
from matching.onnx_model import LEAST_COSINE, Export

pytestmark = pytest.mark.xdist_group("export")
ROOT = Path(__file__).parents[2]
OTHERS = ["I keep bees on a roof.", "Ich suche eine Band, Bass vorhanden.", "café " * 90, "7"]
WITHOUT_TORCH = """
import sys
from pathlib import Path
from matching.exporting import open_model
embedder = open_model(None, runtime="auto", kept_in=Path(sys.argv[1]))
print(embedder.model_version, embedder.embed_now(["chess"]).shape)
embedder.close()
sys.exit(" ".join({"torch", "transformers", "sentence_transformers"} & set(sys.modules)) or None)
"""


@pytest.fixture(scope="module")
def kept_in(tmp_path_factory):
    """A folder with the export, made as a starting process makes it."""
    folder = tmp_path_factory.mktemp("models")
    exporting.ensure(None, folder)
    return folder


@pytest.fixture(scope="module")
def fast(kept_in):
    embedder = exporting.open_model(None, runtime="auto", kept_in=kept_in)
    yield embedder
    embedder.close()


@pytest.fixture
def made(monkeypatch):
    """The folders that exports were made in, quickly: of a few bytes, as near as `near` says."""

    class Made(list):
        near = 1.0

    made = Made()

    def run(_, folder):
        made.append(folder)
        for name in (onnx_model.MODEL_FILE, onnx_model.TOKENIZER_FILE):
            (folder / name).write_bytes(name.encode())
        Export(onnx_model.digests_of(folder), made.near, made.near).write(folder)

    monkeypatch.setattr(exporting, "_run", run)
    return made


def test_the_check_texts_are_many_and_each_once():
    assert len(TEXTS) == len(set(TEXTS)) >= 64
    assert min(map(len, TEXTS)) == 0
    assert max(map(len, TEXTS)) > 1_000


def test_the_export_records_how_near_it_is_to_the_original(kept_in):
    export = Export.read(exporting.folder_of(kept_in))
    assert LEAST_COSINE <= export.lowest <= export.mean <= 1.0


async def test_texts_that_were_not_checked_agree_too(fast, embedder):
    there, here = await fast.embed(OTHERS), await embedder.embed(OTHERS)
    assert there.shape == (len(OTHERS), DIMENSIONS)
    assert there.dtype == np.float32
    assert np.linalg.norm(there, axis=1) == pytest.approx(np.ones(len(OTHERS)), abs=1e-5)
    assert np.sum(there * here, axis=1).min() >= LEAST_COSINE


async def test_a_vector_does_not_depend_on_its_neighbours(fast, kept_in):
    together = await fast.embed(OTHERS)
    other = exporting.open_model(None, runtime="auto", kept_in=kept_in)  # remembers nothing
    alone = [(await other.embed([text]))[0] for text in OTHERS]
    other.close()
    assert np.array_equal(together, np.stack(alone))


async def test_what_exceeds_the_longest_text_is_not_read(fast):
    whole, cut = await fast.embed(["sea " * 254, "sea " * 1_000])
    assert np.array_equal(whole, cut)
    assert (await fast.embed([])).shape == (0, DIMENSIONS)


def test_the_cosine_of_another_word_for_a_term_holds_here_too(fast):
    hiking, nothing = NearestTerms(fast.embed_now)(["wandering through mountains", "rugby"])
    assert hiking is not None
    assert hiking[0].label == "Hiking"
    assert nothing is None


def test_a_process_with_an_export_never_imports_torch(kept_in):
    answer = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-c", WITHOUT_TORCH, str(kept_in)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == f"{onnx_model.MODEL_VERSION} (1, {DIMENSIONS})\n"


def test_an_export_is_made_once(kept_in, made):
    assert exporting.ensure(None, kept_in) == exporting.folder_of(kept_in)
    assert made == []


def test_processes_that_start_together_make_it_once(tmp_path, made):
    both = [threading.Thread(target=exporting.ensure, args=(None, tmp_path)) for _ in range(4)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(made) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "lock",
        exporting.folder_of(tmp_path).name,
    }


@pytest.mark.parametrize("name", [onnx_model.MODEL_FILE, onnx_model.TOKENIZER_FILE, "export.json"])
def test_a_changed_export_is_not_used_but_made_again(tmp_path, made, name):
    folder = exporting.ensure(None, tmp_path)
    (folder / name).write_bytes(b"{}")
    assert exporting.existing(tmp_path) is None
    with pytest.raises(ModelUnavailable, match="is missing or changed: start this process again"):
        LocalEmbedder(exported=folder).embed_now(["chess"])
    assert exporting.ensure(None, tmp_path) == folder == exporting.existing(tmp_path)
    assert len(made) == 2


def test_what_was_made_by_other_versions_is_not_used(tmp_path, made, monkeypatch):
    exporting.ensure(None, tmp_path)
    monkeypatch.setattr(exporting, "version", lambda name: "0.0")
    assert exporting.existing(tmp_path) is None


@pytest.fixture
def logged():
    """What is logged, whatever level the tests before this one have set."""
    ours = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with capture_logs() as logs:
        yield logs
    structlog.configure(**ours)


def test_torch_stays_where_the_export_is_too_far_and_a_warning_says_so(tmp_path, made, logged):
    made.near = 0.97
    for _ in range(2):
        exporting.prepare(None, runtime="auto", kept_in=tmp_path)
    warnings = [each for each in logged if each["log_level"] == "warning"]
    assert len(warnings) == 2
    assert "the lowest cosine is 0.9700, not 0.98" in warnings[0]["reason"]
    assert len(made) == 1  # the next start does not try again
    embedder = exporting.open_model(None, runtime="auto", kept_in=tmp_path)
    assert embedder.model_version == sentence_model.MODEL_VERSION
    with pytest.raises(ModelUnavailable, match="too far"):
        exporting.open_model(None, runtime="onnx", kept_in=tmp_path)


@pytest.mark.parametrize(
    ("runtime", "version"),
    [
        ("torch", sentence_model.MODEL_VERSION),
        ("auto", sentence_model.MODEL_VERSION),  # nobody has made one
        ("onnx", onnx_model.MODEL_VERSION),
    ],
)
def test_the_runtime_is_chosen_and_named_by_the_version(tmp_path, made, runtime, version):
    embedder = exporting.open_model(None, runtime=runtime, kept_in=tmp_path)
    assert embedder.model_version == version
    assert len(made) == (runtime == "onnx")
    embedder.close()


def test_torch_needs_no_export(tmp_path, made):
    exporting.prepare(None, runtime="torch", kept_in=tmp_path / "models")
    assert made == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_exported_or_kept_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ModelUnavailable, match=r"cannot be kept in .*file: File exists\.$"):
        exporting.prepare(None, runtime="onnx", kept_in=tmp_path / "file")
    with pytest.raises(ModelUnavailable, match="is missing"):
        exporting.prepare(tmp_path / "nowhere", runtime="onnx", kept_in=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_export_that_fails_leaves_nothing(tmp_path, monkeypatch):
    nowhere = tmp_path / "no model"
    monkeypatch.setattr(exporting, "check", lambda _: nowhere)
    with pytest.raises(ModelUnavailable, match="The embedding model cannot be exported: "):
        exporting.ensure(None, tmp_path / "models")
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["lock"]


async def test_the_event_loop_goes_on_while_the_export_is_read(kept_in):
    embedder = exporting.open_model(None, runtime="auto", kept_in=kept_in)
    embedding = asyncio.create_task(embedder.embed(["chess"]))
    turns = 0
    while not embedding.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 1
    embedder.close()


def test_an_export_can_be_copied(kept_in, tmp_path):
    shutil.copytree(exporting.folder_of(kept_in), exporting.folder_of(tmp_path))
    assert exporting.existing(tmp_path) == exporting.folder_of(tmp_path)
