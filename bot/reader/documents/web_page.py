"""A web page: the article in it, and what the page states about itself: title, site, publication date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from bot.reader.documents import article
from bot.reader.documents.decoding import page_of
from bot.reader.documents.parsed_file import ParsedFile, folded, of_text
from bot.record.deadlines.years import FIRST_YEAR, LAST_YEAR
from bot.record.errors import CaseError
from bot.record.quoting import clipped

ARTICLES = {"Article", "NewsArticle", "BlogPosting", "Report", "PressRelease", "WebPage", "LegalService"}
DAYS = {  # names under which a page states its publication date
    "article:published_time",
    "article.published",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "parsely-pub-date",
    "pubdate",
    "publication_date",
    "publish-date",
    "sailthru.date",
}
FARTHEST_WEST = timedelta(hours=10)  # Hawaii is UTC-10


def parse(content: bytes, name: str, charset: str = "") -> ParsedFile:
    """CaseError if the page has no article."""
    from lxml.etree import ErrorTypes, ParserError
    from lxml.html import HTMLParser, document_fromstring

    text = page_of(content, name, charset)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(text.encode(), parser=parser)
    except ParserError as empty:
        raise CaseError(f"{name} contains no text.") from empty
    if any(one.type == ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log):  # the parser silently drops the rest
        raise CaseError(f"{name} is nested too deeply to be read in full: open the page, copy the text and paste it.")
    stated = list(_linked(tree))
    title, published = _title(tree, stated), _published(tree, stated)
    publisher = clipped(folded(_meta(tree, {"og:site_name"}) or _publisher(stated)), 200)
    article_text = article.text_of(tree)  # last, since it removes links from the tree
    if not article_text.strip():
        raise CaseError(f"{name} contains no article text that can be read: open the page, copy the text and paste it.")
    return of_text(article_text, name, title, publisher, published)


def _title(tree: Any, stated: list[dict[str, Any]]) -> str:
    """The headline that the page states, rather than the window title, which often ends with the site's name."""
    headline = next((one["headline"] for one in stated if isinstance(one.get("headline"), str)), "")
    title = _meta(tree, {"og:title"}) or headline or tree.findtext(".//title") or ""
    return clipped(folded(title), 200)


def _meta(tree: Any, names: set[str]) -> str:
    return next(iter(_metas(tree, names)), "")


def _metas(tree: Any, names: set[str]) -> Iterator[str]:
    for meta in tree.iter("meta"):
        called = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if called in names and meta.get("content", "").strip():
            yield meta.get("content").strip()


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page's JSON-LD describes (schema.org)."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            try:
                yield from _articles(json.loads(script.text or ""))
            except (ValueError, RecursionError):
                continue  # broken JSON states nothing


def _articles(value: Any) -> Iterator[dict[str, Any]]:
    entries = value if isinstance(value, list) else value.get("@graph", [value]) if isinstance(value, dict) else []
    for entry in entries if isinstance(entries, list) else []:
        kinds = entry.get("@type") if isinstance(entry, dict) else None
        if ARTICLES & {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}:
            yield entry


def _publisher(stated: list[dict[str, Any]]) -> str:
    names = (entry["publisher"].get("name") for entry in stated if isinstance(entry.get("publisher"), dict))
    return next((name for name in names if isinstance(name, str)), "")


def _published(tree: Any, stated: list[dict[str, Any]]) -> str:
    """The publication date, if the page states exactly one. It is never guessed from the text or the address."""
    stated_days = [
        *_metas(tree, DAYS),
        *(entry["datePublished"] for entry in stated if isinstance(entry.get("datePublished"), str)),
    ]
    marked = tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")
    days = set(_days([*stated_days, *marked]))
    return days.pop().isoformat() if len(days) == 1 else ""


def _days(texts: Iterable[str]) -> Iterator[date]:
    for text in texts:
        day = day_of(text.strip())
        if day and FIRST_YEAR <= day.year <= LAST_YEAR:  # software writes 0001-01-01 where it knows no day
            yield day


def day_of(text: str) -> date | None:
    """The day in an ISO date or moment, as its author would count it; None for any other form.

    A moment in UTC was converted by software. Its day is the author's own only if every zone from UTC to Hawaii has the
    same day.
    """
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.utcoffset():
        return moment.date()
    try:
        return moment.date() if (moment - FARTHEST_WEST).date() == moment.date() else None
    except OverflowError:
        return None
