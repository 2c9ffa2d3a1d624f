"""A model's words in use: the engine, the command line, and the check of a model folder."""

import json
import re
import shutil

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import main as program
from inference.api import Generate, Notice, Picture
from inference.checking import State, check_model
from inference.engine import LocalEngine
from inference.manifest import MANIFEST_FILE
from inference.metadata import read_recipe
from inference.nearest import Concept
from inference.words import Vocabulary
from inference.words_file import WORDS_FILE, write_words
from training.words import put_words

KNOWN = Vocabulary(
    {
        "red apple": Concept(("apple",), ("红苹果", "苹果"), ("fruit",)),
        "goblin": Concept(("hobgoblin",), ("哥布林",), ("creature",)),
        "dagger": Concept((), ("匕首",), ("weapon",)),
        "crossed swords": Concept((), (), ("weapon",)),
    },
    {"flat": ("扁平",), "noto": ()},
    ("big",),
)
FAST = {"steps": 1, "seed": 5, "previews": False}
PARTS = ("text_encoder", "unet", "vae_encoder", "vae_decoder")


@pytest.fixture(scope="module")
def linked(exported):
    """``linked(folder)``: a tiny model with files of its own and the graphs of the exported one."""

    def link(folder):
        for path in exported("rgba").iterdir():
            if path.is_dir():
                (folder / path.name).symlink_to(path)
            else:
                shutil.copyfile(path, folder / path.name)
        card = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        said = {"licence": "own", "sources": ["these tests"], "styles": ["flat", "noto"]}
        (folder / MANIFEST_FILE).write_text(json.dumps(card | said), "utf-8")
        return folder

    return link


@pytest.fixture(scope="module")
def plain(linked, tmp_path_factory):
    return linked(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def model(linked, tmp_path_factory):
    folder = linked(tmp_path_factory.mktemp("known"))
    put_words(KNOWN, folder)
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path_factory.mktemp("graphs"))
    yield engine
    engine.close()


def made(engine, model, prompt, **more):
    events = list(engine.run(Generate(model=str(model), prompt=prompt, **FAST | more)))
    (picture,) = [event for event in events if isinstance(event, Picture)]
    return picture, [event for event in events if isinstance(event, Notice)]


def run(*arguments):
    return program.main([str(argument) for argument in arguments])


@pytest.mark.parametrize("prompt", ["hobgoblin", "Goblins", "哥布林", "a goblin, zorp"])
def test_all_words_for_a_thing_give_the_same_picture(engine, model, prompt):
    wanted, notices = made(engine, model, "goblin")
    assert notices == []
    assert np.array_equal(made(engine, model, prompt)[0].pixels, wanted.pixels)


def test_an_unknown_word_is_told_and_the_recipe_keeps_what_was_typed(engine, model):
    picture, (notice,) = made(engine, model, "big sabre", negative="zorp", guidance=3.0)
    words = "Words that the model does not know are left out: 'sabre' (nearest: dagger, crossed swords); 'zorp'."
    assert notice.message == words
    assert [each.word for each in notice.unknown] == ["sabre", "zorp"]
    assert (picture.recipe.prompt, picture.recipe.negative) == ("big sabre", "zorp")
    assert picture.recipe.notices == (words,)


def test_a_negative_that_is_not_used_is_not_told(engine, model):
    assert made(engine, model, "goblin", negative="zorp", guidance=1.0)[1] == []


def test_models_without_a_list_take_prompts_as_they_are(engine, plain, model):
    assert made(engine, plain, "zorp")[1] == []
    typed, known = (made(engine, each, "apple")[0].pixels for each in (plain, model))
    assert not np.array_equal(typed, known), "an apple is a red apple to the model with a list"
    assert np.array_equal(made(engine, plain, "red apple")[0].pixels, known)


def test_generate_tells_unknown_words_on_stderr_and_in_json(model, tmp_path, capsys):
    words = ["--model", model, "--steps", "1", "--seed", "5", "--device", "cpu", "--quiet", "--out", tmp_path]
    assert run("generate", "a sabre, flat style", "--json", *words) == 0
    out, err = capsys.readouterr()
    (entry,) = json.loads(out)
    assert entry["unknown"] == [{"word": "sabre", "nearest": ["dagger", "crossed swords"]}]
    assert "'sabre' (nearest: dagger, crossed swords)" in err
    assert read_recipe(tmp_path / "a-sabre-flat-style-5.png").prompt == "a sabre, flat style"
    assert run("generate", "goblin", "--json", *words) == 0
    assert json.loads(capsys.readouterr().out)[0]["unknown"] == []


