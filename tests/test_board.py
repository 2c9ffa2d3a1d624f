"""Variation boards without an engine: axes, order, keys, batches, and their folders."""

import dataclasses
import enum
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.api import Generate, Inpaint, Picture, Request, Seamless, Series, Vary
from inference.axes import EXAMPLES, Axis, AxisKind
from inference.board import SPREAD, Board, Keys, runs, spread_order
from inference.board_files import BoardFolder, Made, Saved, board_sheet, same_question
from inference.errors import BadRequest, UnknownName
from inference.geometry import Bounds, Size
from inference.post.chain import Chain
from inference.recipe import Recipe
from inference.request_json import request_as_json, request_from_json

IMAGE = np.random.default_rng(1).integers(0, 256, (48, 64, 4), np.uint8)


def words(**what):
    return Generate(**({"prompt": "potion", "seed": 7} | what))


def vary(**what):
    return Vary(**({"prompt": "potion", "seed": 7, "image": IMAGE} | what))


def board(rows="style=fluent,noto,flat", columns="strength=0.3,0.5,0.7", base=None):
    return Board(base or vary(), Axis.parse(rows), Axis.parse(columns))


# Axes


def test_every_axis_reads_its_own_example():
    for kind in AxisKind:
        axis = Axis.parse(f"{kind.value}={EXAMPLES[kind]}")
        assert axis.kind is kind
        assert Axis.parse(f"{kind.value}={axis.text}") == axis
        assert all(axis.label(value) for value in axis.values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("seed=3..6", (3, 4, 5, 6)),
        ("seed=6..4", (6, 5, 4)),
        ("strength=0.2..0.8/4", (0.2, 0.4, 0.6, 0.8)),
        ("steps=4..8/3", (4, 6, 8)),
        ("style=none,flat, none", (None, "flat")),
        ("words=red, with gold|blue", ("red, with gold", "blue")),
        ("guidance=1, 2.5,,4", (1.0, 2.5, 4.0)),
    ],
)
def test_values_are_read_as_they_are_written(text, values):
    assert Axis.parse(text).values == values


@pytest.mark.parametrize(
    "text",
    [
        "strength", "strength=", "strength= , ", "seed=1.5", "seed=one", "strength=nan", "strength=inf..1/3",
        "strength=0..1/x", "strength=0..1/1", "seed=1..99999", "strength=0..1/99999", "",
    ],
)  # fmt: skip
def test_an_axis_that_is_none_is_refused_with_a_hint(text):
    with pytest.raises(BadRequest) as raised:
        Axis.parse(text)
    assert raised.value.hint


def test_an_unknown_axis_names_the_near_one():
    with pytest.raises(UnknownName, match="strength"):
        Axis.parse("strenght=0.5")


# The order


