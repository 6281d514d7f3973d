"""Synthetic raw data that reproduces published figures: calibration as data, one random stream a month and dataset."""
