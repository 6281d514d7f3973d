"""The content of a bulletin: sentences from templates, tables and charts from the figures."""

from grid_assessment.bulletin.content.reading import Source, compose_bulletin, read_bulletin

__all__ = ["Source", "compose_bulletin", "read_bulletin"]
