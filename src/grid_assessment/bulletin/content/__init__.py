"""The content of a bulletin: sentences from templates, tables and charts from the figures."""

from grid_assessment.bulletin.content.reading import Issue, read_bulletin

__all__ = ["Issue", "read_bulletin"]
