"""Fetches the page at a web address. Neither the address nor the server is trusted."""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx

from bot.reader.documents import kinds
from bot.reader.documents.guard import Guard
from bot.record.errors import CaseError

MOST_REDIRECTS = 5
LONGEST_ADDRESS = 2000  # characters; the width of the database column
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
CONNECT_SECONDS = 5.0  # for each address of a host
HEADERS = {
    "User-Agent": "Letterwatch (a bot that reads one page when a person asks it to)",
    "Accept-Encoding": "gzip, identity",
}
STATUSES = {
    401: "asks for a login",
    402: "asks for payment",
    403: "refuses programs",
    404: "does not exist (404)",
    410: "no longer exists (410)",
    429: "refuses for now, after too many requests",
    451: "is withheld for legal reasons",
}
PASTE = "Open it yourself, copy the text and paste it."

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """What a server is asked for."""

    #: What it is, in messages.
    noun: str
    #: The header of that name.
    accept: str
    #: Refuses a type that cannot be read: what it is called, its type, its path. CaseError.
    check: Callable[[str, str, str], object]
    #: What to do where it cannot be had.
    advice: str
    #: What to do where it may be had another time.
    later: str
    #: Gets how many bytes have come, and how many there will be (0 if the server does not say).
    progress: Progress | None = None


PAGE = Wanted("web page", ", ".join(kinds.SENT), kinds.expected, PASTE, "Try again later, or paste the text.")
LATER_FILE = "Try again later, or download it yourself and name the file."
#: Any file: whoever wants it looks at its content.
FILE = Wanted("file", "*/*", lambda called, sent, path: None, "Download it yourself and name the file.", LATER_FILE)


@dataclass(frozen=True)
class FetchedPage:
    """What a server sent."""

    #: Where it was found, after redirects.
    url: str
    #: Its name in messages: host and path.
    called: str
    path: str
    media_type: str
    charset: str
    content: bytes


@functools.cache
def prepare() -> None:
    """Load what the first request needs; to be called in a thread.

    httpx and its parts load others only when they are first used. All together it takes up to 0.3 s of processor time.
    """
    anyio.run(_load)  # httpx's own library for connections


async def _load() -> None:
    async with httpx.AsyncClient(verify=_trusted(), trust_env=False):
        pass


async def fetch(address: str, guard: Guard, wanted: Wanted = PAGE) -> FetchedPage:
    """The page at `address`. CaseError says in one line what is wrong.

    1. The address is http or https on its usual port, without a user name and password in it.
    2. Its host is looked up once, and every address found must be allowed by the guard.
    3. The connection goes to an address that was checked, so that a different second answer of the name server changes
       nothing; the certificate is checked against the name.
    4. A redirect starts again at 1. A redirect from https to http is not followed.
    5. Status, type and size are checked before the body is read, and the size again while it is read and unpacked.
    """
    url = checked(address)
    try:
        async with asyncio.timeout(guard.seconds):
            for _ in range(MOST_REDIRECTS + 1):
                answer = await _asked(url, guard, wanted)
                if isinstance(answer, FetchedPage):
                    return answer
                url = answer
    except TimeoutError as late:
        raise CaseError(f"{called(url)} did not answer within {guard.seconds:g} seconds. {wanted.advice}") from late
    raise CaseError(f"{called(checked(address))} redirects more than {MOST_REDIRECTS} times.")


def checked(address: str) -> httpx.URL:
    """The address as a URL that may be requested. CaseError if its form already rules it out."""
    typed = address.strip().removeprefix("<").removesuffix(">")
    shown = kinds.one_line(typed)
    try:
        url = httpx.URL(typed).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as bad:
        raise CaseError(f"“{shown}” is not a web address; it begins with https:// or http://.") from bad
    if url.scheme not in PORTS or not url.host:
        raise CaseError(f"“{shown}” is not a web address; it begins with https:// or http://.")
    if url.userinfo:
        raise CaseError("The web address contains a user name or password; remove it.")
    if url.port not in (None, *PORTS.values()):
        raise CaseError(f"“{shown}” names port {url.port}; only the usual web ports (80 and 443) are allowed.")
    if len(str(url)) > LONGEST_ADDRESS:
        raise CaseError(f"A web address has at most {LONGEST_ADDRESS:,} characters.")
    return url


def called(url: httpx.URL) -> str:
    """www.justice.gov/opa/pr/…, no longer than a file name in messages."""
    return kinds.one_line(f"{host_of(url)}{url.path}".rstrip("/"))


def host_of(url: httpx.URL) -> str:
    """The host in ASCII, as name servers know it, so that look-alike letters of other scripts are visible (RFC 5890)."""
    return url.raw_host.decode("ascii")


async def _asked(url: httpx.URL, guard: Guard, wanted: Wanted) -> FetchedPage | httpx.URL:
    """What the host answers: the page, or the address that it redirects to."""
    host, port = host_of(url), url.port or PORTS[url.scheme]
    try:
        addresses = await guard.addresses(host, port)
    except OSError as unknown:
        if isinstance(unknown, socket.gaierror) and unknown.errno == socket.EAI_AGAIN:  # no network or no name server
            raise CaseError(f"{host} cannot be looked up now. {wanted.later}") from unknown
        raise CaseError(f"{host} was not found: no such host. Check the spelling of the address.") from unknown
    if not addresses:
        raise CaseError(f"{host} is not on the public Internet; only public web pages are read.")
    failure: httpx.HTTPError | None = None
    for address in addresses:
        try:
            return await _answer(url, guard, wanted, *guard.dial(address, port))
        except (httpx.ConnectError, httpx.ConnectTimeout) as unreachable:
            failure = unreachable
        except httpx.TimeoutException as late:
            raise TimeoutError from late
        except httpx.HTTPError as broken:
            raise CaseError(f"{called(url)} did not answer with a {wanted.noun} ({_why(broken)}). {wanted.advice}") from broken
    if isinstance(failure, httpx.ConnectTimeout):
        raise TimeoutError from failure
    raise CaseError(f"{host} cannot be reached ({_why(failure)}). {wanted.later}") from failure


