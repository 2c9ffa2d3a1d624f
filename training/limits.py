"""Settings that can be: one table of ranges for each kind of settings, one sentence for what is out of range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inference.errors import BadRequest

Limits = Mapping[str, tuple[float, float]]
"""Field name to its smallest and largest allowed value."""


def check(settings: Any, limits: Limits) -> None:
    """Raise BadRequest for the first field of ``settings`` that is outside ``limits`` (NaN is outside)."""
    for name, (low, high) in limits.items():
        value = getattr(settings, name)
        if not low <= value <= high:
            raise BadRequest(f"The setting '{name}' is {value:g}; it can be from {low:g} to {high:g}.")
