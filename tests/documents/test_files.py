"""Every kind in every format holds what it says; what people type stays text; the same value is the same bytes."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest
from tests.documents.pdf_text import pages_of, picture_of, plain, text_of
from tests.documents.samples import BUYER, eur, invoice, line, of_kind, statement

from subledger.documents.brands import Brand
from subledger.documents.formats import formats_of
from subledger.documents.kinds import kinds, title_of
from subledger.documents.labels import labels_of
from subledger.documents.layouts import lay_out
from subledger.documents.printouts import printout_of
from subledger.documents.values import Document, FileFormat, Language
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.money import Money
from subledger.transactions.document_kinds import Kind

BRAND = Brand()
NASTY = '#strong[x] $x^2$ <script>alert(1)</script> {\\rtf1 \\par} =1+1 \u202egnp.exe \\u0041 "quoted" {{ x }} {% y %}'


def made(document: Document, form: FileFormat = FileFormat.PDF) -> bytes:
    return printout_of(document, BRAND, form).content


def amounts_of(document: Document) -> list[Money]:
    """Every amount that a reader looks for."""
    found = [document.totals.total, *(one.amount for one in document.references if one.amount)]
    for each in document.lines:
        found.append(eur(each.net.minor - each.discount.minor))
    found += [tax.tax for tax in document.taxes]
    for entry in document.entries:
        found += [one for one in (entry.debit, entry.credit, entry.balance) if one is not None]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_pdf_of_every_kind_holds_its_number_and_every_amount(kind, language):
    document = replace(of_kind(kind), language=language)
    content = made(document)
    text, formats = text_of(content), formats_of(language)
    assert b"pdfaid" in content, "it is no PDF/A"
    assert title_of(kind, language) in text
    assert document.number in text
    assert BUYER.name in text
    for amount in amounts_of(document):
        assert formats.amount(amount) in text
    for other in document.references:
        assert other.number in text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_drawn(kind):
    picture = picture_of(made(of_kind(kind)))
    dark = sum(picture.histogram()[:128])
    assert 0.005 < dark / (picture.width * picture.height) < 0.25


def test_every_kind_has_a_layout_and_every_language_every_label():
    assert [one for one in kinds() if one in set(Kind)] == list(Kind)  # those of transactions, and of rooms above
    assert len({frozenset(labels_of(code)) for code in LANGUAGES}) == 1
    assert {one.value for one in Language} == set(LANGUAGES)


@pytest.mark.parametrize("form", FileFormat)
def test_the_same_value_is_the_same_bytes(form):
    assert made(invoice(), form) == made(invoice(), form)


def test_a_long_table_repeats_its_heads_and_counts_its_pages():
    document = invoice(*(line(at, 1_000 * at, description=f"Item number {at}") for at in range(1, 81)))
    pages = pages_of(made(document))
    assert len(pages) > 2
    for at, page in enumerate(pages, start=1):
        assert f"Page {at} of {len(pages)}" in page
        if re.search(r"Item number \d", page):
            assert "Unit price" in page, f"page {at} has no heads"
    assert all(f"Item number {at}" in "\n".join(pages) for at in range(1, 81))


def test_a_statement_of_many_lines_holds_each_once():
    document = statement(700)
    text = text_of(made(document))
    assert [text.count(one.number) for one in document.entries] == [1] * 700
    formats = formats_of("en")
    assert all(formats.amount(one.balance) in text for one in document.entries)


@pytest.mark.parametrize("form", FileFormat)
def test_what_people_type_stays_text(form):
    document = invoice(
        line(1, 1_000, description=NASTY),
        buyer=replace(BUYER, name=NASTY, address=[NASTY], vat_number=NASTY),
        number="INV-#let-1",
        reason=NASTY,
        notes=[NASTY],
    )
    content = made(document, form)
    if form is FileFormat.PDF:
        text = text_of(content)
        assert "#strong[x] $x^2$ <script>alert(1)</script>" in text.replace("\n", " ")
        assert "INV-#let-1" in text
        assert b"/JavaScript" not in content
    if form is FileFormat.HTML:
        assert b"<script" not in content
        assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in content
    if form is FileFormat.RTF:
        assert b"\\{\\\\rtf1 \\\\par\\}" in content
        assert content.count(b"{\\rtf1") == 1
    if form is FileFormat.XLSX:
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert "\u202e" not in content.decode("utf-8", "ignore")


FIELDS = (
    r'{\field{\*\fldinst DDEAUTO cmd "/c calc"}{\fldrslt x}}',
    r"\field\*\fldinst HYPERLINK https://pay.example/login",
    r"}}{\object\objemb{\*\objdata 01}}",
    '=DDE("cmd";"/c calc";"!A1")',
    "https://pay.example/login",
    "[pay](https://pay.example/login) <a href='https://pay.example'>pay</a> #link(\"https://pay.example\")",
    "pay@pay.example",
)


@pytest.mark.parametrize("form", FileFormat)
def test_what_people_type_becomes_no_field_and_no_link(form):
    typed = invoice(
        *(line(at, 1_000, description=text) for at, text in enumerate(FIELDS, 1)),
        buyer=replace(BUYER, name=FIELDS[0], address=[*FIELDS]),
        reason=FIELDS[1],
        order_reference=FIELDS[0],
        notes=[*FIELDS],
    )
    content = made(typed, form)
    if form is FileFormat.RTF:
        control = re.sub(rb"\\[\\{}]", b"", content)  # what is escaped is text
        assert re.findall(rb"\\fldinst ([^{}]*)", control) == [b"PAGE", b"NUMPAGES"]
        assert control.count(b"\\field") == 2
        assert not re.search(rb"\\obj|\\bin|HYPERLINK\\", control)
        assert control.count(b"{") == control.count(b"}")
    if form is FileFormat.XLSX:
        with ZipFile(io.BytesIO(content)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        assert not [name for name in parts if "externalLink" in name or "connections" in name]
        assert not any(b"<hyperlink" in part or b"<f>" in part for part in parts.values())
    if form is FileFormat.HTML:
        assert b"<a " not in content
    if form is FileFormat.PDF:
        assert b"/URI" not in content
        assert b"/Launch" not in content


def test_a_formula_is_no_formula_in_csv():
    rows = list(
        csv.reader(io.StringIO(made(invoice(line(1, 100, description="=1+1")), FileFormat.CSV).decode("utf-8-sig")))
    )
    assert rows[1][4] == "'=1+1"


# Who it is for stands in every format but that of rows for programs.
SAYS = {form: {"item"} if form is FileFormat.CSV else {"item", "buyer"} for form in FileFormat}


def characters_of(content: bytes, form: FileFormat) -> str:
    """What a file says, whatever its form."""
    if form is not FileFormat.XLSX:
        return content.decode("utf-8", "replace")
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    return "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None)


@pytest.mark.parametrize("form", FileFormat)
def test_a_name_of_ten_thousand_characters_is_printed_whole(form):
    name = "x" * 10_000
    content = made(invoice(line(1, 100, description=name), buyer=replace(BUYER, name=name)), form)
    if form in (FileFormat.PDF, FileFormat.FACTURX):
        assert text_of(content).replace("\n", "").count("x") >= 20_000
    else:
        assert characters_of(content, form).count("x") >= (20_000 if "buyer" in SAYS[form] else 10_000)


NO_LETTER = "\U000f0042"  # for private use: no font has it


def named(name: str) -> bytes:
    """The picture of an invoice to somebody of that name."""
    return bytes(picture_of(made(invoice(buyer=replace(BUYER, name=name)))).tobytes())


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "name",
    [
        "חברת החשמל בע״מ",
        "شركة النور للتجارة",
        "北京科技有限公司",
        "Ελληνική Εταιρεία",
        "บริษัท",
        "बिजली",
        "한국 주식회사",
        "🚀 Rocket",
    ],
)
def test_names_of_any_script_are_printed(name):
    """No letter is a box, as one is that no font has."""
    letters = [one for one in name if one.isalpha()]
    assert len(letters) >= 3
    box, blank = named(NO_LETTER), named(" ")
    assert box != blank
    assert named("\U000f0043") == box
    for one in {letters[0], letters[len(letters) // 2], letters[-1]}:
        assert named(one) not in (box, blank), one


def test_arabic_letters_are_joined():
    """Joined they are drawn otherwise, and narrower, than one by one."""
    joined = picture_of(made(invoice(buyer=replace(BUYER, name="شركة"))))
    apart = picture_of(made(invoice(buyer=replace(BUYER, name="ش ر ك ة".replace(" ", "\u200c")))))
    assert joined.tobytes() != apart.tobytes()


def test_a_workbook_has_numbers_and_days():
    page = openpyxl.load_workbook(io.BytesIO(made(invoice(), FileFormat.XLSX))).active
    values = [cell.value for row in page.iter_rows() for cell in row if cell.value is not None]
    assert "INV00000042" in values
    for amount in (1234.56, 1800, 99):
        assert amount in values
    assert Decimal(str(values[[str(v) for v in values].index("Total") + 1])) == invoice().totals.total.to_decimal()
    assert [str(v.date()) for v in values if hasattr(v, "date")][:2] == ["2026-06-01", "2026-07-01"]


def test_rows_of_csv_add_up_to_what_is_taxed():
    rows = list(csv.DictReader(io.StringIO(made(invoice(), FileFormat.CSV).decode("utf-8-sig"))))
    document = invoice()
    assert sum(Decimal(row["Net"]) for row in rows) == sum(tax.taxable.to_decimal() for tax in document.taxes)
    assert {row["Number"] for row in rows} == {"INV00000042"}


@pytest.mark.parametrize(("language", "head"), [("en", "Tax %"), ("de", "USt. %")])
def test_a_rate_is_told_from_an_amount_where_its_sign_is_left_out(language, head):
    document = replace(invoice(), language=language)
    rows = list(csv.DictReader(io.StringIO(made(document, FileFormat.CSV).decode("utf-8-sig"))))
    assert {Decimal(row[head]) for row in rows} == {line.tax_percent for line in document.lines}
    page = openpyxl.load_workbook(io.BytesIO(made(document, FileFormat.XLSX))).active
    assert head in [cell.value for row in page.iter_rows() for cell in row]


def test_a_receipt_for_no_invoice_is_one_row_of_csv():
    document = replace(of_kind(Kind.PAYMENT), references=())
    [row] = csv.DictReader(io.StringIO(made(document, FileFormat.CSV).decode("utf-8-sig")))
    assert row["Amount received"] == "2500.00"


@pytest.fixture
def opened(tmp_path):
    """The texts of documents as LibreOffice shows them, by their kinds."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: nothing here can open the file as a person would")

    def shown_texts(documents, form):
        paths = [tmp_path / f"{document.kind}.{form}" for document in documents]
        for document, path in zip(documents, paths, strict=True):
            path.write_bytes(made(document, form))
        order = [office, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, paths)]
        subprocess.run(order, check=True, timeout=300, env={"HOME": str(tmp_path)}, capture_output=True)
        return {path.stem: text_of(path.with_suffix(".pdf").read_bytes()) for path in paths}

    return shown_texts


