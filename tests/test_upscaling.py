"""The upscaler that is shipped: tiles as the whole, alpha clean, better than Lanczos, stopped when asked."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)

from inference.alpha import premultiply, unpremultiply
from inference.cancelling import Cancel, heard, stopped_by
from inference.errors import BadPicture, BadRequest, Cancelled
from inference.post.chain import Chain
from inference.upscaling import Upscaler, enlarged
from inference.upscaling_card import GRAPH, SHIPPED, read_card


def smaller(colours, by=2):
    height, width = colours.shape[0] // by, colours.shape[1] // by
    return colours.reshape(height, by, width, by, 4).mean(axis=(1, 3))


def drawings(side, count=4):
    """Premultiplied drawings with soft edges, none of which it has seen."""
    for large in Drawn(count, 4 * side).pictures:
        yield smaller(large.astype(np.float32) / 255, 4)


@pytest.fixture(scope="module")
def picture():
    """A drawing beside noise, empty to the left and opaque to the right: (44, 70, 4) straight."""
    random = np.random.default_rng(3)
    pixels = np.zeros((44, 70, 4), np.uint8)
    pixels[4:36, 16:48] = unpremultiply(next(drawings(32)))
    pixels[:, 50:] = random.integers(0, 256, (44, 20, 4))
    pixels[..., 3][:, 56:] = 255
    return pixels


def test_the_shipped_card_is_whole_and_small():
    card = read_card(SHIPPED)
    assert card.factor == 2
    assert card.sources
    assert "CC-BY" in card.licence
    assert (SHIPPED / GRAPH).stat().st_size < 300_000
    for size in ("64 to 128", "128 to 256"):
        gain = card.figures[size]["model"]["all"] - card.figures[size]["lanczos"]["all"]
        assert gain > 5, f"{size}: {gain:.1f} dB"


def test_tiles_are_as_the_whole(picture):
    with closing(Upscaler(threads=1, tile=17)) as small, closing(Upscaler(threads=1, tile=512)) as large:
        *shares, (share, tiled) = small.run(picture)
        *_, (_, whole) = large.run(picture)
    assert share == 1
    assert len(shares) == 14
    apart = np.abs(premultiply(tiled) - premultiply(whole)).max() * 255
    assert apart <= 1, f"{apart:.2f} levels"


def test_what_is_empty_stays_empty_and_what_is_opaque_opaque(picture):
    made = enlarged(picture, 2)
    assert made.shape == (88, 140, 4)
    assert not made[:, :24].any()
    assert (made[:, 116:, 3] == 255).all()
    assert not made[made[..., 3] == 0].any()
    assert not enlarged(np.zeros((5, 7, 4), np.uint8), 2).any()


def test_it_is_better_than_lanczos_on_drawings_it_has_not_seen():
    for wanted in drawings(48):
        small = unpremultiply(smaller(wanted))
        error = {}
        for method in ("model", "lanczos"):
            made = premultiply(Chain.from_text(f"upscale:by=2,method={method}").apply(small))
            error[method] = -10 * np.log10(np.square(made - wanted).mean())
        assert error["model"] > error["lanczos"] + 3, error


def test_four_times_is_twice_twice_and_three_lies_between(picture):
    small = picture[:20, 10:30]
    assert np.array_equal(enlarged(small, 4), enlarged(enlarged(small, 2), 2))
    assert enlarged(small, 3).shape == (60, 60, 4)
    assert np.array_equal(enlarged(small, 1), small)


def test_a_picture_without_alpha_is_opaque():
    made = enlarged(np.full((9, 6, 3), 130, np.uint8), 2)
    assert made.shape == (18, 12, 4)
    assert (np.abs(made[..., :3].astype(int) - 130) <= 2).all()
    assert (made[..., 3] == 255).all()


@pytest.mark.parametrize("by", [0, 17])
def test_a_factor_that_cannot_be_is_refused(by):
    with pytest.raises(BadRequest):
        enlarged(np.zeros((4, 4, 4), np.uint8), by)
    with pytest.raises(BadPicture):
        Chain.from_text("upscale:by=16,method=model").apply(np.zeros((4, 1024, 4), np.uint8))


def test_it_stops_between_tiles(picture):
    cancel = Cancel()
    with closing(Upscaler(threads=1, tile=16)) as upscaler, stopped_by(cancel):
        run = upscaler.run(picture)
        next(run)
        cancel.set()
        with pytest.raises(Cancelled):
            next(run)
    heard()  # nobody listens any more


def test_a_chain_stops_between_steps(picture):
    cancel = Cancel()
    with stopped_by(cancel):
        stages = Chain.from_text("outline pad").results(picture)
        next(stages)
        cancel.set()
        with pytest.raises(Cancelled):
            next(stages)


def test_a_chain_that_does_not_ask_for_the_model_brings_no_runtime():
    code = (
        "import sys, numpy as np\n"
        "from inference.post.chain import Chain\n"
        "Chain.from_text('upscale:method=lanczos').apply(np.zeros((4, 4, 4), np.uint8))\n"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
