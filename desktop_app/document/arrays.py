"""Names for arrays: OpenCV's declarations do not say of what type its results are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


def as_bytes(array: Any) -> Bytes:
    """An array of bytes as what it is; not copied."""
    return np.asarray(array, np.uint8)
