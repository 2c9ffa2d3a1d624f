"""What LoRA files do to one layer's weight: the algebra of LoRA and of LyCORIS, in numbers.

Those that add something (LoRA, LoHa, LoKr, a whole difference) add that much times the weight. Those that depend on
what is there (DoRA, OFT, BOFT, IA3) go that share of the way from the model's own weight to theirs, so that 0 is always
the model as it is. Yeh et al., Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to Model Evaluation
(2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Change = NDArray[np.float32]


class LayerChange(Protocol):
    """What a file does to one layer. Weights are in PyTorch's shape: (outputs, inputs, ...)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the weights that it is for, as far as it says."""
        ...

    @property
    def bias(self) -> Array | None:
        """What the bias gains, (outputs,), or None."""
        ...

    def fits(self, shape: tuple[int, ...]) -> bool:
        """True when it can be used on weights of a shape."""
        ...

    def moved(self, own: Array, weight: float) -> Change:
        """What is added to a layer's own weight, in its shape."""
        ...


class _Alone:
    bias: Array | None = None


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A convolution of 1 x 1 is a linear layer."""
    return shape[:2] if shape[2:] == (1, 1) else shape


def _float(value: Array) -> Change:
    return np.asarray(value, np.float32)


# Added


@dataclass(frozen=True, eq=False)
class LowRank(_Alone):
    """Hu et al., LoRA (2022): W + w (alpha / rank) B A.

    Attributes:
        down: (rank, inputs) or, of a convolution, (rank, inputs, height, width).
        up: (outputs, rank), or as a convolution of 1 x 1.
        mid: (rank, rank, height, width), where the convolution is a Tucker decomposition; else None.
        scale: alpha / rank.
    """

    down: Array
    up: Array
    mid: Array | None
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """(outputs, inputs, ...)."""
        kernel = self.mid.shape[2:] if self.mid is not None else self.down.shape[2:]
        return (self.up.shape[0], self.down.shape[1], *kernel)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """By its own shape."""
        return _squeezed(self.shape) == _squeezed(shape)

    def change(self, weight: float = 1.0, *, turned: bool = False) -> Change:
        """What is added to the layer's weight, in ``shape``; (inputs, outputs) of a linear layer when ``turned``."""
        factor = np.float32(weight * self.scale)
        up, down = (_float(each).reshape(each.shape[0], -1) for each in (self.up, self.down))
        if self.mid is not None:
            return np.einsum("or,rshw,si->oihw", factor * up, _float(self.mid), down, optimize=True)
        product = down.T @ (factor * up).T if turned else ((factor * up) @ down).reshape(self.shape)
        return product.astype(np.float32, copy=False)

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        return self.change(weight).reshape(own.shape)


@dataclass(frozen=True, eq=False)
class Whole:
    """What a whole layer gains.

    Attributes:
        weight: in the layer's shape in PyTorch.
        bias: (outputs,), or None.
    """

    weight: Array
    bias: Array | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """(outputs, inputs, ...)."""
        return self.weight.shape

    def fits(self, shape: tuple[int, ...]) -> bool:
        """By its own shape."""
        return _squeezed(self.shape) == _squeezed(shape)

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        return (weight * _float(self.weight)).astype(np.float32).reshape(own.shape)


