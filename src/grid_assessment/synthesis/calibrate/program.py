"""An integer program, solved by HiGHS."""

from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from grid_assessment.errors import GridError

# Nearness to proportion is a wish: close to the best is good enough.
_GAP = 0.02
_SECONDS = 300


class Program:
    """Rows and columns of the integer program while they are collected."""

    def __init__(self) -> None:
        """Start without variables."""
        self.cost: list[float] = []
        self.is_integer: list[int] = []
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def variable(self, cost: float = 0, *, is_integer: bool = True) -> int:
        """Add a variable that is not negative and return its number."""
        self.cost.append(cost)
        self.is_integer.append(int(is_integer))
        return len(self.cost) - 1

    def bound(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        """Demand that a sum of terms (variable, factor) lies within ``low`` and ``high``."""
        row = len(self._low)
        self._entries += [(row, variable, factor) for variable, factor in terms]
        self._low.append(low)
        self._high.append(high)

    def near(self, variables: list[int], aim: float, cost: float) -> None:
        """Make it cost to be away from ``aim``."""
        over = self.variable(cost, is_integer=False)
        under = self.variable(cost, is_integer=False)
        self.bound([*((v, 1.0) for v in variables), (over, -1.0), (under, 1.0)], aim, aim)

    def solve(self) -> list[int]:
        """Return the values of all variables.

        Raises:
            GridError: the demands contradict each other, or time is up without a solution.

        """
        rows, columns, factors = zip(*self._entries, strict=True)
        matrix = coo_array((factors, (rows, columns)), shape=(len(self._low), len(self.cost)))
        found = milp(
            np.array(self.cost),
            integrality=np.array(self.is_integer),
            bounds=Bounds(0, np.inf),
            constraints=LinearConstraint(matrix.tocsr(), self._low, self._high),
            options={"mip_rel_gap": _GAP, "time_limit": _SECONDS},
        )
        if found.x is None:
            raise GridError(f"calibration: {found.message}")
        return [round(value) for value in found.x.tolist()]