def test_models_words_lists_and_looks_up(model, exported, capsys):
    assert run("models", "words", model) == 0
    out, err = capsys.readouterr()
    assert [line.split("\t")[0] for line in out.splitlines()] == sorted(KNOWN.concepts)
    assert "styles: flat, noto" in err
    assert run("models", "words", model, "weapons") == 0
    out, err = capsys.readouterr()
    assert [line.split("\t")[0] for line in out.splitlines()] == ["crossed swords", "dagger"]
    assert "'weapons' (nearest: dagger, crossed swords)" in err
    assert run("models", "words", model, "大苹果，扁平风格", "--json") == 0
    assert json.loads(capsys.readouterr().out)["read"] == "big red apple, flat style"
    assert run("models", "words", str(exported("rgba"))) == 2
    assert "no list of words" in capsys.readouterr().err


def test_models_inspect_counts_the_words(model, capsys):
    assert run("models", "inspect", model, "--json", "--hash") == 0
    described = json.loads(capsys.readouterr().out)
    assert described["words"].startswith("4 concepts, 2 styles, 1 other words")
    assert described["verified"] == "all files are as they were exported"


# models check


def checks(folder):
    return {check.name: check for check in check_model(folder, steps=1, threads=1)}


def test_a_whole_model_passes_every_check(model, capsys):
    assert run("models", "check", model, "--steps", "1", "--device", "cpu", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["whole"]
    assert {each["state"] for each in report["checks"]} == {"ok"}
    names = ["manifest", "files", "hashes", "words", "licence", *(f"graph {part}" for part in PARTS), "picture"]
    assert [each["name"] for each in report["checks"]] == names


def test_a_model_without_words_and_licence_is_warned_of(linked, tmp_path, capsys):
    folder = linked(tmp_path)
    card = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    (folder / MANIFEST_FILE).write_text(json.dumps({**card, "licence": "", "hashes": {}}), "utf-8")
    assert run("models", "check", folder, "--steps", "1", "--device", "cpu") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("warn")} == {"hashes", "words", "licence"}


def test_words_that_were_changed_fail(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "copy", symlinks=True)
    write_words(Vocabulary(KNOWN.concepts, {"flat": ()}, ()), folder)
    found = checks(folder)
    assert (found["hashes"].state, found["words"].state) == (State.FAIL, State.WARN)
    assert WORDS_FILE in found["hashes"].words
    assert "noto" in found["words"].words
    (folder / WORDS_FILE).write_text("{}", "utf-8")
    (refused,) = checks(folder).values()
    assert (refused.name, refused.state) == ("manifest", State.FAIL)
    assert "not a list of words" in refused.words


def own(folder, part):
    """A copy of a part that may be changed."""
    source = (folder / part).resolve()
    (folder / part).unlink()
    return shutil.copytree(source, folder / part)


def test_a_missing_tokenizer_and_schedule_fail(linked, tmp_path):
    folder = linked(tmp_path)
    shutil.rmtree(own(folder, "scheduler"))
    assert checks(folder)["files"].state is State.FAIL
    shutil.rmtree(own(folder, "tokenizer"))
    found = checks(folder)
    assert found["files"].state is State.FAIL
    assert "tokenizer" in found["files"].words


def test_a_missing_graph_fails_with_status_1_and_what_is_no_model_with_2(linked, tmp_path, capsys):
    folder = linked(tmp_path)
    (folder / "unet").unlink()
    assert run("models", "check", folder) == 1
    assert re.match(r"fail +manifest +.*unet", capsys.readouterr().out)
    (tmp_path / "empty").mkdir()
    assert run("models", "check", tmp_path / "empty") == 2
    assert run("models", "check", "spritz") == 2


@pytest.mark.parametrize(("value", "words"), [(np.nan, "no numbers"), (0.0, "one colour")])
def test_a_picture_that_is_none_fails(linked, tmp_path, value, words):
    folder = linked(tmp_path)
    part = "unet" if np.isnan(value) else "vae_decoder"
    path = own(folder, part) / "model.onnx"
    graph = onnx.load(path)
    for tensor in graph.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype.kind == "f" and array.ndim == 4:
            tensor.CopyFrom(numpy_helper.from_array(np.full_like(array, value), tensor.name))
    onnx.save(graph, path)
    picture = checks(folder)["picture"]
    assert picture.state is State.FAIL
    assert words in picture.words
