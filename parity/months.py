"""A landing that changes from build to build: months come, change and go."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from parity.grid import grid


@dataclass(frozen=True)
class Delivery:
    """The landing of a small city in the course of two months; ``landing`` is its folder."""

    landing: Path

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """What happens before each build, in order."""
        return (self._first_month, self._second_month_and_corrections, self._withdrawal)

    def _first_month(self) -> None:
        self._synthesize("2021-02")

    def _second_month_and_corrections(self) -> None:
        """A new month comes, and with it corrections of the first."""
        self._synthesize("2021-02..2021-03")

    def _withdrawal(self) -> None:
        """The main delivery of the second month is withdrawn; its corrections stay."""
        (self.landing / "cases/month=2021-03/synthetic-2021-03-01-full.parquet").unlink()

    def _synthesize(self, months: str) -> None:
        grid("synthesize", "--months", months, "--scale", "0.01", "--out", str(self.landing))