async def _answer(url: httpx.URL, guard: Guard, wanted: Wanted, address: str, port: int) -> FetchedPage | httpx.URL:
    async with _response(url, guard, wanted, address, port) as response:
        if response.status_code in REDIRECTS:
            return _redirected(url, response)
        if response.status_code != 200:
            raise CaseError(f"{called(url)} {_status(response.status_code)}. {wanted.advice}")
        media_type, charset = _content_type(response.headers.get("Content-Type", ""))
        wanted.check(called(url), media_type, url.path)
        if _stated(response) > guard.most_bytes:
            raise CaseError(_too_large(url, guard))
        content = b"".join([piece async for piece in _body(response, url, guard, wanted)])
        if not content:
            raise CaseError(f"{called(url)} is empty.")
        return FetchedPage(str(url), called(url), url.path, media_type, charset, content)


def _stated(response: httpx.Response) -> int:
    """The length that the server states; 0 if it states none."""
    stated = response.headers.get("Content-Length", "")
    return int(stated[:20]) if stated.isdecimal() else 0


@asynccontextmanager
async def _response(url: httpx.URL, guard: Guard, wanted: Wanted, address: str, port: int) -> AsyncIterator[httpx.Response]:
    """The response to a request for `url` sent to `address`; its body has not been read yet.

    Each request has a client of its own: a connection kept open could serve another host name at the same address, whose
    certificate was never checked.
    """
    timeout = httpx.Timeout(guard.seconds, connect=min(CONNECT_SECONDS, guard.seconds))
    target = url.copy_with(host=address, port=port)
    headers = {**HEADERS, "Accept": wanted.accept, "Host": url.netloc.decode("ascii")}
    async with (
        httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=timeout, follow_redirects=False) as client,
        client.stream("GET", target, headers=headers, extensions={"sni_hostname": host_of(url)}) as response,
    ):
        yield response


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    try:
        target = url.join(response.headers.get("Location", ""))
    except (httpx.InvalidURL, ValueError) as bad:
        raise CaseError(f"{called(url)} redirects to something that is not a web address.") from bad
    if url.scheme == "https" and target.scheme == "http":
        raise CaseError(f"{called(url)} redirects from https to http, which anyone could tamper with; it was not followed.")
    return checked(str(target))


async def _body(response: httpx.Response, url: httpx.URL, guard: Guard, wanted: Wanted) -> AsyncIterator[bytes]:
    """The body in pieces, unpacked. The unpacked size is counted, so that a small body that unpacks to a huge one is stopped.

    It is unpacked here and not by httpx, which would unpack a whole piece at once, to as much as a thousand times its size.
    """
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise CaseError(
            f"{called(url)} is compressed in a way that cannot be read ({kinds.one_line(coding, 20)}). {wanted.advice}"
        )
    gunzip = Gunzip() if "gzip" in coding else None
    left = guard.most_bytes
    async for sent in response.aiter_raw():
        try:
            piece = gunzip.unpacked(sent, left + 1) if gunzip else sent
        except zlib.error as broken:
            raise CaseError(f"{called(url)} is damaged: it cannot be unpacked. {wanted.advice}") from broken
        left -= len(piece)
        if left < 0:
            raise CaseError(_too_large(url, guard))
        if wanted.progress:
            wanted.progress(response.num_bytes_downloaded, _stated(response))
        yield piece
    if gunzip and not gunzip.ended:
        raise CaseError(f"{called(url)} is damaged: its end is missing. {wanted.advice}")


class Gunzip:
    """Unpacks gzip piece by piece; several members in a row count as one (RFC 1952, section 2.2)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    def unpacked(self, packed: bytes, most: int) -> bytes:
        """The content of `packed`, at most `most` bytes. The rest is lost, so the caller has to refuse a body that long."""
        out = b""
        while packed and len(out) < most:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            out += self._member.decompress(packed, most - len(out))
            packed = self._member.unused_data
        return out

    @property
    def ended(self) -> bool:
        return self._member.eof


def _too_large(url: httpx.URL, guard: Guard) -> str:
    return f"{called(url)} is too large: the limit is {guard.most_bytes / 1_000_000:g} MB."


def _content_type(header: str) -> tuple[str, str]:
    """Media type and charset in lower case; empty if not given."""
    charset = re.search(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", header, re.IGNORECASE | re.ASCII)
    return header.split(";")[0].strip().lower(), charset[1].lower() if charset else ""


def _status(code: int) -> str:
    if code >= 500:
        return f"has a server error ({code}); try again later"
    return STATUSES.get(code, f"answers with status {code}")


def _why(failure: Exception | None) -> str:
    """The cause in a few words."""
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not valid"
        cause = cause.__cause__ or cause.__context__
    return type(failure).__name__ if failure else "unknown"
