"""A style for a model that sketches: its sketches in the style's colours, and layers taught without losing the layout.

A UNet that sketches from the words (``training.sketched``) takes the layout of a picture from its sketch. The ten
pictures of a style lie elsewhere than the sketches of their captions, and have other colours; low-rank layers that are
taught with these learn to distrust the sketch, and everything falls apart. Therefore:

- *Colours.* One affine map of latent cells takes the sketches of the captions to the latents of the pictures. It is
  fitted by ridge regression towards no change (Hoerl and Kennard, Ridge Regression, 1970), cell by cell, so it knows
  nothing of where things are, and is put into the eigenpictures.
- *Layout.* While the layers are taught, the UNet is shown a sketch of the very picture that it denoises: the most
  probable weights of the eigenpictures, whose prior is a standard normal, under noise of ``DOUBT``.
- *Words.* The pictures are called by the style of the model that is nearest to them, since the words stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from inference.errors import BadRequest
from training.models import Models, encode_words, tokens
from training.sketched import Sketch

PULL = 30.0
"""Weight of no change, in cells: a picture of 128 pixels has 256 of them."""
DOUBT = 1.0
"""Variance of the noise from which the weights of a picture's own sketch are told; that of the latents is 1."""


def cell_map(sketches: Tensor, latents: Tensor, pull: float = PULL) -> tuple[Tensor, Tensor]:
    """The affine map of cells from sketches to latents.

    Args:
        sketches, latents: (pictures, channels, height, width).

    Returns:
        (channels, channels) matrix and (channels,) shift: a cell x becomes x @ matrix + shift.

    Raises:
        BadRequest: for pictures of another size than the sketches'.
    """
    if sketches.shape != latents.shape:
        given, own = latents.shape[2], sketches.shape[2]
        raise BadRequest(
            f"The pictures have {given} cells a side, and the model sketches {own}.",
            hint="Normalise them to the size of the model: train normalise --size.",
        )
    given, wanted = (each.movedim(1, -1).flatten(0, -2).double() for each in (sketches, latents))
    count = given.shape[1]
    given = torch.cat([given, torch.ones(len(given), 1, dtype=given.dtype)], 1)
    same = torch.eye(count + 1, count, dtype=given.dtype)
    power = given.T @ given + torch.diag(torch.tensor([pull] * count + [1e-6], dtype=given.dtype))
    found = same + torch.linalg.solve(power, given.T @ (wanted - given @ same))
    return found[:-1].float(), found[-1].float()


def mapped(cells: Tensor, matrix: Tensor, shift: Tensor) -> Tensor:
    """(pictures, channels, height, width) with each cell mapped."""
    return torch.einsum("nchw,cd->ndhw", cells, matrix) + shift[:, None, None]


def left_out(sketches: Tensor, latents: Tensor) -> float:
    """Mean squared error of each picture under the map that was fitted to the others; of one picture, without a map."""
    if len(latents) < 2:
        return float((sketches - latents).square().mean())
    errors = []
    for index in range(len(latents)):
        others = [i for i in range(len(latents)) if i != index]
        found = mapped(sketches[[index]], *cell_map(sketches[others], latents[others]))
        errors.append((found - latents[[index]]).square().mean())
    return float(torch.stack(errors).mean())


@torch.no_grad()
def sketches_of(models: Models, prompts: Sequence[str]) -> Tensor:
    """(prompts, channels, height, width) what the model sketches."""
    sketch: Sketch = models.unet.sketch
    states = encode_words(models, tokens(models.tokenizers, list(prompts)), (0, 0)).states
    return sketch.draw(sketch(states))


def nearest_style(models: Models, captions: Sequence[str], latents: Tensor, styles: Sequence[str]) -> str:
    """The style of the model whose sketches, in the pictures' colours, tell most of the pictures.

    Args:
        captions: without a style.
        latents: (pictures, channels, height, width) of the pictures.
        styles: that the model knows; at least one.
    """
    errors = {
        style: left_out(sketches_of(models, [f"{caption}, {style} style" for caption in captions]), latents)
        for style in styles
    }
    return min(errors, key=lambda style: errors[style])


@torch.no_grad()
def put_into(sketch: Sketch, matrix: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Let everything that is sketched be mapped, and return how weight and bias of the eigenpictures changed."""
    weight, bias = sketch.basis.weight, sketch.basis.bias
    before = weight.clone(), bias.clone()
    shape = sketch.shape
    weight.copy_(torch.einsum("cpk,cd->dpk", weight.view(shape[0], -1, weight.shape[1]), matrix).reshape(weight.shape))
    bias.copy_(mapped(bias.view(1, *shape), matrix, shift).flatten())
    return weight - before[0], bias - before[1]


@torch.no_grad()
def weights_of(sketch: Sketch, latents: Tensor, doubt: float = DOUBT) -> Tensor:
    """The weights of the eigenpictures that pictures most probably have.

    Args:
        latents: (pictures, channels, height, width).
        doubt: variance of the noise that they are seen under: the more, the rougher the sketch.

    Returns:
        (pictures, components).
    """
    basis = sketch.basis.weight.double()
    away = (latents.flatten(1) - sketch.basis.bias).double()
    power = basis.T @ basis / doubt + torch.eye(basis.shape[1], dtype=basis.dtype)
    return torch.linalg.solve(power, (away @ basis / doubt).T).T.float()
