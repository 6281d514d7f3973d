"""Synthetic raw data that reproduces published figures: calibration is data, randomness seeded."""
