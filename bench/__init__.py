"""Measurements: `make bench`. Figures depend on the machine; the function that takes a figure says what it measures."""
