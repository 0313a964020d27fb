"""The core: letters, cases and their events, deadlines, and the alerts that are due. Pure: no I/O, no clock."""
