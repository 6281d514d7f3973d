"""What the gate of expectations found; light to import, unlike Great Expectations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What became of one expectation.

    ``row_count`` rows met its condition; ``checked_count`` of them had a value to check, none when
    there is no history yet; ``unexpected_rows`` names the first that lie outside.
    """

    suite: str
    name: str
    severity: str
    owner: str
    description: str
    why: str
    is_met: bool
    row_count: int
    checked_count: int
    unexpected_count: int
    unexpected_rows: tuple[str, ...]
    problem: str = ""

    @property
    def is_critical_failure(self) -> bool:
        """Whether the outcome stops the build."""
        return not self.is_met and self.severity == "critical"


@dataclass(frozen=True)
class GateResult:
    """The outcomes of all suites, in the order of the files."""

    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether no critical expectation failed."""
        return not any(outcome.is_critical_failure for outcome in self.outcomes)
