"""Which districts stand where in a figure; the places come with the figures from SQL."""

from grid_assessment.bulletin.content.figures import Figure

MOST_EXCEPTIONS = 2
"""With more districts of other values, a sentence does not call them exceptions."""

MOST_NAMED = 2
"""With more districts than these, a sentence names those that have no value."""


class Standing:
    """The ranked districts of one figure, from the highest printed value."""

    def __init__(self, figures: list[Figure]) -> None:
        """Keep the districts that have a value, and those that have none."""
        self.placed = [figure for figure in figures if figure.is_placed]
        self.missing = [figure for figure in figures if figure.value is None]

    def __bool__(self) -> bool:
        """Tell whether any district has a value."""
        return bool(self.placed)

    @property
    def is_all_equal(self) -> bool:
        """Whether every district has the same printed value."""
        return all(figure.is_all_equal for figure in self.placed)

    @property
    def is_sparse(self) -> bool:
        """Whether so few districts have a value that a sentence names them, and not the others."""
        return len(self.placed) <= MOST_NAMED and len(self.placed) < len(self.missing)

    @property
    def common(self) -> list[Figure]:
        """The districts of the value that more than half of them share."""
        return [figure for figure in self.placed if figure.is_common]

    @property
    def exceptions(self) -> list[Figure]:
        """The districts of any other value."""
        return [figure for figure in self.placed if not figure.is_common]

    @property
    def has_exceptions(self) -> bool:
        """Whether one value is common and one or two districts have another."""
        return bool(self.common) and 0 < len(self.exceptions) <= MOST_EXCEPTIONS

    def top(self, places: int) -> list[Figure]:
        """Return the districts of the first places, ties included; of zero, none."""
        return [
            figure
            for figure in self.placed
            if figure.place_from_top <= places and figure.is_counted
        ]

    def bottom(self, told: list[Figure]) -> list[Figure]:
        """Return the districts of the lowest value, but none of those already told as first."""
        return [
            figure for figure in self.placed if figure.place_from_bottom == 1 and figure not in told
        ]

    def moved(self, direction: str) -> list[Figure]:
        """Return the districts that went in a direction since the month before."""
        return [figure for figure in self.placed if figure.from_previous.direction == direction]


def equal_groups(figures: list[Figure]) -> list[list[Figure]]:
    """Return neighbours of one printed value together, in their order."""
    groups: list[list[Figure]] = []
    for figure in figures:
        if groups and groups[-1][0].text == figure.text:
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return groups
