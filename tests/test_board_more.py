"""From picks to boards of more: blends of them, and the way from one to another."""

from dataclasses import replace

import numpy as np
import pytest

from inference.api import Blend, Generate, Vary
from inference.axes import Axis, AxisKind
from inference.board import Board, Keys, runs
from inference.board_files import BoardFolder, Saved
from inference.board_more import between, more_like
from inference.errors import BadRequest

RED, BLUE = (Generate(prompt=f"{colour} apple", seed=seed) for colour, seed in (("red", 3), ("blue", 9)))
IMAGE = np.random.default_rng(1).integers(0, 256, (32, 32, 4), np.uint8)


def test_more_like_one_mixes_its_noise_with_new_seeds():
    board = more_like([RED], 100)
    for cell in board.cells:
        assert cell.request.variation_seed == RED.seed
        assert cell.request.variation_strength == board.rows.values[cell.row]
        assert cell.request.seed == 100 + cell.column
    assert any(len(run.cells) > 1 for run in runs(board.cells)), "new seeds are batched"


def test_more_like_several_blends_them_in_equal_shares():
    board = more_like([RED, BLUE, replace(RED, seed=4)], 100)
    for cell in board.cells:
        request = cell.request
        assert isinstance(request, Blend)
        assert request.weights == pytest.approx((1 / 3,) * 3)
        assert request.variation_strength == pytest.approx(1 - float(board.rows.values[cell.row]))
        assert request.seed == 100 + cell.column
    assert len({cell.key for cell in board.cells}) == board.count


def test_between_two_goes_from_one_to_the_other():
    board = between(RED, BLUE, 7)
    shares = [board.request(0, column).weights for column in range(5)]
    assert shares == [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1)]
    assert board.request(0, 2).variation_strength == 0
    assert board.request(1, 2).variation_strength == pytest.approx(0.15)
    assert len({cell.key for cell in board.cells}) == board.count


def test_the_seed_of_a_blend_counts_only_where_it_is_mixed_in():
    exact = Blend(ends=(RED, BLUE), weights=(0.5, 0.5), seed=1)
    keys = [Keys().cell(0, 0, replace(exact, seed=seed, variation_strength=share)).key
            for share in (0.0, 0.5) for seed in (1, 2)]  # fmt: skip
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_blends_of_blends_are_blends_of_their_ends():
    half = between(RED, BLUE, 7).request(0, 2)
    assert isinstance(half, Blend)
    board = more_like([half, replace(RED, seed=5)], 1)
    assert isinstance(board.base, Blend)
    assert board.base.weights == pytest.approx((0.25, 0.25, 0.5))
    alike = more_like([half], 1)
    assert isinstance(alike.base, Blend)
    assert alike.base.ends == half.ends
    with pytest.raises(BadRequest):
        more_like([replace(half, variation_strength=0.3), RED], 1)


def test_a_blend_varies_only_in_what_is_its_own():
    base = between(RED, BLUE, 7).base
    for text in ("style=flat,noto", "words=a,b", "model=sprites"):
        with pytest.raises(BadRequest):
            Board.of(base, Axis.parse("seed=1,2"), Axis.parse(text))
    with pytest.raises(BadRequest):
        Board.of(RED, Axis(AxisKind.BETWEEN, (0.0, 1.0)))
    three = more_like([RED, BLUE, replace(RED, seed=4)], 1).base
    with pytest.raises(BadRequest):
        Board.of(three, Axis(AxisKind.BETWEEN, (0.0, 1.0)), Axis.parse("seed=1"))


def test_a_blended_board_comes_back(tmp_path):
    one = Vary(prompt="apple", seed=1, image=IMAGE, strength=0.5)
    other = replace(one, seed=2, image=IMAGE[::-1].copy(), strength=0.7)
    before = between(one, other, 3)
    folder = BoardFolder(tmp_path)
    folder.save(Saved(board=before))
    after = folder.load().board
    assert [cell.key for cell in after.cells] == [cell.key for cell in before.cells]
