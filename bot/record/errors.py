"""The one error a person may read."""


class CaseError(Exception):
    """Something a person asked for cannot be done; the message says what is wrong and what to do. Nothing was changed."""
