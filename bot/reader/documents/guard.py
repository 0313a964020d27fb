"""Which hosts may be asked for a page: public ones only, whatever a host name or a redirect says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from bot.reader.documents.limits import MOST_BYTES

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

SECONDS = 15.0
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291, section 2.4; IANA "IPv6 Global Unicast Address Assignments"
NOT_PUBLIC: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
    IPv6Network("2001::/23"),  # protocols, Teredo among them: an IPv4 address may be inside
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address is inside
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)


def is_public(address: Address) -> bool:
    """Whether it is a unicast address of the public Internet, according to the IANA registries.

    IPv6 addresses that contain an IPv4 address (mapped, NAT64, 6to4, Teredo) are not: a gateway decides where they lead.
    """
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    if any(address.version == network.version and address in network for network in NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


async def resolved(host: str, port: int) -> Sequence[str]:
    """Every address of the host, IPv4 first, since many machines have no IPv6. OSError if there is none."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(infos, key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in ordered))


def as_it_is(address: str, port: int) -> tuple[str, int]:
    return address, port


@dataclass(frozen=True)
class Guard:
    """What may be requested, and for how long."""

    resolve: Resolver = resolved
    allows: Callable[[Address], bool] = is_public
    #: The address and port to connect to, given those that were checked: the same, except in tests, where servers on this
    #: machine play the Internet.
    dial: Callable[[str, int], tuple[str, int]] = as_it_is
    #: For all redirects together.
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of the host; empty if any of them is not allowed. OSError if it has none.

        All must be allowed: a name with both a public and a private address is not that of a web page.
        """
        try:
            addresses = [host] if _literal(host) else list(await self.resolve(host, port))
        except UnicodeError as bad:  # a label that is empty or too long
            raise OSError(str(bad)) from bad
        return addresses if all(self.allows(ip_address(one)) for one in addresses) else []


PUBLIC = Guard()


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