@given(st.integers(1, 14), st.integers(1, 14))
def test_the_order_holds_every_place_once_and_begins_with_the_spread(rows, columns):
    order = spread_order(rows, columns)
    assert sorted(order) == [(row, column) for row in range(rows) for column in range(columns)]
    corners = {(0, 0), (rows - 1, columns - 1), (0, columns - 1), (rows - 1, 0)}
    assert set(order[: len(corners)]) == corners
    if len(order) > len(corners) and (rows // 2, columns // 2) not in corners:
        assert order[len(corners)] == (rows // 2, columns // 2)


def test_each_next_cell_is_the_farthest_from_those_before():
    side = 6
    order = spread_order(side, side)
    for at in range(5, len(order)):
        gaps = {cell: min(math.dist(cell, other) for other in order[:at]) for cell in order[at:]}
        assert gaps[order[at]] == pytest.approx(max(gaps.values()))


def test_ten_thousand_places_are_ordered_in_a_moment():
    assert len(set(spread_order(100, 100))) == 10_000


# Requests


def test_each_cell_asks_for_its_own_values():
    made = board()
    request = made.request(2, 1)
    assert (request.style, request.strength, request.seed, request.count) == ("flat", 0.5, 7, 1)
    assert len({cell.key for cell in made.cells}) == made.count == 9


def test_words_go_into_their_places():
    one = board("words=red,blue", "seed=1,2", words(prompt="{} potion"))
    assert [one.request(row, 0).prompt for row in (0, 1)] == ["red potion", "blue potion"]
    two = board("words=red,blue", "words=potion,shield", words(prompt="{} {} of {}"))
    assert two.request(1, 1).prompt == "blue shield of shield"
    none = board("words=red,blue", "seed=1", words())
    assert none.request(0, 0).prompt == "potion, red"
    assert board("words=red,blue", "seed=1", words(prompt="")).request(1, 0).prompt == "blue"


@pytest.mark.parametrize(
    ("rows", "columns", "base"),
    [
        ("seed=1,2", "seed=3,4", None),
        ("strength=0.1", "seed=1", words()),
        ("likeness=0.5", "seed=1", words()),
        ("seed=1..101", "steps=1..100", words()),
    ],
)
def test_axes_that_do_not_go_together_are_refused(rows, columns, base):
    with pytest.raises(BadRequest) as raised:
        board(rows, columns, base)
    assert raised.value.hint


def test_a_board_needs_an_axis_and_one_is_enough():
    with pytest.raises(BadRequest):
        Board.of(words())
    for text in ("seed=1..3", "style=flat,noto"):
        for axes in ((Axis.parse(text), None), (None, Axis.parse(text))):
            one = Board.of(words(), *axes)
            assert one.count == len(one.cells) == len(Axis.parse(text).values)


def test_names_that_stand_for_nothing_are_refused_before_anything_is_made():
    for rows in ("style=flut", "model=spritez", "scheduler=eulr"):
        with pytest.raises(UnknownName):
            _ = board(rows, "strength=0.5").cells
    with pytest.raises(BadRequest):
        _ = board(columns="strength=0.5,1.5").cells


# Keys


def key(request):
    return Keys().cell(0, 0, request).key


def test_what_is_left_open_has_the_key_of_what_it_stands_for():
    usual = key(words())
    assert key(words(previews=False, count=3)) == usual
    assert key(words(variation_seed=9, variation_strength=0.0)) == usual
    assert key(words(variation_seed=9, variation_strength=0.1)) != usual
    steps = {key(words(steps=count)) for count in range(1, 60)}
    assert usual in steps, "the model's own steps, said or not"


CHANGES = {
    "prompt": "shield", "negative": "red", "style": "flat", "seed": 8, "steps": 3, "guidance": 9.0,
    "scheduler": "ddim", "clip_skip": 1, "seamless": Seamless.X, "strength": 0.31,
    "image": IMAGE[::-1], "where": np.full((48, 64), 9, np.uint8), "post": Chain.from_text("outline"),
}  # fmt: skip


def test_every_setting_is_in_the_key():
    keys = {name: key(vary(**{name: value})) for name, value in CHANGES.items()} | {"": key(vary())}
    assert len(set(keys.values())) == len(keys)
    left = {each.name for each in dataclasses.fields(Vary)} - keys.keys()
    untold = {"count", "previews", "model", "variation_seed", "variation_strength"}
    for name in left - untold:  # what other versions of the request add
        usual = getattr(vary(), name)
        if isinstance(usual, enum.Enum):
            other = next(each for each in type(usual) if each is not usual)
            assert key(vary(**{name: other})) != keys[""], name


def test_a_style_that_was_edited_has_new_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path))
    (tmp_path / "styles").mkdir()
    said = {"version": 1, "name": "mine", "title": "Mine", "template": "{prompt}, mine", "negative": ""}
    found = []
    for template in ("{prompt}, mine", "{prompt}, ours"):
        (tmp_path / "styles" / "mine.json").write_text(json.dumps(said | {"template": template}))
        found.append(key(words(style="mine")))
    assert found[0] != found[1]


