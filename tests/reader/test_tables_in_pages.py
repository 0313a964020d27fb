"""Tables, definitions, boxes and what is struck out or hidden in web pages: the lines that a person would read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import MOST_COLUMNS
from bot.reader.documents.parsers import parse

BEGIN = (
    "<p>The State Auditor on Monday sent letters that ask for budgets, payrolls and contracts of the last three years.</p>"
    "<p>Those who received one have thirty days, and are listed here as the office gave them to this newspaper:</p>"
)
END = "<p>The office said that it would publish every reply on its site, and that more letters are being prepared.</p>"


def text(page: str) -> str:
    return parse(FileKind.HTML, f"<!doctype html><html><body>{page}</body></html>".encode(), "page.html").text


def lines(part: str, article: str = "<article>{}</article>") -> list[str]:
    """What is read of a part between two paragraphs of an article, line by line."""
    whole = text(article.format(f"{BEGIN}{part}{END}"))
    return [line for line in whole.split("newspaper:")[1].split("The office said")[0].split("\n") if line]


def rows(*rows: str) -> str:
    """A table; each row has `|` between its cells. `!` before a cell makes it a heading, `[...]` gives it attributes."""
    cells = ("".join(map(cell, row.split("|"))) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def cell(written: str) -> str:
    match = re.fullmatch(r"(!?)(?:\[([^\]]*)\])?(.*)", written, re.S)
    assert match
    tag = "th" if match[1] else "td"
    return f"<{tag} {match[2] or ''}>{match[3]}</{tag}>"


def items(*names: str) -> str:
    return f"<ul>{''.join(f'<li>{name}</li>' for name in names)}</ul>"


TABLES = {
    "a cell that is struck out or invisible leaves its column": (
        rows(
            "!Old|!New|!State",
            "[style='text-decoration: line-through']Lima|Akron|Ohio",
            "[style='visibility:hidden']Ames|Boone|Iowa",
        ),
        ["Old\tNew\tState", "\tAkron\tOhio", "\tBoone\tIowa"],
    ),
    "a state whose places are all struck out is not left alone": (
        rows("[rowspan=2]Ohio|<s>Akron</s>", "Lima", "[rowspan=2]Iowa|Ames", "<s>Boone</s>", "Utah|<s>Provo</s>"),
        ["Ohio: Lima", "Iowa: Ames"],
    ),
    "a state that takes the place of another, or has another day": (
        rows("<del>Ohio</del> Iowa|May 4", "<del>Utah</del> Texas|", "Maine|<s>May 4</s>"),
        ["Iowa: May 4", "Texas", "Maine"],
    ),
    "a group of columns is hidden": (
        "<table><colgroup span=1 style='visibility: collapse'></colgroup><colgroup><col></colgroup>"
        "<tr><td>Lima<td>Akron<tr><td>Ames<td>Boone</table>",
        ["Akron", "Boone"],
    ),
    "a list in a cell stands below its heading": (
        rows("!State|!Places", f"Ohio|{items('Lima', 'Akron')}", f"Iowa|{items('Ames', 'Polk County')}"),
        ["Places\tState", "Ohio", "• Lima", "• Akron", "Iowa", "• Ames", "• Polk County"],
    ),
    "one name in a column of lists is a list too": (
        rows(f"Ohio|{items('Lima', 'Akron')}", "Iowa|Ames"),
        ["Ohio", "• Lima", "• Akron", "Iowa", "• Ames"],
    ),
    "line breaks in most cells of a column are lists": (
        rows("Ohio|Lima<br>Akron<br>Toledo", "Iowa|Ames<br>Boone"),
        ["Ohio", "• Lima", "• Akron", "• Toledo", "Iowa", "• Ames", "• Boone"],
    ),
    "an address beside a name keeps its lines": (
        rows("Lima|Mayor Roe<br>1 Main Street<br>Lima, Ohio"),
        ["Lima", "Mayor Roe", "1 Main Street", "Lima, Ohio"],
    ),
    "a line break in a row of data is a space": (
        rows("Prince George's<br>County|Maryland", "Lima|Ohio"),
        ["Prince George's County\tMaryland", "Lima\tOhio"],
    ),
    "lists beside each other have the headings of their columns": (
        rows("!Sent letters|!Cleared", f"{items('Lima', 'Ames')}|{items('Akron')}"),
        ["Sent letters:", "• Lima", "• Ames", "Cleared:", "• Akron"],
    ),
    "headings that are only short": (
        rows("Sent letters|Cleared", f"{items('Lima', 'Ames')}|{items('Akron', 'Boone')}"),
        ["Sent letters:", "• Lima", "• Ames", "Cleared:", "• Akron", "• Boone"],
    ),
    "a heading in bold is no item": (
        rows("<b>State</b>|<b>Places</b>", f"<b>Ohio</b>|{items('Lima', 'Akron')}", "<b>Iowa</b>|Ames"),
        ["Places\tState", "Ohio", "• Lima", "• Akron", "Iowa", "• Ames"],
    ),
    "lists beside a heading of their row go without": (
        rows("!State|!Cities|!Counties", f"Ohio|{items('Lima')}|Allen County", f"Iowa|{items('Ames')}|{items('Polk County')}"),
        ["Ohio", "• Lima", "• Allen County", "Iowa", "• Ames", "• Polk County"],
    ),
    "a cell over several rows is in each of them": (
        rows("[rowspan=2]Ohio|Lima|[rowspan=3]May 4", "Akron", "Iowa|Ames"),
        ["Ohio: Lima\tMay 4", "Ohio: Akron\tMay 4", "Iowa: Ames\tMay 4"],
    ),
    "a cell over all rows below": (
        rows("[rowspan=0]Ohio|Lima", "Akron", "Toledo"),
        ["Ohio: Lima", "Ohio: Akron", "Ohio: Toledo"],
    ),
    "a group that is written again in each row": (
        rows("!State|!Place", "Ohio|Lima", "Ohio|Akron", "Iowa|Ames"),
        ["Place\tState", "Ohio: Lima", "Ohio: Akron", "Iowa: Ames"],
    ),
    "states before their places": (
        rows("State|Place|Due", "Ohio|Lima|May 4", "Iowa|Ames|May 5"),
        ["State: Place\tDue", "Ohio: Lima\tMay 4", "Iowa: Ames\tMay 5"],
    ),
    "places before their states": (rows("Place|State", "Lima|Ohio", "Ames|Iowa"), ["Place\tState", "Lima\tOhio", "Ames\tIowa"]),
    "cities called like states before their states": (
        rows("Nevada|Missouri", "Delaware|Ohio"),
        ["Nevada\tMissouri", "Delaware\tOhio"],
    ),
    "states above their places": (
        rows("!Ohio|!Iowa", "Lima|Ames", "Akron|"),
        ["Ohio:", "• Lima", "• Akron", "Iowa:", "• Ames"],
    ),
    "full names in a cell": (
        rows("<p>Lima, Ohio</p><p>Ames, Iowa;</p>|Akron, Ohio<br>Boone, Iowa"),
        ["Lima, Ohio", "Ames, Iowa;", "Akron, Ohio", "Boone, Iowa"],
    ),
    "a heading over all columns": (
        rows("![colspan=2]Ohio", "Lima|May 4", "Akron|May 5", "![colspan=2]Iowa", "Ames|May 4"),
        ["Ohio:", "Lima\tMay 4", "Akron\tMay 5", "Iowa:", "Ames\tMay 4"],
    ),
    "a cell over columns and rows keeps the others in theirs": (
        rows("[colspan=2 rowspan=2]Ohio|Lima", "Akron", "x|y|Ames"),
        ["Ohio: Lima", "Ohio: Akron", "x: y\tAmes"],
    ),
    "headings of rows": (rows("![scope=row]Lima|May 4", "![scope=row]Ames|May 5"), ["Lima\tMay 4", "Ames\tMay 5"]),
    "a table in a table": (
        rows(f"Ohio|{rows('Lima|May 4', 'Akron|May 5')}", f"Iowa|{rows('Ames|May 6')}"),
        ["Ohio", "Lima\tMay 4", "Akron\tMay 5", "Iowa", "Ames\tMay 6"],
    ),
    "characters written as entities": (
        rows("Do&ntilde;a&nbsp;Ana County|New&#32;Mexico", "King &amp; Queen&#8203; County|Virginia"),
        ["Doña Ana County\tNew Mexico", "King & Queen County\tVirginia"],
    ),
    "rows and cells that are hidden": (
        rows("Lima|Ohio|[hidden]Boston", "[style='display:none']Miami|Akron|Ohio") + "<table hidden><tr><td>Austin</table>",
        ["Lima\tOhio", "Akron\tOhio"],
    ),
    "a column that is hidden": (
        rows("Lima|Boston|Ohio", "Akron|Miami|Ohio").replace("<table>", "<table><col><col style='visibility: collapse'><col>"),
        ["Lima\tOhio", "Akron\tOhio"],
    ),
    "a caption": (
        "<table><caption>Who was written to</caption><tr><td>Lima<td>Ohio</table>",
        ["Who was written to", "Lima\tOhio"],
    ),
    "an empty cell keeps its place": (rows("Lima||May 4", "Akron|Ohio|"), ["Lima\t\tMay 4", "Akron\tOhio"]),
    "a span that is no number": (rows("[colspan=many]Lima|[rowspan=-1]Ohio", "Akron|Ohio"), ["Lima\tOhio", "Akron\tOhio"]),
    "a span wider than any table": (rows("[colspan=1000]Lima", "Akron|Ohio"), ["Lima", "Akron\tOhio"]),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_read_in_lines(table: str) -> None:
    page, expected = TABLES[table]
    assert lines(page) == expected


PARTS = {
    "terms with several names each": (
        "<dl><dt>Ohio</dt><dd>Lima</dd><dd>Akron</dd><dt>Iowa</dt><dd>Ames</dd></dl>",
        ["Ohio", "• Lima", "• Akron", "Iowa", "• Ames"],
    ),
    "terms with one line each": ("<dl><dt>To:</dt><dd>Lima</dd><dt>Date</dt><dd>May 4</dd></dl>", ["To: Lima", "Date: May 4"]),
    "terms in boxes": ("<dl><div><dt>Ohio</dt><dd>Lima</dd><dd>Akron</dd></div></dl>", ["Ohio", "• Lima", "• Akron"]),
    "links beside each other": (
        "<div><a href=1>Lima</a><a href=2>Akron</a> <a href=3>Ames</a></div>",
        ["Lima", "Akron", "Ames"],
    ),
    "links between bars": ("<p><a href=1>Lima</a> | <a href=2>Akron</a> · <a href=3>Ames</a></p>", ["Lima", "Akron", "Ames"]),
    "names of one class": (
        "<div><span class=x>Lima, Ohio</span> <span class=x>Akron</span><span class=x>Ames</span></div>",
        ["Lima, Ohio", "Akron", "Ames"],
    ),
    "a sentence in pieces of one class": (
        "<p><span class=s1>The city</span> <span class=s1>of Lima</span> <span class=s1>did not answer.</span></p>",
        ["The city of Lima did not answer."],
    ),
    "a quote of the article in large letters": (
        f"<blockquote class=pull-quote><p>We asked Boston.</p></blockquote>{items('Lima')}",
        ["• Lima"],
    ),
    "links in a sentence": (
        "<p><a href=1>Lima</a>, <a href=2>Akron</a> and <a href=3>Ames</a> did not answer.</p>",
        ["Lima, Akron and Ames did not answer."],
    ),
    "divs beside each other": ("<div><div>Lima</div><div>Akron</div></div>", ["Lima", "Akron"]),
    "what is struck out": (
        items("Lima", "<s>Boston</s>", "<del>Miami</del> <ins>Akron</ins>", "<strike>Austin</strike>", "Am<s>m</s>es"),
        ["• Lima", "• Akron", "• Ames"],
    ),
    "what a style strikes out": ("<p>Lima <span style='text-decoration: line-through red'>Boston</span></p>", ["Lima"]),
    "what is hidden": (
        "<p>Lima</p><p hidden>Boston</p><p style='Display : None'>Miami</p><p class='x sr-only'>Austin</p>"
        "<template><p>Seattle</p></template><noscript><p>Trenton</p></noscript><p style='visibility:hidden'>Boise</p>",
        ["Lima"],
    ),
    "what a style sheet strikes out or hides": (
        "<style>/* .x{display:none} */ @media print{.y{display:none}} li.off, .out { text-decoration: line-through }"
        ".not{display:none} .tab{display:none} .tab.now{display:block} @import 'x'; .gone{visibility:hidden}</style><ul>"
        "<li class=x>Lima<li class=y>Akron<li class=off>Boston<li><b class=out>Miami</b> Ames<li class=not>Austin"
        "<li class='tab now'>Boone<li class=gone>Boise</ul>",
        ["• Lima", "• Akron", "• Ames", "• Boone"],
    ),
    "a state above a list that is all struck out": (
        f"<h3>Ohio</h3>{items('<s>Lima</s>', '<del>Akron</del>')}<p><b>Iowa:</b></p>{items('<s>Ames</s>', 'Boone')}"
        f"<dl><dt>Utah<dd><s>Provo</s><dt>Texas<dd><s>Austin</s><dd>Waco</dl><p>Maine</p><del>{items('Bangor')}</del>",
        ["Iowa:", "• Boone", "Texas", "• Waco"],
    ),
    "a state in a list of states": (items("Ohio", "<s>Iowa</s>"), ["• Ohio"]),
    "what a class of a library strikes out": (items("<i class='m-1 line-through'>Boston</i>", "Lima"), ["• Lima"]),
    "what cannot be seen": (
        "<ul><li>Lima<span style='position:absolute; left:-9999px'>Boston</span></li><li style='opacity: 0'>Miami</li>"
        "<li><b style='clip:rect(0 0 0 0)'>Austin</b> Akron</li><li style='font-size:0px;'>Boise</li></ul>"
        "<div style='opacity:0'><p style='opacity:0.0'>Ames</p></div><p style='opacity:0.9;left:-10px'>Boone</p>",
        ["• Lima", "• Akron", "Ames", "Boone"],
    ),
    "what is only not read aloud": (items("<b aria-hidden=true>Lima</b>").replace("<li>", "<li aria-hidden=true>"), ["• Lima"]),
    "numbers of notes": (
        "<p>Lima<sup>1</sup>, Akron<sup><a href=#2>[2]</a></sup> and Ames<sup>1, 2</sup>, on May 3<sup>rd</sup></p>",
        ["Lima, Akron and Ames, on May 3rd"],
    ),
    "what opens when it is searched for": ("<div hidden=until-found><p>Lima</p></div>", ["Lima"]),
    "a box with the list": (
        f"<aside class='sidebar widget'><h3>Who got one</h3><div class='box-menu'>{items('Lima', 'Akron')}</div></aside>",
        ["Who got one", "• Lima", "• Akron"],
    ),
    "a box whose heading tells to look at it": (
        f"<aside><h3>See which cities received letters</h3>{items('Lima')}</aside>",
        ["See which cities received letters", "• Lima"],
    ),
    "a box of the page's own making": (
        f"<div class=sidebar><b>Who got one</b>{items('Lima')}</div>",
        ["Who got one", "• Lima"],
    ),
    "a list to unfold": (
        f"<details><summary>Show all</summary>{items('Lima')}</details>"
        f"<details class=expand><summary>Second round</summary>{items('Ames')}</details>",
        ["• Lima", "Second round", "• Ames"],
    ),
    "a caption of a picture": (
        "<figure class=slide><img src=x><figcaption>Mayor Roe of Lima. <i>Photo: Doe</i></figcaption></figure>",
        ["Mayor Roe of Lima. Photo: Doe"],
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_read_in_lines(part: str) -> None:
    page, expected = PARTS[part]
    assert lines(page) == expected


OF_THE_SITE = {
    "other stories": "<aside><h3>Related stories</h3><p>Boston answers.</p></aside>",
    "a box of links": f"<aside>{items('<a href=1>Boston mayor answers</a>', '<a href=2>Miami sues</a>')}</aside>",
    "a newsletter": "<aside><p>Sign up for our newsletter from Boston</p></aside>",
    "a box named so": "<aside class='c-newsletter'><p>The news from Boston, each morning.</p></aside>",
    "a notice of cookies": "<aside id=cookie-notice><p>We share data with partners in Boston.</p></aside>",
    "buttons to share it": "<aside class=share_bar><p>Send it to a friend in Boston</p></aside>",
    "a menu": f"<nav>{items('Boston', 'Miami')}</nav>",
    "the author": "<aside class=author-bio><p>Jane Doe writes from Boston.</p></aside>",
}


@pytest.mark.parametrize("part", OF_THE_SITE)
def test_boxes_of_the_site_are_not_read(part: str) -> None:
    assert lines(f"{items('Lima')}{OF_THE_SITE[part]}") == ["• Lima"]


def test_spans_that_multiply_fill_no_more_than_a_table_may_have() -> None:
    wide = "<tr><td colspan=65534 rowspan=65534>Lima</td></tr>" * 400
    assert lines(f"<table>{wide}</table>") == ["Lima"]
    tall = "<tr><td rowspan=65534>x</td></tr>" * 400
    assert max(map(len, lines(f"<table>{tall}</table>"))) < 3 * MOST_COLUMNS


def test_a_box_beside_the_article_is_read_if_its_heading_says_so() -> None:
    def page(heading: str) -> str:
        box = f"<aside><h3>{heading}</h3>{items('Lima', 'Akron')}</aside>"
        return text(f"<main><article>{BEGIN}{END}</article>{box}</main>")

    assert "• Lima\n• Akron" in page("Cities that received letters")
    assert "Lima" not in page("Weather")
    assert "Lima" not in page("Most read: a city received a letter")


def test_a_box_inside_the_article_is_read_once() -> None:
    box = f"<aside><h3>Recipients</h3><section class=box><h4>Recipients in Ohio</h4>{items('Lima')}</section></aside>"
    assert text(f"<article>{BEGIN}{box}{END}</article>").count("Lima") == 1


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(("td", "th")), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_no_cell_of_any_table_is_lost(table: list[list[tuple[str, int, int]]]) -> None:
    names = [[f"name{row}x{column}" for column in range(len(cells))] for row, cells in enumerate(table)]
    html = "".join(
        "<tr>"
        + "".join(f"<{tag} colspan={w} rowspan={h}>{name}</{tag}>" for (tag, w, h), name in zip(*row, strict=True))
        + "</tr>"
        for row in zip(table, names, strict=True)
    )
    read = lines(f"<table>{html}</table>")
    assert {name for row in names for name in row} <= set(re.split(r": |[\t:]", "\t".join(read)))
