"""Deadlines: dates, times and zones, periods, calendars, counting, parsing and recounting."""
