"""Words among documents. A condition that names every way in which a word may be found serves no index: each way is
looked up by itself, and where they find few documents, those are the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from subledger.accounts.models import Account
from subledger.accounts.searches import ACCOUNT_WORDS
from subledger.page_kit import tallies
from subledger.page_kit.criteria import Search, words_in
from subledger.platform.numbering import numbers_ending_in
from subledger.transactions.models import Transaction
from subledger.transactions.queries import ordered
from subledger.transactions.states import Classification

__all__ = ["DocumentSearch"]

BOTH_CASES = 4  # letters of a code of which capital and small are looked up; what follows is compared
FIELDS = (
    "number__istartswith",
    "back_office_code__istartswith",
    "order_reference__istartswith",
    "account__number__istartswith",
    "account__code__istartswith",
    "account__name__icontains",
)


@dataclass(frozen=True)
class DocumentSearch(Search):
    """Words of a document or of its account, or the number of a purchase order as people say it."""

    fields: tuple[str, ...] = FIELDS

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        found = self._few(value)
        return queryset.filter(self.words(value)) if found is None else queryset.filter(pk__in=found)

    def words(self, value: str) -> Q:
        return super().words(value) | Q(pk__in=ordered(value.replace("\0", "")))

    def _few(self, value: str) -> list[int] | None:
        """The ids of all that `words` finds; None where no word of it is rare."""
        few: set[int] | None = None
        common = []
        for word in words_in(value):
            found = _with(word)
            if found is None:
                common.append(word)
            else:
                few = found if few is None else few & found
        if few is None:
            return None
        if few and common:
            rows = Transaction.objects.filter(*(self.word(word) for word in common), pk__in=few)
            few = set(rows.values_list("pk", flat=True))
        numbered = _numbered(numbers_ending_in(value))
        return None if numbered is None else [*(few | numbered | set(ordered(value.replace("\0", ""))))]


def _with(word: str) -> set[int] | None:
    """The documents in which a word is found; None where they are more than a list counts."""
    named = Account.objects.alias(words=ACCOUNT_WORDS).filter(  # the first finds all that the others do, by its index
        Q(number__istartswith=word) | Q(code__istartswith=word) | Q(name__icontains=word), words__icontains=word
    )
    codes = reduce(or_, (Q(back_office_code__startswith=begun) for begun in beginnings(word)))
    return _all_of(
        Transaction.objects.filter(number__startswith=word.upper()),  # numbers are written in capital letters
        Transaction.objects.filter(codes, back_office_code__istartswith=word, classification__in=list(Classification)),
        Transaction.objects.filter(order_reference__isnull=False, order_reference__istartswith=word),
        accounts=named,
    )


def _numbered(numbers: Sequence[str]) -> set[int] | None:
    if not numbers:
        return set()
    return _all_of(Transaction.objects.filter(number__in=numbers), accounts=Account.objects.filter(number__in=numbers))


def _all_of(*ways: QuerySet, accounts: QuerySet) -> set[int] | None:
    """The ids of these, and of all documents of the accounts; None where they are more than a list counts."""
    idents = _ids(accounts)
    found = set[int]()
    for rows in (*ways, Transaction.objects.filter(account__in=idents)):
        found.update(_ids(rows))
        if len(found) > tallies.COUNTED or len(idents) > tallies.COUNTED:
            return None
    return found


def _ids(rows: QuerySet) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True)[: tallies.COUNTED + 1])


def beginnings(word: str) -> Iterator[str]:
    """How texts begin that begin with ``word``, however they are written: few beginnings, each of which an index of
    the texts as they stand can serve. Longer texts are compared to the whole word besides."""
    begun, letters = [""], 0
    for character in word:
        both = sorted({character.upper(), character.lower()})
        letters += len(both) > 1
        if letters > BOTH_CASES or not character.isascii():
            break
        begun = [f"{before}{one}" for before in begun for one in both]
    yield from begun
