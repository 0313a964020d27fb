"""Web pages: the article and no more, what the page states of itself and nothing guessed."""

from __future__ import annotations

import pytest

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.parsers import parse
from bot.reader.documents.web_page import day_of
from bot.record.errors import CaseError
from tests.corpus import samples

LINKED = "".join(f'<li><a href="/letter.pdf">{place}</a></li>' for place in samples.PLACES)
OTHERS = "".join(
    f'<li><a href="/x">{city} mayor answers the department over its policy</a></li>' for city in ("Boston", "Miami")
)
LONG = "<p>The department also said that it had written to all of them before, and that it had asked for their policies.</p>"


def text(page: bytes) -> str:
    return parse(FileKind.HTML, page, "page.html").text


def test_menus_other_stories_and_the_foot_of_the_page_are_left_out() -> None:
    page = samples.html(
        before=f"<nav><ul>{OTHERS}</ul></nav>", after=f"<aside><ul>{OTHERS}</ul></aside><footer>© 2026</footer>"
    )
    assert text(page) == samples.text().decode()


@pytest.mark.parametrize("mark", ["article", "main", "div"])
def test_a_list_of_recipients_is_kept_though_each_leads_to_its_letter(mark: str) -> None:
    inner = f"{LONG}<p>The letters went to the following jurisdictions:</p><ul>{LINKED}</ul>{LONG}"
    page = text(f"<html><body><{mark}>{inner}</{mark}><div><h3>More</h3><ul>{OTHERS}</ul></div></body></html>".encode())
    assert all(f"• {place}" in page.split("\n") for place in samples.PLACES)
    assert "Boston" not in page


def test_teasers_of_other_stories_below_the_article_are_left_out() -> None:
    teasers = "".join(f"<div><h4><a href=/x>{city}</a></h4>{LONG.replace('They', city)}</div>" for city in ("Boston", "Miami"))
    assert "Boston" not in text(samples.html(after=f"<div>{teasers}</div>"))


def test_line_breaks_and_tables_keep_their_lines() -> None:
    grid = "<table><tr><th>Place</th><th>State</th></tr><tr><td>Denver</td><td>CO</td></tr></table>"
    page = f"<html><body><article>{LONG}<p>Chicago<br>Cook <b>County</b>,\nIllinois</p>{grid}{LONG}</article></body></html>"
    article = text(page.encode())
    assert "Chicago\nCook County, Illinois\n" in article
    assert "Place\tState\nDenver\tCO" in article


def test_the_headline_stands_first_though_it_is_outside_the_article() -> None:
    assert text(samples.html(before="<h1>Department writes to three</h1>")).startswith("Department writes to three\n\nThe ")


@pytest.mark.parametrize(
    "page",
    [b"<html><body></body></html>", b"<!doctype html><html><body><script>go()</script><img src=x></body></html>", b"<p>"],
)
def test_a_page_without_text_is_refused(page: bytes) -> None:
    with pytest.raises(CaseError, match=r"page\.html contains no "):
        text(page)


def test_title_site_and_day_are_those_that_the_page_states() -> None:
    head = (
        '<title>A letter | Site</title><meta property="og:title" content="A  letter">'
        '<meta property="og:site_name" content="County News">'
        '<meta property="article:published_time" content="2018-01-24T21:30:00-05:00">'
    )
    page = parse(FileKind.HTML, samples.html(head), "a.html")
    assert (page.title, page.publisher, page.published) == ("A letter", "County News", "2018-01-24")


def test_what_json_ld_states_counts() -> None:
    ld = '{"@graph": [{"@type": "NewsArticle", "headline": "H", "datePublished": "2018-01-24", "publisher": {"name": "News"}}]}'
    page = parse(FileKind.HTML, samples.html(f'<script type="application/ld+json">{ld}</script>'), "a.html")
    assert (page.title, page.publisher, page.published) == ("H", "News", "2018-01-24")


@pytest.mark.parametrize(
    "head",
    [
        "<title>x</title>",
        '<link rel="canonical" href="https://example.org/2018/01/24/letter">',
        '<meta property="article:modified_time" content="2018-01-24">',
        '<meta name="date" content="02/03/2018">',
        '<meta name="date" content="0001-01-01">',
        '<meta name="date" content="9999-12-31">',
        '<meta name="date" content="2018-01-24"><meta property="article:published_time" content="2018-01-25">',
        '<script type="application/ld+json">{broken</script>',
    ],
)
def test_a_day_that_the_page_does_not_state_is_not_guessed(head: str) -> None:
    page = samples.html(head, after="<footer>Updated January 24, 2018</footer>")
    assert parse(FileKind.HTML, page, "a.html").published == ""


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2018-01-24", "2018-01-24"),
        ("2018-01-24T23:30:00-05:00", "2018-01-24"),
        ("2018-01-24T23:30:00", "2018-01-24"),
        ("2018-01-24T17:30:00Z", "2018-01-24"),
        ("2018-01-25T02:00:00Z", None),  # the evening of the 24th in America
        ("2018-01-25T00:00:00+00:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("24 January 2018", None),
        ("2018-02-30", None),
    ],
)
def test_the_day_of_a_moment_is_its_authors(stated: str, day: str | None) -> None:
    published = day_of(stated)
    assert (published.isoformat() if published else None) == day
