"""What a file is: by its bytes, with a name that says the same."""

from __future__ import annotations

import io
import zipfile

import pytest

from subledger.attachments import rules
from subledger.attachments.rules import MOST_PARTS, FileType, file_name, type_named, types_of

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "


def archive(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def typed(part: str, media_type: str, *, said: str = "x", encoding: str = "utf-8") -> bytes:
    """A workbook with one part more, of a type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        types = f'<?xml version="1.0"?><Types><Override PartName="/{part}" ContentType="{media_type}"/></Types>'
        made.writestr("[Content_Types].xml", types.encode(encoding))
        made.writestr("xl/workbook.xml", "x")
        made.writestr(part, said)
    return out.getvalue()


def workbook(**parts: str) -> bytes:
    """A workbook of these parts, by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "x", **parts}.items():
            made.writestr(name, said)
    return out.getvalue()


def related(kind: str, target: str) -> str:
    """What a workbook says of another part."""
    url = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return f'<Relationships><Relationship Id="rId1" Type="{url}" Target="{target}"/></Relationships>'


RELATIONS, DDE = "xl/_rels/workbook.xml.rels", "<externalLink><ddeLink ddeService='cmd'/></externalLink>"
DOCX = archive("[Content_Types].xml", "word/document.xml")
VBA, SHEET = "application/vnd.ms-office.vbaProject", "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINK = "xl/externalLinks/externalLink1.xml"


@pytest.mark.parametrize(
    "content",
    [
        typed("xl/foo.bin", VBA),
        typed("xl/foo.bin", VBA, encoding="utf-16"),
        typed("xl/other/sheet1.xml", "application/vnd.ms-excel.macrosheet+xml"),
        typed("xl/workbook2.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        typed("xl\\macrosheets\\sheet1.xml", f"{SHEET}.worksheet+xml"),
        typed("xl/embeddings/oleObject1.bin", "application/x"),
        typed("xl/embeddings/a.bin", "application/vnd.openxmlformats-officedocument.oleObject"),
        typed(LINK, f"{SHEET}.externalLink+xml", said="<externalLink><ddeLink ddeService='cmd'/></externalLink>"),
        typed("a", "x" * 1_000_001),
        typed("xl/foo.bin", "application/vnd.ms-office.&#118;baProject"),
        typed("xl/foo.bin", "application/vnd.ms-office.&#x76;b&#97;Project", encoding="utf-16"),
        typed("xl/other/one.xml", f"{SHEET}.externalLink+xml", said=DDE),
        typed("xl/other/one.xml", f"{SHEET}.external&#76;ink+xml", said=DDE),
        workbook(**{RELATIONS: related("externalLink", "other/one.xml"), "xl/other/one.xml": DDE}),
        workbook(**{RELATIONS: related("external&#x4c;ink", "/xl/o%74her/../one.xml"), "xl/one.xml": DDE}),
        workbook(**{RELATIONS: related("vbaProject", "one.bin"), "xl/one.bin": "x"}),
        workbook(**{RELATIONS: related("xl&#77;acrosheet", "one.xml"), "xl/one.xml": "x"}),
        workbook(**{"[Content_Types].xml": '<!DOCTYPE Types [<!ENTITY a "vba">]><Types/>'}),
    ],
)
def test_what_offices_run_is_known_by_what_its_parts_are(content: bytes):
    assert types_of(content) == ()


def test_links_to_other_workbooks_and_charts_of_them_are_taken():
    link = typed(LINK, f"{SHEET}.externalLink+xml", said="<externalLink><externalBook/></externalLink>")
    chart = typed("xl/embeddings/Microsoft_Excel_Sheet1.xlsx", f"{SHEET}.sheet")
    assert types_of(link) == types_of(chart) == (rules.XLSX,)
    book = "<externalLink><externalBook/></externalLink>"
    elsewhere = workbook(**{RELATIONS: related("externalLink", "one.xml"), "xl/one.xml": book, "xl/two.xml": "ddeLink"})
    assert types_of(elsewhere) == (rules.XLSX,), "what is no link may say anything"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", PDF, rules.PDF),
        ("A.PDF", PDF, rules.PDF),
        ("a.png", PNG, rules.PNG),
        ("a.jpg", JPEG, rules.JPEG),
        ("a.jpeg", JPEG, rules.JPEG),
        ("a.webp", WEBP, rules.WEBP),
        ("a.docx", DOCX, rules.DOCX),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), rules.XLSX),
        ("a.pptx", archive("[Content_Types].xml", "ppt/presentation.xml"), rules.PPTX),
        ("a.odt", archive("content.xml", mimetype=rules.ODT.media_type), rules.ODT),
        ("a.ods", archive("content.xml", mimetype=rules.ODS.media_type), rules.ODS),
        ("a.odp", archive("content.xml", mimetype=rules.ODP.media_type), rules.ODP),
        ("a.csv", "code;Ümläut\r\n".encode(), rules.CSV),
        ("a.csv", "code;Ümläut\r\n".encode("cp1252"), rules.CSV),
        ("a.txt", b"\xef\xbb\xbfHello\tthere\n", rules.TEXT),
        ("a.eml", b"From: ana@example.com\r\n\r\n<html>Hello</html>", rules.MAIL),
        ("a.png", PDF, None),
        ("a.pdf", PNG, None),
        ("a", PDF, None),
        ("a.docx", archive("[Content_Types].xml", "xl/workbook.xml"), None),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        ("a.docx", archive("word/document.xml"), None),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), None),
        ("a.odt", archive("content.xml", "Basic/Standard/Module1.xml", mimetype=rules.ODT.media_type), None),
        ("a.odt", archive("content.xml", "Scripts/python/evil.py", mimetype=rules.ODT.media_type), None),
        ("a.docx", archive("[Content_Types].xml", *(f"word/{n}" for n in range(MOST_PARTS))), None),
        ("a.docx", DOCX[:-30], None),
        ("a.zip", archive("a.txt"), None),
        ("a.html", b"<!DOCTYPE html><script>", None),
        ("a.txt", b"  <HTML>", None),
        ("a.txt", b"\xef\xbb\xbf\n<svg onload=''>", None),
        ("a.svg", b"<svg/>", None),
        ("a.txt", b"<?xml version='1.0'?><svg/>", None),
        ("a.txt", b"MZ\x90\x00\x03", None),
        ("a.txt", b"a\x1bb", None),
        ("a.exe", b"MZ plain", None),
        ("a.webp", b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
    ],
)
def test_a_file_is_what_its_bytes_and_its_name_say(name: str, content: bytes, found: FileType | None):
    assert type_named(name, content) == found


def test_what_is_text_may_be_several():
    assert types_of(b"a,b") == (rules.CSV, rules.MAIL, rules.TEXT)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\mail.eml", "mail.eml"),
        ('a"b<c>.pdf', "a b c .pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        (" .hidden.txt. ", "hidden.txt"),
        ("...", ""),
    ],
)
def test_a_name_is_of_one_line_and_in_no_folder(given: str, kept: str):
    assert file_name(given) == kept
