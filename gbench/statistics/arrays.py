"""The array types that the statistics take and give."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Values: TypeAlias = ArrayLike | Sequence[Any]  # numbers, nested by axis; None where there is none
