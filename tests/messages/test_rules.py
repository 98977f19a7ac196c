"""Templates, addresses, markup and the ladder of tries, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from subledger.kernel.email_addresses import header_of, identity_of, on_wire, trouble_with
from subledger.messages.rules.delivery import GIVEN_UP_AFTER, LADDER, Verdict, verdict_of, wait_after, wait_unreached
from subledger.messages.rules.drafts import (
    Written,
    file_name,
    is_media_type,
    shown,
    shown_html,
    trouble_with_files,
)
from subledger.messages.rules.markup import html_of
from subledger.messages.rules.templates import (
    complete,
    filled,
    foreign_in,
    held_back_in,
    one_line,
    tags_in,
    unknown_tags,
)

KNOWN = ["FT_NUMBER", "FT_TOTAL", "CUSTOMER_NAME"]


def test_tags_are_found_in_their_order_and_once():
    assert tags_in("#FT_TOTAL of #FT_NUMBER, #FT_TOTAL, #1, #hash and ##FT_NUMBER") == ["FT_TOTAL", "FT_NUMBER"]


def test_an_unknown_tag_is_named_with_the_nearest():
    assert unknown_tags("#FT_NUMBR and #FT_TOTAL", KNOWN) == [("FT_NUMBR", "FT_NUMBER")]
    assert unknown_tags("#XYZZY", KNOWN) == [("XYZZY", "")]


def test_a_tag_in_other_letters_is_unknown():
    for written in ("ft_total", "Ft_Total", "fT_TOTAL"):
        assert unknown_tags(f"Pay #{written}.", KNOWN) == [(written, "FT_TOTAL")]
    assert unknown_tags("#hash, #1, ##ft_total, #FT_TOTALs, ##Ft_Total", KNOWN) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {{ name }}, hello", "{{ name }}"),
        ("{% for x in y %}{{ x }}", "{% for x in y %}"),
        ('Hello\n  #include "/etc/passwd"', '#include "/etc/passwd"'),
        ("<%= name %>", "<%= name %>"),
        ("<?php echo 1 ?>", "<?php echo 1 ?>"),
        ("${name}, hello", "${name}"),
        ("{{ never closed", "{{ never closed"),
        ("{{" * 5_000, "{{"),
        ("You pay {5 %} or <5 % at $5, #1, #including #FT_TOTAL", ""),
    ],
)
def test_what_is_written_as_other_programs_do_is_found(text, found):
    assert foreign_in(text) == found


def test_a_value_is_never_read_for_tags():
    said = filled("Dear #CUSTOMER_NAME: #FT_TOTAL", {"CUSTOMER_NAME": "#FT_TOTAL ##", "FT_TOTAL": "1.00"})
    assert said == "Dear #FT_TOTAL ##: 1.00"


def test_what_opens_something_is_put_in_last_and_nothing_else_can_stand_for_it():
    body = filled("#NAME: #LINK", {"NAME": "⟦LINK⟧ Ana"}, held_back=["LINK"])
    assert held_back_in(body) == ["LINK"]
    assert complete(body, {"LINK": "https://example.org/x"}) == "LINK Ana: https://example.org/x"


def test_what_nothing_is_known_of_keeps_its_mark():
    body = filled("#LINK", {}, held_back=["LINK"])
    assert complete(body, {"OTHER": "x"}) == body


def test_two_hashes_are_one():
    assert filled("##FT_NUMBER", {}) == "#FT_NUMBER"


def test_a_header_is_one_line_without_control_characters():
    assert one_line("Invoice\r\nBcc: all@example.com\x00 1") == "Invoice Bcc: all@example.com 1"
    assert len(one_line("x" * 400)) == 300
    assert one_line("x" * 300) == "x" * 300  # as long as it may be


@pytest.mark.parametrize(
    "address",
    ["ana@example.com", "o'neil+x@example.co.uk", "ana@bücher.example", "ana@παράδειγμα.δοκιμή", "1@example.com"],
)
def test_addresses_are_taken(address):
    assert trouble_with(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "", "ana", "ana@", "@example.com", "ana@example", "ana@localhost", "a b@example.com", "ana@exa mple.com",
        "ana@example.com\r\nBcc: x@example.com", "ana@@example.com", "ana@example..com", ".ana@example.com",
        "ana@-example.com", "ana@127.0.0.1", "Ana <ana@example.com>", "ana@example.com, bea@example.com",
        "änna@example.com", "ana@\u0435xample.com", "ana@open.\u0441om",
        "ana@\u03bfpen.example", "a" * 65 + "@example.com", "ana@" + "x" * 250 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    assert trouble_with(address)


def test_a_domain_travels_in_ascii_and_spellings_are_one():
    assert on_wire("Ana@BÜCHER.example") == "Ana@xn--bcher-kva.example"
    assert identity_of("ANA@bücher.example") == identity_of("ana@xn--bcher-kva.example")


def test_a_name_adds_no_address():
    assert header_of("ana@example.com", 'Ana", bea@example.com') == '"Ana\\", bea@example.com" <ana@example.com>'


def test_markup_says_what_the_text_says_and_runs_nothing():
    html = html_of("A & B <script>x</script>\nline\n\nhttps://example.org/a?b=1&c=2.", subject="<b>", language="de")
    assert "<script>" not in html
    assert "A &amp; B &lt;script&gt;x&lt;/script&gt;<br>\nline" in html
    assert '<a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.' in html
    assert '<html lang="de">' in html
    assert "<title>&lt;b&gt;</title>" in html
    assert html.count('<p dir="auto"') == 2
    assert html_of("A\n\n", subject="", language="en").count("<p ") == 1
    assert "javascript:" not in html_of("javascript:alert(1)", subject="", language="en").replace(
        "javascript:alert(1)</p>", ""
    )


def test_tries_wait_longer_and_longer_and_end():
    assert [wait_after(n, 0.5) for n in range(1, 8)] == list(LADDER)
    assert wait_after(8, 0.5) is None
    assert wait_after(1, 0) == timedelta(seconds=48)
    assert wait_after(1, 1) == timedelta(seconds=72)


def test_a_server_that_is_away_is_asked_every_quarter_of_an_hour_for_a_day_and_a_half():
    waited, steps = timedelta(), []
    while (step := wait_unreached(waited, 0.5)) is not None:
        steps.append(step)
        waited += step
    assert steps[:3] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    assert set(steps[2:]) == {timedelta(minutes=15)}
    assert GIVEN_UP_AFTER <= waited < GIVEN_UP_AFTER + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("code", "words", "of_recipient", "verdict"),
    [
        (550, "5.1.1 no such user", True, Verdict.NO_ADDRESS),
        (550, "5.7.1 blocked by policy", True, Verdict.REFUSED),
        (552, "mailbox full", True, Verdict.REFUSED),
        (450, "try again", True, Verdict.AGAIN),
        (421, "busy", False, Verdict.AGAIN),
        (499, "later", True, Verdict.AGAIN),
        (500, "no such command", True, Verdict.REFUSED),
        (554, "5.6.0 not taken", False, Verdict.REFUSED),
        (550, "sender unknown", False, Verdict.REFUSED),
    ],
)
def test_what_a_mail_server_means(code, words, of_recipient, verdict):
    assert verdict_of(code, words, of_recipient=of_recipient) is verdict


def test_the_digest_is_of_all_that_is_seen():
    usual = Written(recipient="a@example.com", language="en", subject="S", body="B", files=("f.pdf",), contents=("1",))
    changes = (
        {"recipient": "b@example.com"}, {"language": "de"}, {"subject": "T"}, {"body": "C"}, {"files": ("g.pdf",)},
        {"contents": ("2",)}, {"files": (), "contents": ()},
    )  # fmt: skip
    assert len({usual.digest, *(replace(usual, **change).digest for change in changes)}) == len(changes) + 1
    assert len(usual.digest) == 32


def test_people_see_words_where_a_link_is_made():
    body = filled("Pay: #LINK", {}, held_back=["LINK"])
    assert shown(body, "[a link]") == "Pay: [a link]"
    html = shown_html(body, "[a link]", subject="S", language="it")
    assert "Pay: [a link]" in html
    assert '<html lang="it">' in html


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("application/pdf", True), ("text/x-a.b+c", True), ("application/" + "a" * 90, True),
        ("application/" + "a" * 91, False), ("application/", False), ("pdf", False), ("a/b; charset=x", False),
        ("text/html\r\nX: y", False), ("Text/html", False),
    ],
)  # fmt: skip
def test_what_a_media_type_is(text, is_one):
    assert is_media_type(text) is is_one


def test_files_are_in_no_folder_and_not_too_large():
    assert file_name("../../etc/pass\nwd.pdf") == "etc pass wd.pdf"
    assert file_name("///") == "file"
    assert len(file_name("x" * 300)) == 120
    assert trouble_with_files([1024]) == ""
    assert trouble_with_files([10 * 1024 * 1024 - 1, 1]) == ""  # as much as there may be
    assert "10.0 MiB" in trouble_with_files([10 * 1024 * 1024, 1])
    much = trouble_with_files([100 * 1024 * 1024])
    assert "have 100.0 MiB, and mail servers take 10 MiB at most" in much
