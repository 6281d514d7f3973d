"""The content of a bulletin: sentences from templates, tables and charts from the figures."""

from grid_assessment.bulletin.content.reading import Finding, Source, read_bulletin

__all__ = ["Finding", "Source", "read_bulletin"]
