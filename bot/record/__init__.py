"""The core: what a letter is, what can happen to a case, where it stands, which alerts it owes. Pure: no I/O, no clock."""
