"""The same 23 recipients, set out in the ways of many pages: each is read, on a line of its own, and nobody else is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.parsers import parse
from bot.record.errors import CaseError

NAMES = (
    "Chicago, Illinois|Cook County, Illinois|New York City|State of California|"
    "Albany, New York|Berkeley, California|Bernalillo County, New Mexico|Burlington, Vermont|"
    "City and County of Denver, Colorado|Fremont, California|Jackson, Mississippi|King County, Washington|"
    "Lawrence, Massachusetts|City of Los Angeles, California|Louisville Metro, Kentucky|Monterey County, California|"
    "Sacramento County, California|City and County of San Francisco, California|Sonoma County, California|"
    "Watsonville, California|West Palm Beach, Florida|State of Illinois|State of Oregon"
)
PLACES = NAMES.split("|")
OTHERS = ("Austin", "Boston", "Miami", "Philadelphia", "Seattle", "Trenton")
THIRDS = (PLACES[:8], PLACES[8:16], PLACES[16:])


def each(before: str, after: str, places: list[str] | None = None) -> str:
    return "".join(f"{before}{place}{after}" for place in places or PLACES)


def listed(places: list[str]) -> str:
    return f"<ul>{each('<li>', '</li>', places)}</ul>"


def linked(places: list[str]) -> str:
    return f"<ul>{each('<li><a href=/letter.pdf>', '</a></li>', places)}</ul>"


def thirds(before: str, list_of: Callable[[list[str]], str], after: str) -> str:
    return "".join(f"{before}{list_of(third)}{after}" for third in THIRDS)


LAYOUTS = {
    "list": listed(PLACES),
    "numbered list": f"<ol>{each('<li>', '</li>')}</ol>",
    "list without end tags": f"<ul>{each('<li>', '')}</ul>",
    "list of paragraphs": f"<ul>{each('<li><p>', '</p></li>')}</ul>",
    "list of links": linked(PLACES),
    "list of links in a box": f"<div class=links><div>{linked(PLACES)}</div></div>",
    "list in the style of links": listed(PLACES).replace("<ul>", "<ul class='related-links'>"),
    "list in a menu": f"<menu>{each('<li>', '</li>')}</menu>",
    "list with letters to open": f"<ul>{each('<li>', ' (<a href=/letter.pdf>letter</a>)</li>')}</ul>",
    "list with comments": f"<ul>{each('<!-- one --><li>', '<!-- end --></li>')}</ul>",
    "list of one item": f"<ul><li>{'<br>'.join(PLACES)}</li></ul>",
    "lists in lists": f"<ul>{thirds('<li>A group', listed, '</li>')}</ul>",
    "lists of links in lists": f"<ul>{thirds('<li>A group', linked, '</li>')}</ul>",
    "lists beside each other": thirds("<div class=column>", listed, "</div>"),
    "lists below headings": thirds("<h4>A group</h4>", listed, ""),
    "lists of links below headings": thirds("<h4>A group</h4>", linked, ""),
    "list to unfold": f"<details><summary>Show</summary>{listed(PLACES)}</details>",
    "definitions": f"<dl>{each('<dt>', '</dt><dd>A letter</dd>')}</dl>",
    "lines of a paragraph": f"<p>{'<br>'.join(PLACES)}</p>",
    "lines of links": f"<p>{each('<a href=/letter.pdf>', '</a><br>')}</p>",
    "lines of a div": f"<div>{'<br>'.join(PLACES)}</div>",
    "lines of an old page": f"<center><font size=2>{'<br>'.join(PLACES)}</font></center>",
    "lines between rules": f"<div>{each('', '<hr>')}</div>",
    "lines of labels": each("<label>", "</label><br>"),
    "paragraphs": each("<p>", "</p>"),
    "paragraphs of links": each("<p><a href=/letter.pdf>", "</a></p>"),
    "divs": each("<div>", "</div>"),
    "divs in rows": each("<div class=row><div>", "</div><div><p>January 24</p></div></div>"),
    "divs of links": f"<div>{each('<div><a href=/letter.pdf>', '</a></div>')}</div>",
    "spans shown as blocks": each("<span style='display: block'>", "</span>"),
    "elements of the page's own": f"<place-list>{each('<place-name>', '</place-name>')}</place-list>",
    "preformatted lines": "<pre>" + "\n".join(PLACES) + "</pre>",
    "headings": each("<h3>", "</h3>"),
    "quotes": f"<blockquote>{each('<p>', '</p>')}</blockquote>",
    "table": f"<table>{each('<tr><td>', '</td><td>January 24</td></tr>')}</table>",
    "table of links": f"<table>{each('<tr><td><a href=/l.pdf>', '</a></td><td><a href=/l.pdf>PDF</a></td></tr>')}</table>",
    "table around lists": f"<table><tr>{thirds('<td>', listed, '</td>')}</tr></table>",
    "table around lines": f"<table><tr>{thirds('<td>', '<br>'.join, '</td>')}</tr></table>",
    "table of groups": f"<table>{thirds('<tr><td>A group</td><td>', '<br>'.join, '</td></tr>')}</table>",
    "table with long notes": f"<table>{each('<tr><td>', '</td><td>Sent<br>January<br>24</td></tr>')}</table>",
    "table with a note": f"<table>{each('<tr><td>', '</td><td>PDF</td></tr>')}<tr><td>A<br>long<br>note</td></tr></table>",
    "table in a table": f"<table><tr><td><table>{each('<tr><td>', '</td><td>PDF</td></tr>')}</table></td></tr></table>",
}
HEADLINE = "<h1>Justice Department Threatens to Subpoena 23 Jurisdictions</h1>"
PROSE = (
    "<p>The Justice Department today sent letters to 23 jurisdictions, demanding the production of documents that could show"
    " whether each is unlawfully restricting information sharing by its law enforcement officers.</p>"
    "<p>All of them were previously contacted by the Department, when it raised concerns about their practices.</p>"
)
END = "<p>“I continue to urge all jurisdictions to reconsider policies that place their residents at risk,” it said.</p>"
BEFORE = (
    "<header><nav><ul><li><a href=/>Home</a></li><li><a href=/austin>Austin</a></li></ul></nav></header>"
    "<div class='cookie-consent'><p>We use cookies, and share what we learn with partners in Boston, Massachusetts.</p></div>"
)
STORY = "<li><a href=/story>{}, mayor answers the department over its detainer policy</a></li>"
AFTER = (
    f"<div class='related'><h3>Related stories</h3><ul>{STORY.format('Seattle')}{STORY.format('Miami')}</ul></div>"
    "<section id='comments' class='comments'><div class='comment'><p>What about Philadelphia? It should.</p>"
    "</div></section><footer><p>© 2018 News of Trenton</p></footer>"
)
ANNOUNCED = "<p>The following jurisdictions received letters today:</p>"
PAGES = {
    "news": f"{BEFORE}<main><article>{HEADLINE}{PROSE}{ANNOUNCED}{{}}{END}</article></main>{AFTER}",
    "no marks": f"{BEFORE}<div>{HEADLINE}<div>{PROSE}{ANNOUNCED}{{}}{END}</div></div>{AFTER}",
    "list last": f"{BEFORE}<main><article>{HEADLINE}{PROSE}{ANNOUNCED}{{}}</article></main>{AFTER}",
    "heading": f"{BEFORE}<main><article>{HEADLINE}{PROSE}<h2>Recipients</h2>{{}}{END}</article></main>{AFTER}",
}


def text(body: str) -> str:
    return parse(FileKind.HTML, f"<!doctype html><html><body>{body}</body></html>".encode(), "page.html").text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_recipient_has_a_line_however_the_page_sets_them_out(page: str, layout: str) -> None:
    article = text(PAGES[page].format(LAYOUTS[layout]))
    starts = [re.sub(r"^• ", "", line) for line in article.split("\n")]
    own = [place for place in PLACES if any(line.startswith(place) and sum(p in line for p in PLACES) == 1 for line in starts)]
    assert own == PLACES
    assert [other for other in OTHERS if other in article] == []


@pytest.mark.parametrize(
    "after",
    [
        f"<h3>Related stories</h3><ul>{STORY.format('Seattle')}</ul>",
        f"<p>Read more about this story here:</p><ul>{STORY.format('Seattle')}</ul>",
        f"<p>More from this site</p><ul>{STORY.format('Seattle')}</ul>",
        "<div class=tags><a href=/t>Austin</a> <a href=/t>Boston</a></div>",
        "<h4>Topics</h4><ul><li><a href=/t>Austin</a></li></ul>",
    ],
)
def test_what_stands_below_the_recipients_is_not_read_with_them(after: str) -> None:
    article = text(f"<main><article>{HEADLINE}{PROSE}{ANNOUNCED}{linked(PLACES)}{after}{END}</article></main>")
    assert all(f"• {place}" in article for place in PLACES)
    assert [other for other in OTHERS if other in article] == []


def test_a_cell_of_two_lines_stays_in_its_row() -> None:
    row = "<tr><td>Denver<br>Colorado</td><td><p>January</p><p>24</p></td></tr>"
    for rows in (row, row * 2):
        assert "Denver Colorado\tJanuary 24" in text(f"<article>{PROSE}<table>{rows}</table>{END}</article>")


def test_a_page_whose_end_the_parser_would_drop_is_refused() -> None:
    with pytest.raises(CaseError, match=r"page\.html is nested too deeply to be read in full"):
        text(f"<article>{PROSE}{'<font>Denver<br>' * 300}{END}</article>")