# Batches


@given(st.lists(st.integers(0, 12), min_size=1, max_size=10, unique=True), st.integers(1, 4), st.data())
def test_runs_make_every_missing_cell_once(seeds, styles, data):
    names = ["none", "fluent", "noto", "flat"][:styles]
    made_of = Board(words(), Axis.parse(f"style={','.join(names)}"), Axis(AxisKind.SEED, tuple(seeds)))
    made = set(data.draw(st.lists(st.sampled_from([cell.key for cell in made_of.cells]), unique=True)))
    todo = runs(made_of.cells, made)
    asked = [cell.key for run in todo for cell in run.cells]
    assert len(asked) == len(set(asked))
    assert set(asked) == {cell.key for cell in made_of.cells} - made
    for run in todo:
        assert run.request.count == len(run.cells)
        requests = run.request.requests if isinstance(run.request, Series) else (run.request,)
        assert [Keys().cell(0, 0, each).key for each in requests] == [cell.key for cell in run.cells]
    assert all(len(run.cells) == 1 for run in todo[: min(SPREAD, len(todo))]), "the spread comes first, one by one"


def test_of_a_picture_consecutive_seeds_are_batched():
    todo = runs(board("style=fluent,noto,flat,twemoji,glyph", "seed=1..5").cells)
    assert sorted(len(run.cells) for run in todo) == [1] * 5 + [2] * 2 + [3] * 2 + [5] * 2
    for run in todo:
        for at, cell in enumerate(run.cells):
            wanted = dataclasses.replace(run.request, seed=run.request.seed + at, count=1)
            assert Keys().cell(0, 0, wanted).key == cell.key


@pytest.mark.parametrize(
    ("rows", "columns", "batches"),
    [
        ("style=fluent,noto,flat,twemoji,glyph", "seed=1..5", [8, 8, 4]),
        ("words=red,blue,green", "guidance=1.5,2,3", [4]),
        ("words=red,blue,green,black", "guidance=1,2,3", [5, 2]),  # without guidance a batch is half as wide
        ("words=red,blue,green,black", "steps=4,6,8", [2, 3, 2]),
    ],
)
def test_of_words_alone_whatever_a_batch_can_differ_in_is_batched(rows, columns, batches):
    cells = board(rows, columns, words()).cells
    todo = runs(cells)
    assert [len(run.cells) for run in todo[:SPREAD]] == [1] * SPREAD
    assert sorted(len(run.cells) for run in todo[SPREAD:]) == sorted(batches)
    firsts = [cells.index(run.cells[0]) for run in todo]
    assert firsts == sorted(firsts), "the spread first"


def test_what_looks_like_other_pictures_is_not_mixed():
    drawn = words(references=(IMAGE,))
    todo = runs(board("style=fluent,noto,flat", "seed=1..4", drawn).cells)
    assert all(not isinstance(run.request, Series) for run in todo)


def test_widening_costs_the_new_cells_alone():
    before, after = board(), board(columns="strength=0.3,0.5,0.7,0.9")
    made = {cell.key for cell in before.cells}
    new = [cell for run in runs(after.cells, made) for cell in run.cells]
    assert sorted((cell.row, cell.column) for cell in new) == [(0, 3), (1, 3), (2, 3)]


# Folders


def picture(cell):
    pixels = np.full((48, 64, 4), 1 + cell.row * 16 + cell.column, np.uint8)
    recipe = Recipe(
        kind="vary", model="m", model_hash="", prompt=cell.request.prompt, negative="", style=cell.request.style,
        seed=cell.request.seed, steps=1, guidance=1, scheduler="ddim", width=64, height=48,
    )  # fmt: skip
    bounds = Bounds.of(Size(64, 48))
    return Picture(
        pixels=pixels, bounds=bounds, coverage=pixels[..., 0], seed=cell.request.seed, index=0, recipe=recipe
    )