@pytest.mark.parametrize("form", [FileFormat.RTF, FileFormat.XLSX])
def test_libreoffice_opens_it(form, opened):
    assert "INV00000042" in opened([invoice()], form)[Kind.INVOICE]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [FileFormat.RTF, FileFormat.XLSX])
def test_libreoffice_opens_every_kind(form, language, opened):
    documents = [replace(of_kind(kind), language=language) for kind in Kind]
    texts = opened(documents, form)
    # A workbook holds numbers, which its program writes as the language of the program does.
    written = formats_of("en" if form is FileFormat.XLSX else language).amount
    for document in documents:
        text = texts[document.kind]
        assert title_of(document.kind, language) in text
        assert document.number in text
        assert BUYER.name in text
        for amount in amounts_of(document):
            assert written(amount).removeprefix("\u2212") in text, (document.kind, amount)


def test_rtf_says_every_character_by_its_number():
    content = made(invoice(buyer=replace(BUYER, name="Ζήνων 🚀")), FileFormat.RTF)
    assert content.isascii()
    assert rb"\u918?\u942?\u957?\u969?\u957? \u-10179?\u-8576?" in content


def test_an_invoice_in_euro_has_a_code_to_scan():
    payment = lay_out(invoice()).payment
    assert payment is not None
    total = invoice().totals.total.to_decimal()
    assert payment.scanned.split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Nordlicht Energie GmbH", "DE89370400440532013000", f"EUR{total}", "",
        "", "INV00000042",
    ]  # fmt: skip


def test_nothing_is_asked_where_nothing_is_owed():
    totals = invoice().totals
    assert lay_out(invoice(totals=replace(totals, payable=eur(0)))).payment is None
    assert lay_out(invoice(is_draft=True)).payment is None
    assert lay_out(invoice(is_cancelled=True)).payment is None


def test_a_draft_says_that_it_is_one():
    assert "DRAFT" in plain(text_of(made(invoice(is_draft=True, number=""))))


def test_amounts_are_written_as_the_language_does():
    money = Money(-123_456_789, "eur")
    assert plain(formats_of("de").money(money)) == "\u22121.234.567,89 €"
    assert plain(formats_of("en").money(money)) == "\u2212€1,234,567.89"
    assert formats_of("it").amount(Money(123_456, "jpy")) == "123.456"
    assert formats_of("el").unit_amount(Decimal("12.345"), "eur") == "0,12345"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*Kind])
def test_no_two_columns_of_csv_are_called_alike(kind, language):
    rows = made(replace(of_kind(kind), language=language), FileFormat.CSV).decode("utf-8-sig").splitlines()
    [heads, *_] = csv.reader(rows)
    assert len(set(heads)) == len(heads)
