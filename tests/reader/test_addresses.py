"""Pages fetched from the web. Servers of this machine stand for the Internet: who is where is made up, all else is real."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.documents import fetching, from_address
from bot.reader.documents.fetching import checked
from bot.reader.documents.guard import PUBLIC, Guard, is_public
from bot.record.errors import CaseError
from tests.corpus import samples

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
NEWS, OTHER = "93.184.215.14", "151.101.1.164"
PAGE = "http://news.example/letter"
MB = 1_000_000

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Web:
    """The servers of this machine as the Internet: host names with their addresses, and what each path answers."""

    names: dict[str, list[str]] = field(default_factory=lambda: {"news.example": [NEWS], "other.example": [OTHER]})
    paths: dict[str, bytes | Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    port: int = 0

    def guard(self, **changes: Any) -> Guard:
        return Guard(resolve=self.resolve, dial=self.dial, **{"seconds": 10.0, **changes})

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host not in self.names:
            raise OSError("unknown")
        return self.names[host]

    def dial(self, address: str, port: int) -> tuple[str, int]:
        self.dialled.append(f"{address}:{port}")
        return "127.0.0.1", self.port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(request)
            answer = self.paths.get(request.split()[1], reply(status="404 Not Found"))
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(request, writer)
            await writer.drain()
        except ConnectionError:
            pass  # the reader has seen enough
        finally:
            writer.close()


def reply(body: bytes = b"", kind: str = "text/html; charset=utf-8", status: str = "200 OK", **headers: str) -> bytes:
    named = {"Content-Type": kind, "Connection": "close", **{key.replace("_", "-"): value for key, value in headers.items()}}
    head = "".join(f"{key}: {value}\r\n" for key, value in named.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return reply(status=status, Location=to)


@asynccontextmanager
async def serving(web: Web, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0, ssl=tls)
    web.port = server.sockets[0].getsockname()[1]
    async with server:
        yield web


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serving(Web()) as server:
        yield server


async def refusal(web: Web, url: str = PAGE, **changes: Any) -> str:
    with pytest.raises(CaseError) as refused:
        await from_address(url, NOW, guard=web.guard(**changes))
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_a_page_is_read_with_its_address_and_what_it_says_of_itself(web: Web) -> None:
    head = '<title>A letter</title><meta property="og:site_name" content="News"><meta name="date" content="2018-01-24">'
    web.paths["/letter"] = reply(samples.html(head))
    document = await from_address(f"  <{PAGE}#part> ", NOW, guard=web.guard())
    assert document.text == samples.text().decode()
    assert (document.url, document.name, document.media_type) == (PAGE, "news.example/letter", "text/html")
    source = document.source()
    assert (source.title, source.url, source.publisher, source.published) == ("A letter", PAGE, "News", "2018-01-24")
    assert (source.sha256, source.read_on) == (document.sha256, "2018-01-24")


async def test_a_page_is_asked_for_honestly_by_its_name_at_the_address_that_was_checked(web: Web) -> None:
    web.paths["/letter?a=1"] = reply(samples.html())
    await from_address(f"{PAGE}?a=1", NOW, guard=web.guard())
    [request] = web.asked
    assert "\r\nHost: news.example\r\n" in request
    assert "\r\nUser-Agent: Letterwatch" in request
    assert "ookie" not in request
    assert web.dialled == [f"{NEWS}:80"]


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/letter.pdf", "application/pdf", samples.pdf(samples.LINES)),
        ("/letter", "text/plain", samples.text()),
        ("/letter", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", samples.docx()),
        ("/letter", "application/xhtml+xml", samples.html()),
    ],
)
async def test_files_are_read_from_the_web_like_any_other(web: Web, path: str, kind: str, content: bytes) -> None:
    web.paths[path] = reply(content, kind)
    document = await from_address(f"http://news.example{path}", NOW, guard=web.guard())
    assert [line for line in document.text.split("\n") if line] == samples.LINES
    assert document.content == content


async def test_a_raw_table_sent_as_plain_text_is_a_table(web: Web) -> None:
    web.paths["/recipients.csv"] = reply(samples.table(), "text/plain; charset=utf-8")
    document = await from_address("http://news.example/recipients.csv", NOW, guard=web.guard())
    assert [list(row) for row in document.rows] == samples.TABLE


async def test_the_charset_of_the_header_counts(web: Web) -> None:
    web.paths["/letter"] = reply(samples.html().replace(b"Denver", "Peña".encode("cp1252")), "text/html; charset=ISO-8859-1")
    assert "Peña" in (await from_address(PAGE, NOW, guard=web.guard())).text


async def test_a_packed_page_is_unpacked(web: Web) -> None:
    web.paths["/letter"] = reply(gzip.compress(samples.html()), Content_Encoding="gzip")
    document = await from_address(PAGE, NOW, guard=web.guard())
    assert document.content == samples.html()


async def test_a_page_packed_in_parts_is_read_to_its_end(web: Web) -> None:
    page = samples.html()
    web.paths["/letter"] = reply(gzip.compress(page[:300]) + gzip.compress(page[300:]), Content_Encoding="gzip")
    assert (await from_address(PAGE, NOW, guard=web.guard())).content == page


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl program on this system to make a certificate with")
async def test_the_certificate_is_checked_against_the_name_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=news.example -addext subjectAltName=DNS:news.example"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    monkeypatch.setattr(fetching, "_trusted", lambda: ssl.create_default_context(cafile=certificate))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    async with serving(Web(paths={"/letter": reply(samples.html())}), served) as web:
        document = await from_address("https://news.example/letter", NOW, guard=web.guard())
        assert document.text == samples.text().decode()
        assert "other.example cannot be reached (its certificate is not valid)" in await refusal(
            web, "https://other.example/letter"
        )
        assert web.dialled == [f"{NEWS}:443", f"{OTHER}:443"]


# What is never asked


@pytest.mark.parametrize(
    "url",
    [
        "www.justice.gov/letter",
        "ftp://news.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "http:///letter",
        "http://news.example:8080/",
        "http://me:secret@news.example/",
        "http://[::1",
        "http://news.example:99999/",
        f"http://news.example/{'x' * 2000}",
        "",
    ],
)
async def test_what_is_no_plain_web_address_is_refused_before_anything_is_asked(web: Web, url: str) -> None:
    assert "secret" not in await refusal(web, url)
    assert not web.dialled


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255"),
        *(
            "224.0.0.1",
            "240.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "192.88.99.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
        ),
        *(
            "ff02::1",
            "fec0::1",
            "::ffff:93.184.215.14",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::5db8:d70e",
            "64:ff9b:1::1",
        ),
        *("2002:7f00:1::", "2001:0:7f00:1::1", "2001:db8::1", "3fff::1"),
    ],
)
async def test_hosts_that_are_not_public_are_refused(web: Web, address: str) -> None:
    web.names["inside.example"] = [NEWS, address]  # one public address beside it changes nothing
    for host in ("inside.example", f"[{address}]" if ":" in address else address):
        assert "is not on the public Internet" in await refusal(web, f"http://{host}/")
    assert not web.dialled


@pytest.mark.parametrize("address", [NEWS, OTHER, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001::1"])
def test_hosts_that_are_public_are_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:7f00:1]"])
async def test_no_way_to_write_this_machine_leads_to_it(host: str) -> None:
    with pytest.raises(CaseError, match=r"is not on the public Internet|is not found|is not a web address"):
        await from_address(f"http://{host}/", NOW, guard=PUBLIC)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"http://news.example/{text}"):
        try:
            checked(url)
        except CaseError as refused:
            assert "\n" not in str(refused)


async def test_a_host_that_is_not_found_is_told_so(web: Web) -> None:
    assert await refusal(web, "http://nowhere.example/") == (
        "nowhere.example was not found: no such host. Check the spelling of the address."
    )


async def test_without_a_network_the_spelling_is_not_blamed() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(CaseError, match=r"^news\.example cannot be looked up now\. Try again later, or paste the text\.$"):
        await from_address("https://news.example/", NOW, guard=Guard(resolve=resolve))


async def test_a_name_that_changes_its_address_after_the_check_changes_nothing(web: Web) -> None:
    """DNS rebinding: the second answer of the name server is this machine."""
    looked_up = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return [NEWS] if len(looked_up) == 1 else ["127.0.0.1"]

    web.paths["/letter"] = reply(samples.html())
    guard = Guard(resolve=resolve, dial=web.dial)
    await from_address(PAGE, NOW, guard=guard)
    assert (looked_up, web.dialled) == (["news.example"], [f"{NEWS}:80"])
    with pytest.raises(CaseError, match="is not on the public Internet"):
        await from_address(PAGE, NOW, guard=guard)


async def test_an_address_that_does_not_answer_makes_room_for_the_next(web: Web) -> None:
    web.names["news.example"] = [OTHER, NEWS]
    web.paths["/letter"] = reply(samples.html())
    unused = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    closed = unused.sockets[0].getsockname()[1]
    unused.close()
    await unused.wait_closed()
    guard = Guard(resolve=web.resolve, dial=lambda address, port: ("127.0.0.1", closed if address == OTHER else web.port))
    assert (await from_address(PAGE, NOW, guard=guard)).text
    web.names["news.example"] = [OTHER]
    with pytest.raises(CaseError, match=r"news\.example cannot be reached"):
        await from_address(PAGE, NOW, guard=guard)


# Redirects


@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
async def test_redirects_are_followed_and_the_source_is_where_the_page_was_found(web: Web, status: str) -> None:
    web.paths |= {"/letter": moved("//other.example/a", status), "/a": moved("b", status), "/b": reply(samples.html())}
    document = await from_address(PAGE, NOW, guard=web.guard())
    assert document.url == "http://other.example/b"
    assert web.dialled == [f"{NEWS}:80", f"{OTHER}:80", f"{OTHER}:80"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/x", "http://inside.example/x", "http://169.254.169.254/latest/meta-data/", "//[::1]/x"]
)
async def test_a_redirect_into_a_private_network_is_refused(web: Web, target: str) -> None:
    web.names["inside.example"] = ["10.0.0.7"]
    web.paths["/letter"] = moved(target)
    assert "is not on the public Internet; only public web pages are read." in await refusal(web)
    assert web.dialled == [f"{NEWS}:80"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://news.example:22/", "http://a:b@news.example/", ""])
async def test_a_redirect_to_what_is_no_web_address_is_refused(web: Web, target: str) -> None:
    web.paths["/letter"] = moved(target)
    await refusal(web)
    assert set(web.dialled) == {f"{NEWS}:80"}


async def test_redirects_without_end_are_given_up(web: Web) -> None:
    web.paths["/letter"] = moved("/letter")
    assert "redirects more than 5 times" in await refusal(web)
    assert len(web.dialled) == 6


def test_a_redirect_from_https_to_http_is_refused() -> None:
    import httpx

    from bot.reader.documents.fetching import _redirected

    with pytest.raises(CaseError, match="redirects from https to http"):
        _redirected(httpx.URL("https://news.example/"), httpx.Response(302, headers={"Location": "http://news.example/x"}))


# What answers


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("404 Not Found", "news.example/letter does not exist (404). Open it yourself, copy the text and paste it."),
        ("410 Gone", "no longer exists (410)"),
        ("403 Forbidden", "refuses programs"),
        ("401 Unauthorized", "asks for a login"),
        ("429 Too Many Requests", "refuses for now"),
        ("500 Oops", "has a server error (500); try again later"),
        ("503 Busy", "has a server error (503); try again later"),
        ("204 No Content", "answers with status 204"),
        ("418 Teapot", "answers with status 418"),
    ],
)
async def test_a_status_is_told_in_words(web: Web, status: str, message: str) -> None:
    web.paths["/letter"] = reply(samples.html(), status=status)
    assert message in await refusal(web)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("image/png", "letter is of the type image/png, so it cannot be read. Files that can be read: txt, html, pdf"),
        ("application/octet-stream", "is of the type application/octet-stream, so it cannot be read"),
        ("video/mp4", "is of the type video/mp4"),
        ("", "does not state its type"),
        ("application/pdf", "is an HTML page, despite the type that the server states (application/pdf)"),
    ],
)
async def test_a_wrong_type_is_refused_by_name(web: Web, kind: str, message: str) -> None:
    web.paths["/letter"] = reply(samples.html(), kind)
    assert message in await refusal(web)


async def test_a_page_without_text_is_refused(web: Web) -> None:
    web.paths["/letter"] = reply(b"<html><body><div id=app></div><script src=x></script></body></html>")
    assert "news.example/letter contains no " in await refusal(web)


async def forever(request: str, writer: asyncio.StreamWriter) -> None:
    writer.write(reply())
    while True:
        writer.write(b"<p>more</p>" * 1000)
        await writer.drain()


async def silence(request: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.get_running_loop().create_future()


async def half(request: str, writer: asyncio.StreamWriter) -> None:
    writer.write(reply(b"<html>"))
    await writer.drain()
    await silence(request, writer)


@pytest.mark.parametrize("answer", [silence, half])
async def test_a_server_that_never_answers_is_given_up(answer: Answer) -> None:
    async with asyncio.timeout(30), serving(Web(paths={"/letter": answer})) as web:
        message = await refusal(web, seconds=0.2)
        assert message == "news.example/letter did not answer within 0.2 seconds. Open it yourself, copy the text and paste it."
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()


async def test_a_name_server_that_never_answers_is_given_up(web: Web) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    with pytest.raises(CaseError, match="did not answer within"):
        await from_address(PAGE, NOW, guard=Guard(resolve=resolve, seconds=0.05))


async def test_a_page_without_end_is_given_up(web: Web) -> None:
    web.paths["/letter"] = forever
    assert "is too large: the limit is 1 MB." in await refusal(web, most_bytes=MB)


async def test_a_page_that_says_it_is_too_large_is_not_read_at_all(web: Web) -> None:
    web.paths["/letter"] = reply(b"<html>", Content_Length="200000000")
    assert "is too large: the limit is 25 MB." in await refusal(web)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_packed_bomb_is_stopped_while_it_is_unpacked(web: Web, times: int) -> None:
    web.paths["/letter"] = reply(gzip.compress(bytes(30 * MB)) * times, Content_Encoding="gzip")
    assert "is too large: the limit is 2 MB." in await refusal(web, most_bytes=2 * MB)


@pytest.mark.parametrize(
    ("body", "coding", "message"),
    [
        (b"no gzip", "gzip", "is damaged: it cannot be unpacked"),
        (gzip.compress(samples.html())[:-9], "gzip", "is damaged: its end is missing"),
        (zlib.compress(b"x"), "br", "is compressed in a way that cannot be read (br)"),
        (b"", "", "news.example/letter is empty."),
    ],
)
async def test_a_body_that_cannot_be_unpacked_is_refused(web: Web, body: bytes, coding: str, message: str) -> None:
    web.paths["/letter"] = reply(body, Content_Encoding=coding)
    assert message in await refusal(web)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<p>"])
async def test_a_broken_answer_is_refused(web: Web, answer: bytes) -> None:
    web.paths["/letter"] = answer
    assert "news.example/letter" in await refusal(web)


FIRST_PAGE = """
import asyncio, sys, threading
from bot.reader.documents import from_address
from tests.reader.test_addresses import NOW, PAGE, Web, reply, serving

for name in [name for name in sys.modules if name.partition(".")[0] in {HEAVY} or name == "bot.reader.documents.fetching"]:
    del sys.modules[name]
del sys.modules["bot.reader.documents"].fetching
loaded = set()

def note(event, arguments):
    if event == "import" and threading.current_thread() is threading.main_thread() and arguments[0] not in sys.modules:
        loaded.add(arguments[0].partition(".")[0])

async def main():
    async with serving(Web(paths={"/letter": reply(b"A page", "text/plain")})) as web:
        sys.addaudithook(note)
        await from_address(PAGE, NOW, guard=web.guard())
    print(loaded & {HEAVY})

asyncio.run(main())
""".replace("{HEAVY}", repr({"httpx", "httpcore", "anyio", "h11", "certifi"}))


def test_the_first_page_is_fetched_without_loading_libraries_in_the_event_loop() -> None:
    run = subprocess.run([sys.executable, "-c", FIRST_PAGE], check=True, capture_output=True, text=True)
    assert run.stdout == "set()\n"
