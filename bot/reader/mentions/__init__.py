"""Every place and institution that a text names, and how likely it is that it was written to."""
