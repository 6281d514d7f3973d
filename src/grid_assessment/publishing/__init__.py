"""Immutable versions of the marts that readers open, and the builds that made them."""
