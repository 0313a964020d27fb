"""Measurements, kept: `make bench`. Figures depend on the machine; the README of a figure is the function that takes it."""
