"""What dbt's log tells of the time that went into SQL.

dbt writes a line as it sends a statement and one with its seconds when it is done. With one dbt
thread nothing runs beside a statement, so its seconds are the statement's own; with two, a
statement also waits for the interpreter and for the other's share of the cores.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"\d\d:\d\d:\d\d\.\d+ \[\w+ *\] \[(?P<thread>[^]]*)\]: (?P<text>.*)")
_SENT = re.compile(r"On (?P<connection>[\w.]+): (?P<statement>.*)")
_DONE = re.compile(r"SQL status: \S+ in (?P<seconds>[\d.]+) seconds")

OTHER = "hooks and catalog queries"
"""Statements of no node."""


@dataclass(frozen=True)
class Statements:
    """Seconds in SQL of one run of dbt, by node; of commits among them; number of statements."""

    seconds_by_node: dict[str, float]
    commit_seconds: float
    count: int

    @property
    def seconds(self) -> float:
        """Of all statements."""
        return sum(self.seconds_by_node.values())


def read_statements(log: Path) -> Statements:
    """Read the statements of one run of dbt.

    Args:
        log: the log file, of that run alone.
    """
    sent_by: dict[str, re.Match[str]] = {}
    seconds: defaultdict[str, float] = defaultdict(float)
    commit_seconds = 0.0
    count = 0
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            found = _LINE.match(line)
            if found is None:
                continue
            thread, text = found["thread"], found["text"]
            if sent := _SENT.match(text):
                sent_by[thread] = sent
            elif (done := _DONE.match(text)) and thread in sent_by:
                seconds[_node(sent_by[thread]["connection"])] += float(done["seconds"])
                if sent_by[thread]["statement"] == "COMMIT":
                    commit_seconds += float(done["seconds"])
                count += 1
    return Statements(dict(seconds), commit_seconds, count)


def _node(connection: str) -> str:
    """Return a node's name (``model fct_cases``) from that of its connection."""
    kind, _, rest = connection.partition(".")
    is_node = kind in ("model", "test", "seed")
    return f"{kind} {rest.split('.')[1]}" if is_node else OTHER