@dataclass(frozen=True, eq=False)
class Factors:
    """A matrix as a product: (outputs, rank) times (rank, inputs), or three pieces of a Tucker decomposition.

    Attributes:
        core: (rank, rank, height, width); then ``left`` is (rank, outputs). None where there is none.
    """

    left: Array
    right: Array
    core: Array | None = None

    @property
    def outputs(self) -> int:
        """Rows of the product."""
        return self.left.shape[0 if self.core is None else 1]

    @property
    def rank(self) -> int:
        """Columns of the left factor."""
        return self.right.shape[0]

    @property
    def fits_together(self) -> bool:
        """True when the product is one."""
        flat = self.left.ndim == 2 and self.right.ndim in (2, 4) and self.rank > 0
        if self.core is None:
            return flat and self.left.shape[1] == self.rank
        return flat and self.core.ndim == 4 and self.core.shape[:2] == (self.left.shape[0], self.rank)

    def product(self) -> Change:
        """(outputs, inputs) or (outputs, inputs, height, width)."""
        left, right = _float(self.left), _float(self.right)
        if self.core is not None:
            return np.einsum("ijhw,ip,jr->prhw", _float(self.core), left, right, optimize=True)
        return (left @ right.reshape(len(right), -1)).reshape(len(left), *right.shape[1:])


@dataclass(frozen=True, eq=False)
class Hadamard(_Alone):
    """LoHa: two low-rank products, multiplied value by value. Hyeon-Woo et al., FedPara (2022)."""

    one: Factors
    other: Factors
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """(outputs, inputs) or (outputs, inputs times the kernel)."""
        core = self.one.core
        return (self.one.outputs, *self.one.right.shape[1:], *(core.shape[2:] if core is not None else ()))

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Kernels may be written as columns."""
        return self.shape[0] == shape[0] and prod(self.shape) == prod(shape)

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        product = self.one.product().reshape(own.shape) * self.other.product().reshape(own.shape)
        return (np.float32(weight * self.scale) * product).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Kronecker(_Alone):
    """LoKr: a Kronecker product of a small matrix and a larger one, each whole or of low rank.

    Attributes:
        small: two axes. large: two axes, or four of a convolution.
    """

    small: Array | Factors
    large: Array | Factors
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """(outputs, inputs) or (outputs, inputs times the kernel), or with the kernel."""
        small, large = _shape_of(self.small), _shape_of(self.large)
        return (small[0] * large[0], small[1] * large[1], *large[2:])

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Kernels may be written as columns."""
        return self.shape[0] == shape[0] and prod(self.shape) == prod(shape)

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        small, large = _whole(self.small), _whole(self.large)
        small = small.reshape(*small.shape, *[1] * (large.ndim - 2))
        return (np.float32(weight * self.scale) * np.kron(small, large)).astype(np.float32).reshape(own.shape)


def _shape_of(value: Array | Factors) -> tuple[int, ...]:
    if not isinstance(value, Factors):
        return value.shape
    kernel = value.core.shape[2:] if value.core is not None else ()
    return (value.outputs, *value.right.shape[1:], *kernel)


def _whole(value: Array | Factors) -> Change:
    return value.product() if isinstance(value, Factors) else _float(value)


# Depending on what is there


@dataclass(frozen=True, eq=False)
class Decomposed(_Alone):
    """DoRA: the direction of W plus its change, and a length of its own. Liu et al. (2024).

    Attributes:
        change: that is added before.
        magnitude: one for each output (outputs, 1, ...), or for each input (1, inputs, ...).
    """

    change: LayerChange
    magnitude: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Its change's."""
        return self.change.shape

    def fits(self, shape: tuple[int, ...]) -> bool:
        """One length for each output, or for each input."""
        single = self.magnitude.size == max(self.magnitude.shape)
        return self.change.fits(shape) and single and self.magnitude.size == shape[self._kept]

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        own = _float(own)
        whole = own + self.change.moved(own, 1.0)
        axes = tuple(axis for axis in range(own.ndim) if axis != self._kept)
        norm = np.sqrt(np.square(whole).sum(axis=axes, keepdims=True)) + np.finfo(np.float32).eps
        return (weight * (whole * (_float(self.magnitude).reshape(norm.shape) / norm) - own)).astype(np.float32)

    @property
    def _kept(self) -> int:
        """The axis that has lengths."""
        return 1 if self.magnitude.shape[0] == 1 and self.magnitude.shape[1] > 1 else 0


