"""Word files: what they show, part by part, as a reader of the printed letter would find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.parsers import parse
from tests.corpus import samples

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f'xmlns:w="{NAMESPACE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def text(document: Any) -> str:
    return parse(FileKind.DOCX, samples.saved(document.save), "letter.docx").text


def of(*elements: str) -> Any:
    """A document with these elements in its body."""
    document = docx.Document()
    content = parse_xml(f"<w:sdt {W}><w:sdtContent>{''.join(elements)}</w:sdtContent></w:sdt>")
    document.element.body.insert(0, content)
    return document


def p(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def r(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def item(words: str) -> str:
    return p(r(words), "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>")


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(r(content))}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


SPAN, START, BELOW = "<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
HEAD = "<w:trPr><w:tblHeader/></w:trPr>"
TABLES = {
    "rows of data": (table(cell("Lima") + cell("Ohio"), cell("Ames") + cell("Iowa")), "Lima\tOhio\nAmes\tIowa"),
    "a cell over two rows": (
        table(cell("Ohio", START) + cell("Lima"), cell("", BELOW) + cell("Akron"), cell("Iowa") + cell("Ames")),
        "Ohio: Lima\nOhio: Akron\nIowa: Ames",
    ),
    "a last column over two rows": (
        table(cell("Lima") + cell("May 4", START), cell("Akron") + cell("", BELOW)),
        "Lima\tMay 4\nAkron\tMay 4",
    ),
    "a heading over two columns": (
        table(HEAD + cell("Ohio", SPAN), cell("Lima") + cell("May 4")),
        "Ohio:\nLima\tMay 4",
    ),
    "a list in a cell": (
        table(cell("Ohio") + cell(item("Lima") + item("Akron")), cell("Iowa") + cell("Ames")),
        "Ohio\n\n• Lima\n• Akron\n\nIowa\n\n• Ames",
    ),
    "lists below headings": (
        table(HEAD + cell("Sent") + cell("Cleared"), cell(item("Lima") + item("Ames")) + cell(item("Akron"))),
        "Sent:\n\n• Lima\n• Ames\n\nCleared:\n\n• Akron",
    ),
    "a table in a cell": (
        table(cell("Ohio") + cell(table(cell("Lima") + cell("May 4"), cell("Akron") + cell("May 5")) + p(""))) + p(""),
        "Ohio\n\nLima\tMay 4\nAkron\tMay 5",
    ),
    "rows that were deleted and inserted": (
        table(
            cell("Lima") + cell("Ohio"),
            "<w:trPr><w:del/></w:trPr>" + cell("Boston") + cell("Massachusetts"),
            "<w:trPr><w:ins/></w:trPr>" + cell("Ames") + cell("Iowa"),
        ),
        "Lima\tOhio\nAmes\tIowa",
    ),
    "a row that is hidden": (
        table(cell("Lima") + cell("Ohio"), "<w:trPr><w:hidden/></w:trPr>" + cell("Boston") + cell("Massachusetts")),
        "Lima\tOhio",
    ),
    "a state whose places are all struck out": (
        table(
            cell("Ohio", START) + cell("Lima"),
            cell("", BELOW) + cell(p(r("Akron", "<w:strike/>"))),
            cell("Iowa", START) + cell("Ames"),
            cell("", BELOW) + cell("Boone"),
            cell("Utah") + cell(p(r("Provo", "<w:strike/>"))),
        ),
        "Ohio: Lima\nIowa: Ames\nIowa: Boone",
    ),
    "a cell that was deleted": (table(cell("Lima") + cell("Boston", "<w:cellDel/>") + cell("Ohio")), "Lima\tOhio"),
    "a row within a content control": (
        "<w:tbl><w:tblPr/><w:sdt><w:sdtContent><w:tr>" + cell("Lima") + cell("Ohio") + "</w:tr></w:sdtContent></w:sdt></w:tbl>",
        "Lima\tOhio",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_in_lines(name: str) -> None:
    written, expected = TABLES[name]
    assert text(of(written)) == expected


TAB = "<w:r><w:tab/></w:r>"
PARAGRAPHS = {
    "a link": (p(r("See ") + f"<w:hyperlink>{r('the letters')}</w:hyperlink>" + r(".")), "See the letters."),
    "a field": (
        p(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
            f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{r('Lima')}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        ),
        "Lima",
    ),
    "tracked changes": (
        p(
            f"<w:del><w:r><w:delText>Boston</w:delText></w:r></w:del><w:ins>{r('Lima')}</w:ins>"
            f"<w:moveFrom>{r('Miami')}</w:moveFrom><w:moveTo>{r(' and Akron')}</w:moveTo>"
        ),
        "Lima and Akron",
    ),
    "what is struck out": (p(r("Boston", "<w:strike/>") + r("Miami", "<w:dstrike w:val='1'/>") + r("Lima")), "Lima"),
    "what is hidden": (p(r("Boston", "<w:vanish/>") + r("Lima", "<w:vanish w:val='0'/>")), "Lima"),
    "a comment's mark": (p(r("Lima") + "<w:r><w:commentReference w:id='1'/></w:r>"), "Lima"),
    "columns made with tabs": (p(r("Lima, Ohio") + TAB + TAB + r("Ames, Iowa")), "Lima, Ohio\tAmes, Iowa"),
    "a label and its tab": (p(r("TO:") + TAB + r("Mayor of Lima")), "TO: Mayor of Lima"),
    "a number and its tab": (p(TAB + r("12.") + TAB + r("Lima")), "12. Lima"),
    "a list": (item("Lima") + item("Akron"), "• Lima\n• Akron"),
    "lines of one item": (item("Lima</w:t><w:br/><w:t>Akron</w:t><w:br/><w:t>Ames"), "• Lima\n• Akron\n• Ames"),
    "a text box": (
        p(
            r("See the box.")
            + f"<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{item('Lima')}{item('Akron')}</w:txbxContent></mc:Choice>"
            f"<mc:Fallback><w:txbxContent>{item('Lima')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "See the box.\n\n• Lima\n• Akron",
    ),
    "a paragraph whose end was deleted": (p(r("The city "), "<w:rPr><w:del/></w:rPr>") + p(r("of Lima")), "The city of Lima"),
    "columns of a section": (
        p(r("Lima"), "<w:sectPr><w:cols w:num='2'/></w:sectPr>")
        + p(r("Akron") + "<w:r><w:br w:type='column'/></w:r>" + r("Ames")),
        "Lima\n\nAkron\nAmes",
    ),
}


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_a_paragraph_is_read_as_it_is_shown(name: str) -> None:
    written, expected = PARAGRAPHS[name]
    assert text(of(written)) == expected


PARTS = {
    "footnote": (CONTENT_TYPE.WML_FOOTNOTES, RELATIONSHIP_TYPE.FOOTNOTES),
    "endnote": (CONTENT_TYPE.WML_ENDNOTES, RELATIONSHIP_TYPE.ENDNOTES),
}
FOOTNOTES = {2: "Ames.", 3: " Lima and Akron.", 4: "Boston."}


def noted(kind: str, notes: str) -> Callable[[Any], None]:
    """Adds a part with notes, as Word writes it."""

    def add(document: Any) -> None:
        name = f"{kind}s"
        content_type = CONTENT_TYPE.WML_FOOTNOTES if kind == "footnote" else CONTENT_TYPE.WML_ENDNOTES
        kept = Part(
            PackURI(f"/word/{name}.xml"), content_type, f"<w:{name} {W}>{notes}</w:{name}>".encode(), document.part.package
        )
        document.part.relate_to(kept, RELATIONSHIP_TYPE.FOOTNOTES if kind == "footnote" else RELATIONSHIP_TYPE.ENDNOTES)

    return add


def test_notes_follow_the_text_in_the_order_in_which_it_refers_to_them() -> None:
    mark = "<w:r><w:{0}Reference w:id='{1}'/></w:r>".format
    note = "<w:{0} w:id='{1}'>{2}</w:{0}>".format
    document = of(
        p(r("They were written to") + mark("footnote", 3) + r(" again") + mark("endnote", 1) + r(".")),
        p(r("Twice.") + mark("footnote", 2) + f"<w:del>{mark('footnote', 4)}</w:del>"),
    )
    separator = "<w:footnote w:type='separator' w:id='-1'><w:p><w:r><w:separator/></w:r></w:p></w:footnote>"
    footnotes = [note("footnote", number, p("<w:r><w:footnoteRef/></w:r>" + r(words))) for number, words in FOOTNOTES.items()]
    noted("footnote", separator + "".join(footnotes))(document)
    noted("endnote", note("endnote", 1, p(r("On May 4."))))(document)
    assert text(document) == "They were written to again.\n\nTwice.\n\nLima and Akron.\n\nOn May 4.\n\nAmes."


def test_the_letterhead_comes_first_and_the_footer_last_without_the_number_of_the_page() -> None:
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Office of the Auditor"
    section.header.paragraphs[0].text = "The auditor to Lima, page 2"
    section.first_page_footer.paragraphs[0].text = "1 Main Street"
    section.first_page_footer.add_paragraph("Page 1 of 3")
    document.add_paragraph("Dear Mayor,")
    assert text(document) == "Office of the Auditor\n\nDear Mayor,\n\n1 Main Street"


def test_comments_are_no_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("To Lima")
    document.add_comment(paragraph.runs, text="Or Boston?", author="Editor")
    assert text(document) == "To Lima"


def test_a_style_with_numbers_makes_items_but_of_a_heading() -> None:
    document = docx.Document()
    for name in ("Heading 1", "Body Text"):
        document.styles[name].element.get_or_add_pPr().append(parse_xml(f"<w:numPr {W}><w:numId w:val='1'/></w:numPr>"))
    document.add_paragraph("Background", style="Heading 1")
    for place in ("Lima", "Akron"):
        document.add_paragraph(place, style="Body Text")
    assert text(document) == "Background\n\n• Lima\n• Akron"


@pytest.mark.parametrize("switch", ["strike", "dstrike", "vanish"])
def test_a_style_hides_and_strikes_out_too(switch: str) -> None:
    document = of(
        p(r("Boston", "<w:rStyle w:val='Gone'/>") + r("Lima", f"<w:rStyle w:val='Gone'/><w:{switch} w:val='0'/>")),
        p(r("Miami"), "<w:pStyle w:val='GoneLine'/>"),
    )
    rule = f"<w:rPr><w:{switch}/></w:rPr>"
    for kind, name, inner in (
        ("character", "Off", rule),
        ("character", "Gone", "<w:basedOn w:val='Off'/>"),
        ("paragraph", "GoneLine", rule),
    ):
        style = f"<w:style {W} w:type='{kind}' w:styleId='{name}'><w:name w:val='{name}'/>{inner}</w:style>"
        document.styles.element.append(parse_xml(style))
    assert text(document) == "Lima"
