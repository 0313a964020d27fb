"""Who may do what: roles first, then the channel's overwrites. (Discord docs, Topics › Permissions)"""

from __future__ import annotations

from enum import IntFlag

from sandbox.model import Channel, Guild


class Permission(IntFlag):
    """Those of Discord's flags that the sandbox or its users need. (› Bitwise Permission Flags)"""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31


ALL = (1 << 53) - 1
#: What a new server's @everyone role may do here.
EVERYONE = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
#: What anybody may do in a direct message.
DIRECT = int(EVERYONE | Permission.MENTION_EVERYONE)


def base(guild: Guild, user: int) -> int:
    """A member's permissions in a server, before any channel. (› Permission Hierarchy, and the pseudocode there)"""
    if guild.owner == user:
        return ALL
    member = guild.members.get(user)
    if member is None:
        return 0
    granted = guild.roles[guild.id].permissions
    for role in member.roles:
        granted |= guild.roles[role].permissions
    return ALL if granted & Permission.ADMINISTRATOR else granted


def within(guild: Guild, channel: Channel, user: int) -> int:
    """A member's permissions in a channel.

    1. What is ``stated``.
    2. Without VIEW_CHANNEL nothing is allowed; without SEND_MESSAGES no attachment, embed or mention of everyone.
       (› Implicit Permissions)
    """
    granted = stated(guild, channel, user)
    return granted if granted == ALL else _implied(granted)


def stated(guild: Guild, channel: Channel, user: int) -> int:
    """What roles and overwrites allow a member in a channel, whether or not it is of use there.

    1. The owner and administrators may do everything.
    2. The overwrite of @everyone applies first; then what the member's roles deny, what they allow; then the member's own.
       (› Permission Overwrites)
    """
    granted = base(guild, user)
    if granted == ALL or user not in guild.members:
        return granted
    writes = channel.overwrites
    if everyone := writes.get(guild.id):
        granted = (granted & ~everyone.deny) | everyone.allow
    of_roles = [writes[role] for role in guild.members[user].roles if role in writes]
    for write in of_roles:
        granted &= ~write.deny
    for write in of_roles:
        granted |= write.allow
    if own := writes.get(user):
        granted = (granted & ~own.deny) | own.allow
    return granted


def _implied(granted: int) -> int:
    if not granted & Permission.VIEW_CHANNEL:
        return 0
    if not granted & Permission.SEND_MESSAGES:
        held_back = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS
        granted &= ~int(held_back)
    return granted
