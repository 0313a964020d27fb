"""The commands that applications register. (Discord docs, Interactions › Application Commands)"""

from __future__ import annotations

from typing import Any

from sandbox import permissions
from sandbox.bus import Event, Json
from sandbox.errors import Path, Problems, known
from sandbox.model import WRITABLE, Channel
from sandbox.world import World

# › Application Command Option Type
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
MAX_COMMANDS = 100
MAX_CHARACTERS = 8000
# › Interaction Context Types
IN_GUILD, IN_BOT_DM = 0, 1

_LOCALIZATIONS = ("name_localizations", "description_localizations")


class Commands:
    """The commands of all applications, by application and server (None: global), then by id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_scope: dict[tuple[int, int | None], dict[int, Json]] = {}
        #: How many times an application has put its whole list.
        self.syncs = 0

    def listing(self, application: int, guild: int | None) -> list[Json]:
        """An application's commands of one server, or its global ones."""
        return list(self._scope(application, guild).values())

    def find(self, application: int, guild: int | None, number: int) -> Json:
        """One command. Raises 10063 when there is none."""
        if command := self._scope(application, guild).get(number):
            return command
        raise known(10063)

    def replace(self, application: int, guild: int | None, bodies: Any) -> list[Json]:
        """Replace the whole list. Commands of the same name and type keep their ids. (› Bulk Overwrite)"""
        problems = Problems()
        listed = problems.listing((), bodies, 0, MAX_COMMANDS + 50)
        names: set[tuple[int, str]] = set()
        for index, body in enumerate(listed):
            check(problems, (index,), body)
            key = _key(body)
            if key in names:
                problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME",
                             "Application command names must be unique")  # fmt: skip
            names.add(key)
        problems.settle()
        if sum(1 for kind, _ in names if kind == 1) > MAX_COMMANDS:
            raise known(30032)
        old = {_key(each): each for each in self.listing(application, guild)}
        new = [self._written(application, guild, body, old.get(_key(body))) for body in listed]
        self._by_scope[(application, guild)] = {int(each["id"]): each for each in new}
        self.syncs += 1
        self._publish_change()
        return new

    def create(self, application: int, guild: int | None, body: Json) -> tuple[Json, bool]:
        """Add a command, or overwrite the one of that name; returns it, and whether it is new. (› Create)"""
        problems = Problems()
        check(problems, (), body)
        problems.settle()
        scope = self._scope(application, guild)
        old = next((each for each in scope.values() if _key(each) == _key(body)), None)
        if old is None and len(scope) >= MAX_COMMANDS:
            raise known(30032)
        command = self._written(application, guild, body, old)
        scope[int(command["id"])] = command
        self._publish_change()
        return command, old is None

    def edit(self, application: int, guild: int | None, number: int, body: Json) -> Json:
        """Change the fields of a command that ``body`` names. (› Edit)"""
        old = self.find(application, guild, number)
        merged = {**old, **body}
        problems = Problems()
        check(problems, (), merged)
        problems.settle()
        command = self._written(application, guild, merged, old)
        self._scope(application, guild)[number] = command
        self._publish_change()
        return command

    def remove(self, application: int, guild: int | None, number: int) -> None:
        """Delete a command. (› Delete)"""
        self.find(application, guild, number)
        del self._scope(application, guild)[number]
        self._publish_change()

    def offered(self, user: int, channel: Channel) -> list[Json]:
        """The commands that ``user`` may use in ``channel``. A server's own hides a global one of the same name.

        (Application Commands › Making a Global Command; › Permissions: ``default_member_permissions``; › Contexts)
        """
        if channel.guild is None:
            bots = [number for number in channel.recipients if number in self._world.applications]
            commands = [each for bot in bots for each in self.listing(bot, None)]
            return [each for each in commands if _fits(each, IN_BOT_DM)]
        guild = self._world.guilds[channel.guild]
        needed = permissions.Permission.USE_APPLICATION_COMMANDS | permissions.Permission.VIEW_CHANNEL
        may = self._world.may(user, channel)
        if may & needed != needed or channel.type not in WRITABLE:
            return []
        offered: dict[tuple[str, int, str], Json] = {}
        for app in self._world.bots_in(guild):
            for scope in (None, guild.id):
                for each in self.listing(app.id, scope):
                    offered[(str(app.id), *_key(each))] = each
        return [each for each in offered.values() if _fits(each, IN_GUILD) and _allows(each, may)]

    def _scope(self, application: int, guild: int | None) -> dict[int, Json]:
        return self._by_scope.setdefault((application, guild), {})

    def _written(self, application: int, guild: int | None, body: Json, old: Json | None) -> Json:
        """A command as Discord returns it: with every field, and the id of the old one."""
        required = body.get("default_member_permissions")
        command: Json = {
            "id": old["id"] if old else str(self._world.ids.next()),
            "application_id": str(application),
            "version": str(self._world.ids.next()),
            "type": body.get("type") or 1,
            "name": body["name"],
            "description": body.get("description") or "",
            "options": [_written_option(option) for option in body.get("options") or []],
            "default_member_permissions": None if required is None else str(required),
            "dm_permission": body.get("dm_permission", True),
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
            **{key: body.get(key) for key in _LOCALIZATIONS},
        }
        if guild is not None:
            command["guild_id"] = str(guild)
        return command

    def _publish_change(self) -> None:
        self._world.bus.publish(Event("SANDBOX_COMMANDS"))


