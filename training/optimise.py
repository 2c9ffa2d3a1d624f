"""AdamW on one flat vector: the learning rate as a function of the global step, gradient clipping, and an average.

All trained parameters are views into one vector, and so are their gradients. Clipping, averaging, saving and sharing
between processes are then a few operations on whole vectors, the same for every model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.errors import BadRequest, UnknownName
from training.limits import check

LIMITS = {
    "steps": (1, 10_000_000),
    "rate": (1e-8, 1.0),
    "warmup": (0, 1_000_000),
    "last": (0.0, 1.0),
    "decay": (0.0, 1.0),
    "clip": (1e-6, 1e6),
    "average": (0.0, 0.99999),
}


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """How parameters are changed.

    Attributes:
        steps: of the whole run; the schedule ends there, however often the run was interrupted.
        rate: largest learning rate.
        warmup: steps in which the rate rises from nothing.
        schedule: "cosine" (falls to ``last`` of ``rate``), "linear" or "constant".
        decay: AdamW's weight decay, for matrices and kernels only (not norms and biases).
        clip: largest norm of the gradient.
        average: decay of the exponential moving average of the parameters (EMA); 0 for none.
    """

    steps: int
    rate: float
    warmup: int = 100
    schedule: str = "cosine"
    last: float = 0.02
    betas: tuple[float, float] = (0.9, 0.99)
    decay: float = 0.01
    clip: float = 1.0
    average: float = 0.999

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if self.schedule not in SCHEDULES:
            raise UnknownName("schedule", self.schedule, SCHEDULES)
        if not all(0 <= beta < 1 for beta in self.betas):
            raise BadRequest(f"The betas {self.betas[0]:g} and {self.betas[1]:g} must be from 0 to below 1.")


SCHEDULES = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: 0.5 + 0.5 * math.cos(math.pi * done),
}
"""Share of the run that is done to a factor from 1 to 0."""


def rate_at(step: int, how: Optimisation) -> float:
    """The learning rate of global step ``step`` (0 is the first): linear warm-up, then the schedule."""
    rise = min(1.0, (step + 1) / how.warmup) if how.warmup else 1.0
    done = min(1.0, max(0, step - how.warmup) / max(1, how.steps - how.warmup))
    return how.rate * rise * (how.last + (1 - how.last) * SCHEDULES[how.schedule](done))


def average_at(step: int, how: Optimisation) -> float:
    """Decay of the average at a step: short at first, so that the random start is soon forgotten."""
    return min(how.average, (1 + step) / (10 + step))


class FlatParameters:
    """Parameters and gradients of modules as views into two vectors; matrices first, then norms and biases.

    Args:
        parameters: by name, on one device; changed so that they live in ``values``.
        values: a vector to use (shared by another process), or None for a new one with the parameters' values.
        gradients: the same for gradients.
    """

    def __init__(
        self, parameters: Mapping[str, nn.Parameter], values: Tensor | None = None, gradients: Tensor | None = None
    ) -> None:
        if not parameters:
            raise BadRequest("There is nothing to train in this model.")
        ordered = sorted(parameters.items(), key=lambda item: item[1].ndim < 2)
        self.names = tuple(name for name, _ in ordered)
        self.parameters = tuple(parameter for _, parameter in ordered)
        self.decayed = sum(p.numel() for p in self.parameters if p.ndim >= 2)
        if values is None:
            values = torch.cat([p.detach().reshape(-1).float() for p in self.parameters])
        self.values = values
        self.gradients = torch.zeros_like(values) if gradients is None else gradients
        for parameter, value, gradient in zip(
            self.parameters, self._views(self.values), self._views(self.gradients), strict=True
        ):
            parameter.data = value
            parameter.grad = gradient

    def _views(self, vector: Tensor) -> Iterator[Tensor]:
        at = 0
        for parameter in self.parameters:
            yield vector[at : at + parameter.numel()].view(parameter.shape)
            at += parameter.numel()


class Optimiser:
    """AdamW (Loshchilov and Hutter, 2019) with clipping and an average. ``update`` is the only thing that changes."""

    def __init__(self, flat: FlatParameters, how: Optimisation) -> None:
        how.check()
        self.flat, self.how = flat, how
        self._leaves = [nn.Parameter(flat.values[: flat.decayed]), nn.Parameter(flat.values[flat.decayed :])]
        for leaf, gradient in zip(self._leaves, flat.gradients.split([flat.decayed, self._rest]), strict=True):
            leaf.grad = gradient
        groups = [{"params": [leaf], "weight_decay": d} for leaf, d in zip(self._leaves, (how.decay, 0.0), strict=True)]
        self._adam = torch.optim.AdamW(
            [g for g in groups if g["params"][0].numel()], lr=how.rate, betas=how.betas, fused=True
        )
        self.average = flat.values.clone() if how.average else None

    @property
    def _rest(self) -> int:
        return self.flat.values.numel() - self.flat.decayed

    def update(self, step: int) -> float:
        """Change the parameters by the gradients, and clear these. Returns the gradient's norm before clipping."""
        norm = torch.linalg.vector_norm(self.flat.gradients)
        self.flat.gradients.mul_(torch.clamp(self.how.clip / (norm + 1e-6), max=1.0))
        for group in self._adam.param_groups:
            group["lr"] = rate_at(step, self.how)
        self._adam.step()
        self.flat.gradients.zero_()
        if self.average is not None:
            self.average.lerp_(self.flat.values, 1 - average_at(step, self.how))
        return float(norm)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Inside, the parameters are the averaged ones (if an average is kept)."""
        if self.average is None:
            yield
            return
        kept = self.flat.values.clone()
        self.flat.values.copy_(self.average)
        try:
            yield
        finally:
            self.flat.values.copy_(kept)

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps: values, average, and Adam's two moments with its count."""
        kept = {"values": self.flat.values}
        if self.average is not None:
            kept["average"] = self.average
        for index, state in self._adam.state_dict()["state"].items():
            kept |= {f"adam.{index}.{name}": torch.as_tensor(value) for name, value in state.items()}
        return kept

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to what ``tensors()`` gave.

        Raises:
            BadRequest: when the vectors are of another model.
        """
        if tensors["values"].shape != self.flat.values.shape or ("average" in tensors) != (self.average is not None):
            raise BadRequest("The checkpoint is of another model.", hint="Choose another folder for this run.")
        self.flat.values.copy_(tensors["values"])
        if self.average is not None:
            self.average.copy_(tensors["average"])
        described = self._adam.state_dict()
        described["state"] = {}
        for name, tensor in tensors.items():
            if name.startswith("adam."):
                _, index, key = name.split(".")
                described["state"].setdefault(int(index), {})[key] = tensor.clone()
        self._adam.load_state_dict(described)