def test_a_board_comes_back_with_everything(tmp_path):
    folder = BoardFolder(tmp_path / "b")
    before = board(base=vary(where=IMAGE[..., 0].copy(), seamless=Seamless.X, negative="红"))
    for cell in before.cells[:4]:
        folder.keep(cell, picture(cell))
    folder.save(Saved(board=before, title="药水", pinned=frozenset({before.cells[1].key})))
    after = folder.load()
    assert (after.title, after.pinned) == ("药水", {before.cells[1].key})
    assert (after.board.rows, after.board.columns) == (before.rows, before.columns)
    assert [cell.key for cell in after.board.cells] == [cell.key for cell in before.cells]
    assert folder.made(after.board.cells) == {cell.key for cell in before.cells[:4]}
    made = folder.read(before.cells[2].key)
    assert isinstance(made, Made)
    assert np.array_equal(made.pixels, picture(before.cells[2]).pixels)
    assert made.recipe.seed == 7


def test_a_damaged_cell_counts_as_missing(tmp_path):
    folder = BoardFolder(tmp_path)
    cell = board().cells[0]
    path = folder.keep(cell, picture(cell))
    path.write_bytes(path.read_bytes()[:200])
    assert folder.made([cell]) == set()


def _broken(text, **what):
    return json.dumps(json.loads(text) | what)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda text: _broken(text, format="other"),
        lambda text: _broken(text, version=99),
        lambda text: _broken(text, rows={"kind": "style", "values": [3]}),
        lambda text: _broken(text, rows={"kind": "frobs", "values": ["a"]}),
        lambda text: _broken(text, base={"type": "Path"}),
        lambda text: _broken(text, base={"type": "Generate", "seed": "x"}),
        lambda text: _broken(text, base={"type": "Generate", "seed": 1, "unheard": 2}),
        lambda text: _broken(text, base=json.loads(text)["base"] | {"image": "../../secret.png"}),
        lambda text: _broken(text, base=json.loads(text)["base"] | {"image": "gone.png"}),
    ],
)
def test_a_damaged_board_is_one_sentence(tmp_path, change):
    folder = BoardFolder(tmp_path)
    folder.save(Saved(board=board()))
    path = tmp_path / "board.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(BadRequest) as raised:
        folder.load()
    assert raised.value.hint


def test_requests_of_every_kind_come_back():
    kept = {}

    def put(array):
        name = f"{len(kept)}.png"
        kept[name] = array
        return name

    mask = np.zeros((48, 64), np.uint8)
    for request in (
        words(size=Size(96, 64), guidance=2.0, seamless=Seamless.BOTH),
        words(post=Chain.from_text("pixelate:cells=16,palette=pico8 outline")),
        vary(where=mask, strength=0.4),
        Inpaint(prompt="x", seed=1, image=IMAGE, mask=mask, feather=2.5),
    ):
        said = json.loads(json.dumps(request_as_json(request, put)))
        back = request_from_json(said, kept.__getitem__)
        assert type(back) is type(request)
        assert isinstance(back, Request)
        for each in dataclasses.fields(request):
            one, other = getattr(request, each.name), getattr(back, each.name)
            assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other, each.name


def test_folders_tell_one_question_from_another():
    assert same_question(board(), board(columns="seed=1,2"))
    assert not same_question(board(), board(base=vary(prompt="shield")))
    assert not same_question(board(), board(base=vary(image=IMAGE[::-1])))
    assert not same_question(board("style=flat", "seed=1"), board("style=flat", "seed=1", words()))


def test_a_sheet_has_a_place_for_every_cell_and_stays_small():
    made = board()
    cell = np.full((48, 64, 4), 255, np.uint8)
    sheet = board_sheet(made, [[cell, None, cell], [None] * 3, [cell] * 3], "potion")
    assert sheet.ndim == 3
    large = board("seed=1..100", "steps=1..100", words())
    assert max(board_sheet(large, [[None] * 100] * 100).shape) < 9000