def check(problems: Problems, path: Path, body: Any) -> None:
    """One command. (Application Command Structure › Naming; Option Structure)"""
    if not isinstance(body, dict):
        problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    kind = body.get("type") or 1
    if kind not in (1, 2, 3):
        problems.choices((*path, "type"), (1, 2, 3))
    if not str(body.get("default_member_permissions") or 0).isdigit():
        problems.add((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value is not a number.")
    problems.listing((*path, "contexts"), body.get("contexts"), 0, 3)
    _check_name(problems, (*path, "name"), body.get("name"), chat=kind == 1)
    if kind == 1:
        problems.text((*path, "description"), body.get("description"), 1, 100)
        _check_options(problems, (*path, "options"), body.get("options"), (*range(1, 12),))
    elif body.get("description") or body.get("options"):
        problems.add((*path, "description"), "APPLICATION_COMMAND_DESCRIPTION_INVALID",
                     "Context menu commands cannot have description")  # fmt: skip
    if _characters(body) > MAX_CHARACTERS:
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE",
                     f"Command exceeds maximum size ({MAX_CHARACTERS})")  # fmt: skip


def _check_name(problems: Problems, path: Path, name: Any, *, chat: bool) -> None:
    """1 to 32 letters, digits, ``-``, ``_`` or ``'``, in lower case. (Application Command Naming)"""
    if not problems.text(path, name, 1, 32) or not chat:
        return
    if name != name.lower() or not all(sign.isalnum() or sign in "-_'" for sign in name):
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME",
                     "Command name is invalid: lower-case letters, digits, - and _ only")  # fmt: skip


def _check_options(problems: Problems, path: Path, options: Any, allowed: tuple[int, ...]) -> None:
    """25 options with different names; required ones first; subcommands never beside other options."""
    names: set[str] = set()
    optional_seen = False
    kinds: set[bool] = set()
    for index, raw in enumerate(problems.listing(path, options, 0, 25)):
        here = (*path, index)
        option = problems.mapping(here, raw)
        kind = option.get("type")
        if kind not in allowed:
            problems.choices((*here, "type"), allowed)
            continue
        name = str(option.get("name"))
        if name in names:
            problems.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                         "Option with that name already exists")  # fmt: skip
        names.add(name)
        if option.get("required") and optional_seen:
            problems.add((*here, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                         "Required options must be placed before non-required options")  # fmt: skip
        optional_seen = optional_seen or not option.get("required")
        kinds.add(kind in (SUBCOMMAND, GROUP))
        _check_option(problems, here, option)
    if len(kinds) > 1:
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                     "Sub-command and sub-command group option types are mutually exclusive to all other types")  # fmt: skip


def _check_option(problems: Problems, path: Path, option: Json) -> None:
    _check_name(problems, (*path, "name"), option.get("name"), chat=True)
    problems.text((*path, "description"), option.get("description"), 1, 100)
    kind = option["type"]
    if kind == SUBCOMMAND:
        _check_options(problems, (*path, "options"), option.get("options"), (*range(3, 12),))
    elif kind == GROUP:
        _check_options(problems, (*path, "options"), option.get("options"), (SUBCOMMAND,))
    choices = problems.listing((*path, "choices"), option.get("choices"), 0, 25)
    if choices and option.get("autocomplete"):
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
                     "Choices and autocomplete are mutually exclusive")  # fmt: skip
    for index, choice in enumerate(choices):
        check_choice(problems, (*path, "choices", index), choice, kind)
    if kind == STRING:
        problems.number((*path, "min_length"), option.get("min_length"), 0, 6000)
        problems.number((*path, "max_length"), option.get("max_length"), 1, 6000)


def check_choice(problems: Problems, path: Path, choice: Any, kind: int) -> None:
    """A choice: a name of 100 characters and a value of its option's type. (Option Choice Structure)"""
    choice = problems.mapping(path, choice)
    value = choice.get("value")
    problems.text((*path, "name"), choice.get("name"), 1, 100)
    if kind == STRING:
        problems.text((*path, "value"), value, 1, 100)
    elif isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else int | float):
        problems.add((*path, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def _written_option(option: Json) -> Json:
    written = {key: value for key, value in option.items() if value is not None and key != "options"}
    if option.get("options") or option["type"] in (SUBCOMMAND, GROUP):
        written["options"] = [_written_option(each) for each in option.get("options") or []]
    return written


def _characters(body: Json) -> int:
    """What counts towards the 8000 characters of a command: names, descriptions and values, nested ones too.

    Of a field that is localized, its longest text. (Application Commands › Slash Commands; › Localization)
    """
    count = _longest(body, "name") + _longest(body, "description")
    for choice in _objects(body.get("choices")):
        count += _longest(choice, "name") + len(str(choice.get("value", "")))
    return count + sum(_characters(option) for option in _objects(body.get("options")))


def _longest(body: Json, field: str) -> int:
    localized = body.get(f"{field}_localizations")
    texts = [body.get(field), *(localized.values() if isinstance(localized, dict) else ())]
    return max(len(str(text or "")) for text in texts)


def _objects(listed: Any) -> list[Json]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _key(body: Any) -> tuple[int, str]:
    if not isinstance(body, dict):
        return 1, ""
    kind = body.get("type")
    return kind if isinstance(kind, int) and kind else 1, str(body.get("name"))


def _fits(command: Json, context: int) -> bool:
    contexts = command.get("contexts")
    if contexts is not None:
        return context in contexts
    return context == IN_GUILD or bool(command.get("dm_permission", True) and "guild_id" not in command)


def _allows(command: Json, may: int) -> bool:
    """``default_member_permissions``: None allows everybody, "0" administrators only. (› Permissions)"""
    required = command["default_member_permissions"]
    if required is None or may == permissions.ALL:
        return True
    return int(required) != 0 and may & int(required) == int(required)
