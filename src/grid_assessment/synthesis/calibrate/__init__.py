"""Solves for the counts of a month whose figures are published; the result is calibration data."""
