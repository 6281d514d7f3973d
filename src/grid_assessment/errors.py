"""What a user's mistake looks like: one line and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every ``grid`` subcommand (README, section "Exit codes")."""

    DONE = 0
    CHECKS_FAILED = 1
    BAD_INPUT = 2
    LOCKED = 3


class GridError(Exception):
    """An error whose message is written for the user: what, where, what was expected, what to do.

    Args:
        message: one line without a trailing newline.
        exit_code: what the process ends with.
    """

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.BAD_INPUT) -> None:
        """Keep the message and the exit code."""
        super().__init__(message)
        self.exit_code = exit_code