def rotations(blocks: Array, limit: float) -> Change:
    """(..., n, n) rotations by Cayley's transform of what is skew in ``blocks``; all of it no longer than ``limit``."""
    blocks = np.asarray(blocks, np.float64)
    skew = blocks - np.swapaxes(blocks, -1, -2)
    length = float(np.sqrt(np.square(skew).sum())) + 1e-8
    skew = skew * (limit / length) if 0 < limit < length else skew
    one = np.eye(blocks.shape[-1])
    return ((one + skew) @ np.linalg.inv(one - skew)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Rotated(_Alone):
    """OFT: outputs turned, block by block. Qiu et al. (2023), as LyCORIS and kohya have it.

    Attributes:
        blocks: (blocks, n, n), of which the skew part counts.
        rescale: of each output, (outputs, 1, ...), or None.
        limit: of the length of what is skew, for each output; 0 for none.
    """

    blocks: Array
    rescale: Array | None
    limit: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Only outputs are said."""
        return (self.blocks.shape[0] * self.blocks.shape[1],)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """By the outputs."""
        return shape[0] == self.shape[0] and (self.rescale is None or self.rescale.size == shape[0])

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        count, size, _ = self.blocks.shape
        own = _float(own)
        turn = rotations(self.blocks, self.limit * own.shape[0])
        there = np.einsum("knm,kn...->km...", turn, own.reshape(count, size, *own.shape[1:])).reshape(own.shape)
        return (weight * (there * _scales(self.rescale, own) - own)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Butterfly(_Alone):
    """BOFT: stages of OFT between outputs ever farther apart. Liu et al. (2024), as LyCORIS has it.

    Attributes:
        blocks: (stages, blocks, n, n).
        rescale, limit: as ``Rotated`` has them.
    """

    blocks: Array
    rescale: Array | None
    limit: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Only outputs are said."""
        return (self.blocks.shape[1] * self.blocks.shape[2],)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """By the outputs, which the last stage divides."""
        stages, _, size, _ = self.blocks.shape
        widest = 2**stages * (size // 2)
        whole = shape[0] == self.shape[0] and size % 2 == 0 and shape[0] % widest == 0
        return whole and (self.rescale is None or self.rescale.size == shape[0])

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``; every stage goes its share of the way."""
        own = _float(own)
        size = self.blocks.shape[-1]
        turns = np.float32(weight) * rotations(self.blocks, self.limit * own.shape[0])
        turns = turns + np.float32(1 - weight) * np.eye(size, dtype=np.float32)
        now = own.reshape(len(own), -1)
        for stage, turn in enumerate(turns):
            order = np.arange(len(own)).reshape(-1, 2, 2**stage * size // 2).swapaxes(1, 2).ravel()
            mixed = turn @ now[order].reshape(-1, size, now.shape[1])
            now = np.empty_like(now)
            now[order] = mixed.reshape(now.shape)
        scales = 1 + np.float32(weight) * (_scales(self.rescale, own) - 1)
        return (now.reshape(own.shape) * scales - own).astype(np.float32)


def _scales(rescale: Array | None, own: Array) -> Change | np.float32:
    return np.float32(1) if rescale is None else _float(rescale).reshape(-1, *[1] * (own.ndim - 1))


@dataclass(frozen=True, eq=False)
class Scaled(_Alone):
    """IA3: outputs or inputs larger and smaller. Liu et al., Few-Shot Parameter-Efficient Fine-Tuning (2022).

    Attributes:
        amounts: of each output, or input; 0 leaves it.
    """

    amounts: Array
    on_input: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """Only one axis is said."""
        return (self.amounts.size,)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """By the axis that is scaled."""
        return self.amounts.size == shape[int(self.on_input)]

    def moved(self, own: Array, weight: float) -> Change:
        """As ``LayerChange.moved``."""
        axes = [1] * own.ndim
        axes[int(self.on_input)] = -1
        return (weight * _float(own) * _float(self.amounts).reshape(axes)).astype(np.float32)
