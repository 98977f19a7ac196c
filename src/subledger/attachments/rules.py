"""What a file is, by its bytes, and whether its name says the same. Known kinds alone are taken: nothing that a browser
or a spreadsheet would run (HTML, SVG, scripts, macros, programs)."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from subledger.kernel.sentences import say

LONGEST_NAME = 200
MOST_PARTS = 5_000  # files in an office document
_HEAD = 1024
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_RUN_BY_BROWSERS = re.compile(rb"\s*<(?:!doctype|html|head|body|svg|script|\?xml|iframe)", re.IGNORECASE)
# Macros of Word, Excel and PowerPoint, of Excel before it had them, and of OpenDocument in any language.
_RUN_BY_OFFICES = re.compile(r"vbaproject\.bin$|(^|/)(macrosheets|basic|scripts)/|oleobject[^/]*\.bin$", re.IGNORECASE)
# The same by what a document says its parts are, wherever they stand and whatever they are called.
_TYPES_RUN = re.compile(rb"vbaproject|macrosheet|macroenabled|activex|oleobject", re.IGNORECASE)
# And by what its parts say others are to them, which is how offices find them.
_RELATIONS_RUN = re.compile(
    rb"relationships/(vbaproject|(xlintl|xl)macrosheet|oleobject|activex|control)", re.IGNORECASE
)
_LINKS, _LINK = re.compile(r"(^|/)externallinks/", re.IGNORECASE), re.compile(rb"externallink", re.IGNORECASE)
_RELATION, _PART = (
    re.compile(rb"<[^<>]*relationship\s[^<>]*>", re.IGNORECASE),
    re.compile(rb"<[^<>]*override\s[^<>]*>", re.IGNORECASE),
)
_TARGET = re.compile(rb"""(?:target|partname)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
_NAMED_TEXT = re.compile(rb"<!(doctype|entity)", re.IGNORECASE)  # that no office writes: it hides what a name is
_DDE, _MOST_LINKS = re.compile(rb"ddelink|olelink", re.IGNORECASE), 50
_TYPES_OF_PARTS, _READ = "[Content_Types].xml", 1_000_000  # bytes of a part that are looked at
_READ_OF_ALL = 20_000_000
_IN_NO_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u2028\u2029]+')
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileType:
    media_type: str
    endings: tuple[str, ...]
    title: str


PDF = FileType("application/pdf", (".pdf",), "PDF")
PNG = FileType("image/png", (".png",), "PNG")
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"), "JPEG")
WEBP = FileType("image/webp", (".webp",), say("WebP"))
DOCX = FileType(f"{_OFFICE}wordprocessingml.document", (".docx",), say("Word document"))
XLSX = FileType(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), "workbook")
PPTX = FileType(f"{_OFFICE}presentationml.presentation", (".pptx",), "presentation")
ODT = FileType("application/vnd.oasis.opendocument.text", (".odt",), say("OpenDocument text"))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", (".ods",), say("OpenDocument spreadsheet"))
ODP = FileType("application/vnd.oasis.opendocument.presentation", (".odp",), say("OpenDocument presentation"))
CSV = FileType("text/csv", (".csv", ".tsv"), "CSV")
MAIL = FileType("message/rfc822", (".eml",), "e-mail")
TEXT = FileType("text/plain", (".txt", ".md", ".log"), "text")
TYPES = (PDF, PNG, JPEG, WEBP, DOCX, XLSX, PPTX, ODT, ODS, ODP, CSV, MAIL, TEXT)
ENDINGS = tuple(ending for one in TYPES for ending in one.endings)
_SIGNED = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_FOLDERS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
_WRITTEN = (CSV, MAIL, TEXT)  # told apart by their names: each is text


def types_of(content: bytes) -> tuple[FileType, ...]:
    """What a file may be by its bytes; nothing where it is of no kind that is taken."""
    for mark, known in _SIGNED:
        if content.startswith(mark):
            return (known,)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return (WEBP,)
    if content[:2] == b"PK":
        found = _office(content)
        return (found,) if found else ()
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    is_text = not _CONTROLS.search(content) and not _RUN_BY_BROWSERS.match(head)
    return _WRITTEN if is_text else ()


def type_named(name: str, content: bytes) -> FileType | None:
    """The one of `types_of` that the ending of a name says, too; None where it says another."""
    return next((one for one in types_of(content) if name.lower().endswith(one.endings)), None)


def file_name(name: str) -> str:
    """A name as it is kept: of one line, in no folder."""
    last = re.split(r"[/\\]", name)[-1]
    return " ".join(_IN_NO_NAME.sub(" ", last).split()).strip(". ")


def _office(content: bytes) -> FileType | None:
    """An office document by what its archive holds; none with macros, embedded programs or links to others (DDE). What
    says so is read, in bounds; nothing else of it is unpacked."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or int.from_bytes(content[end + 10 : end + 12], "little") > MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [part.filename.replace("\\", "/") for part in archive.infolist()]
            if any(_RUN_BY_OFFICES.search(name) for name in names) or _runs(archive):
                return None
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        return None
    if content[30:38] == b"mimetype" and content[38 : 38 + len(_OPEN_DOCUMENT)] == _OPEN_DOCUMENT:
        said = content[38:120]
        return next((one for one in (ODS, ODP, ODT) if said.startswith(one.media_type.encode())), None)
    if _TYPES_OF_PARTS not in names:
        return None
    return next((known for folder, known in _FOLDERS.items() if any(name.startswith(folder) for name in names)), None)


def _runs(archive: zipfile.ZipFile) -> bool:
    """Whether a part is of a type that offices run, or links to a program; what is too large to be looked at, too.

    Parts are what types and relationships say they are, wherever they stand and however they are called."""
    parts = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in archive.infolist()}
    if len(parts) < len(archive.infolist()):  # of two of one name nobody knows which is read
        return True
    links = {name for name in parts if _LINKS.search(name) and not name.endswith(".rels")}
    left = _READ_OF_ALL
    for name, part in parts.items():
        is_types = name == _TYPES_OF_PARTS.lower()
        if not (is_types or name.endswith(".rels")):
            continue
        said = _said(archive, part)
        left -= len(said)
        if len(said) > _READ or left < 0 or _NAMED_TEXT.search(said):
            return True
        if (_TYPES_RUN if is_types else _RELATIONS_RUN).search(said):
            return True
        folder = "" if is_types else posixpath.dirname(posixpath.dirname(name))
        for one in (_PART if is_types else _RELATION).findall(said):
            if _LINK.search(one):
                links |= {posixpath.normpath(posixpath.join("/", folder, to)).lstrip("/") for to in _targets(one)}
    if len(links) > _MOST_LINKS:
        return True
    return any(_links_to_programs(_said(archive, parts[name])) for name in links if name in parts)


def _links_to_programs(said: bytes) -> bool:
    return len(said) > _READ or bool(_DDE.search(said))


def _said(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The beginning of a part: without the NULs of UTF-16, and characters for references to them."""
    with archive.open(part) as opened:
        return _REFERENCE.sub(_character, opened.read(_READ + 1).replace(b"\x00", b""))


def _character(reference: re.Match[bytes]) -> bytes:
    value = int(reference[1], 16) if reference[1] else int(reference[2])
    return bytes([value]) if value < 128 else reference[0]


def _targets(element: bytes) -> list[str]:
    """The names of parts in an element, in small letters."""
    found = (one or other for one, other in _TARGET.findall(element))
    return [unquote(one.decode(errors="replace")).replace("\\", "/").lower() for one in found]
