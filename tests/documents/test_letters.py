"""Letters that no font has are told of before they are printed as boxes, by every door that prints or sends."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from tests.api.client import ApiClient
from tests.documents.samples import BUYER, invoice
from tests.messages.conftest import ADDRESS, address_of, has_gone
from tests.pages.conftest import member, seat
from tests.transactions.test_printouts import run_command as run_command
from tools import letters as tool

from subledger.accounts.models import Customer
from subledger.companies.entries import save_entry
from subledger.companies.models import Membership
from subledger.documents.brands import Brand
from subledger.documents.bundles import RESULTS, Result, write_zip
from subledger.documents.letters import MOST_NAMED, unprintable, warnings_of, words_for
from subledger.documents.models import Letterhead
from subledger.documents.pdf import is_archival
from subledger.documents.printouts import printout_of
from subledger.documents.values import FileFormat
from subledger.kernel import ids
from subledger.messages.models import Message
from subledger.transactions.printouts import printables_of

BOXED = "Gutiska 𐌲 Αθήνα"  # Gothic, which no font of ours has
SAYS = "𐌲 (U+10332)"


def test_the_kept_letters_are_those_of_the_fonts():
    kept = (tool.FONTS / "letters.txt").read_text().splitlines()[0]
    assert kept == f"# fonts {tool.mark()}", "run python -m tools.letters"


def test_what_is_said_is_what_the_pdf_does():
    """PDF/A refuses a letter without a glyph: it agrees about letters drawn at random from all of Unicode."""
    chosen = random.Random(9)
    letters = [chr(chosen.randrange(0x100, 0x20000)) for _ in range(1_500)]
    letters = [one for one in letters if unicodedata.category(one) in ("Lu", "Ll", "Lo", "So", "Sc", "Co")]
    boxes = set(unprintable(letters))
    assert len(boxes) > 100
    for one in [*sorted(boxes)[::25], *sorted(set(letters) - boxes)[::25]]:
        document = invoice(buyer=replace(BUYER, name=one))
        printed = printout_of(document, Brand())
        assert is_archival(printed.content) == (one not in boxes), f"{one} U+{ord(one):04X}"
        assert bool(printed.warnings) == (one in boxes)


def test_what_nobody_sees_is_no_letter():
    assert unprintable(["a\u200db\u00ad\ufe0f\u2009\n\t\u200f"]) == []


def test_many_letters_are_counted():
    said = words_for("X", [chr(0x10330 + at) for at in range(MOST_NAMED + 3)])
    assert said.count("U+") == MOST_NAMED
    assert "and 3 more" in said


def test_other_formats_have_the_fonts_of_whoever_reads_them():
    document = invoice(buyer=replace(BUYER, name=BOXED))
    assert warnings_of(document)
    assert printout_of(document, Brand(), FileFormat.HTML).warnings == ()


# -- by every door ---------------------------------------------------------------------------------------------------


@pytest.fixture
def boxed(ledger):
    """An invoice to somebody in whose name is a letter without a font."""
    made = ledger.invoice(100, on="04/05")
    address_of(ledger)
    Customer.objects.update(name=BOXED)
    return made


def test_the_page_of_what_is_printed_says_it(boxed, company):
    desk = seat(member(company, "administrator"))
    page = desk.get(f"/transactions/{ids.encode('txn', boxed.id)}/").content.decode()
    assert f"Invoice {boxed.number} for {BOXED}: no font of ours has {SAYS}." in page
    Customer.objects.update(name="Ülkü Αθήνα")
    assert "no font of ours" not in desk.get(f"/transactions/{ids.encode('txn', boxed.id)}/").content.decode()


@pytest.mark.wide
def test_the_page_that_sends_it_says_it_first_and_the_message_keeps_it(boxed, company):
    desk = seat(member(company, "administrator"))
    assert SAYS in desk.get(f"/messages/new/invoice/{ids.encode('txn', boxed.id)}/").content.decode()
    api = ApiClient(company)
    url = f"invoices/{ids.encode('txn', boxed.id)}/communicate"
    [said] = api.post(url, {"dry_run": True}, expect=200)["warnings"]
    assert SAYS in said
    made = api.post(url, {}, expect=201)
    assert made["warnings"] == [said]
    assert SAYS in desk.get(f"/messages/{made['id']}/").content.decode()
    Membership.unscoped.update(language="de")
    shown = desk.get(f"/messages/{made['id']}/").content.decode()
    assert "Rechnung INV00000001 für Gutiska" in shown
    assert "Keine unserer Schriften hat" in shown, "whoever reads it does so in their language"
    assert "no font of ours" not in shown
    has_gone()
    assert api.post(f"messages/{made['id']}/resend", {}, expect=201)["warnings"] == [said]


def test_programs_that_print_read_it_in_a_header(boxed, company):
    answer = ApiClient(company).request("GET", f"invoices/{ids.encode('txn', boxed.id)}/printout")
    assert answer["X-Letters-Without-Font"] == "U+10332"
    other = ApiClient(company).request("GET", f"invoices/{ids.encode('txn', boxed.id)}/printout?format=html")
    assert "X-Letters-Without-Font" not in other


def test_the_commands_say_it(boxed, run_command, tmp_path):
    assert SAYS in run_command("printout", boxed.number, "--output", str(tmp_path)).stderr
    assert SAYS in run_command("communicate", boxed.number, "--dry-run").stderr
    assert SAYS in run_command("communicate", boxed.number, "--to", ADDRESS).stderr
    assert SAYS in Message.objects.get().warnings


def test_the_letterhead_says_it_of_its_own_words(company):
    desk = seat(member(company, "administrator"))
    row = Letterhead.objects.get()
    url = f"/configuration/letterhead/{row.public_id}/"
    assert "no font of ours" not in desk.get(url, follow=True).content.decode()
    save_entry(model=Letterhead, ident=row.pk, values={"footer": "Danke 𐌲"}, actor="test")
    assert SAYS in desk.get(url, follow=True).content.decode()


def test_a_list_of_results_says_it(boxed):
    [printable] = printables_of([boxed.id])
    file = io.BytesIO()
    write_zip([Result("one", printout_of(printable.document, printable.brand))], file)
    assert SAYS in zipfile.ZipFile(file).read(RESULTS).decode("utf-8-sig")
