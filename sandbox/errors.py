"""Refusals in Discord's own words.

(Discord docs, Topics › Opcodes and Status Codes › JSON Error Codes; Reference › Error Messages)
"""

from __future__ import annotations

from typing import Any

from sandbox.bus import Json

Path = tuple[str | int, ...]


class ApiError(Exception):
    """A refusal: HTTP status, Discord's error code, its message, and the nested errors of a form."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON body of the refusal."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def unauthorized() -> ApiError:
    """A missing or wrong token."""
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    """No such address."""
    return ApiError(404, 0, "404: Not Found")


_KNOWN = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30032: (400, "Maximum number of application commands reached (100)"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
}


def known(code: int) -> ApiError:
    """The refusal with this JSON error code."""
    status, message = _KNOWN[code]
    return ApiError(status, code, message)


class Problems:
    """Collects the mistakes of a form, so that one answer names them all, each at its place."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Add a mistake at ``path``."""
        node: Json = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, path: Path) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choices(self, path: Path, allowed: tuple[Any, ...]) -> None:
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(repr, allowed))}}}.")

    def text(self, path: Path, value: Any, least: int, most: int, *, needed: bool = True) -> bool:
        """Whether ``value`` is a text of the right length, or may be missing; adds a mistake if not."""
        if value is None or (value == "" and least > 0):
            if needed:
                self.required(path)
            return not needed
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_STRING", "Must be a string.")
        elif len(value) > most and least == 0:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        else:
            return True
        return False

    def listing(self, path: Path, value: Any, least: int, most: int) -> list[Any]:
        """``value`` as a list; adds a mistake when it is none (then the list is empty) or has the wrong length."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            if not value:
                self.required(path)
            else:
                self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return value

    def mapping(self, path: Path, value: Any) -> Json:
        """``value`` as an object; an empty one when it is missing, or is none (a mistake)."""
        if value is not None and not isinstance(value, dict):
            self.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return value if isinstance(value, dict) else {}

    def number(self, path: Path, value: Any, least: float, most: float) -> None:
        """Add a mistake when ``value`` is no number or out of range; it may be missing."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least:g}.")
        elif value > most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most:g}.")

    def settle(self) -> None:
        """Raise 50035 with all mistakes, if there are any."""
        if self._tree:
            raise self.error()

    def error(self) -> ApiError:
        """The refusal that names all mistakes so far."""
        return ApiError(400, 50035, "Invalid Form Body", self._tree)


def invalid(path: Path, code: str, message: str) -> ApiError:
    """The refusal of a form with a single mistake."""
    problems = Problems()
    problems.add(path, code, message)
    return problems.error()
