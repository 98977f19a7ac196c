"""The names of a file and what they stand for, looked up a batch at a time and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from subledger.companies.models import Company
from subledger.companies.owned import Catalogue
from subledger.kernel.errors import DomainError
from subledger.platform.rows import keyed_rows
from subledger.platform.scope import current_company_id

from .errors import EntryUnknown

Value = TypeVar("Value")
REMEMBERED = 50_000  # names, past which those of earlier parts are asked for again


@dataclass(frozen=True, slots=True)
class Several:
    """What stands in place of a thing whose name another thing has, too: ``refusal`` of the column that has it."""

    refusal: Callable[[str], DomainError]


def only(found: Value | Several | None, column: str) -> Value | None:
    """What a name in a column means; the refusal of `Several`."""
    if isinstance(found, Several):
        raise found.refusal(column)
    return found


class Names(Generic[Value]):
    """Name -> what the books have under it; each name of a part is asked for once, and so many are remembered.

    A name that means several things is refused where a row has it, in the ``column`` that names such things.
    """

    def __init__(self, read: Callable[[Sequence[str]], Mapping[str, Value | Several]], column: str = "") -> None:
        self._read, self._column = read, column
        self._known: dict[str, Value | Several | None] = {}

    def look_up(self, names: Iterable[str]) -> None:
        """Every name of a part, at once."""
        names = list(names)
        if len(self._known) > REMEMBERED:
            self._known.clear()
        fresh = [name for name in dict.fromkeys(names) if name and name not in self._known]
        self._known.update(dict.fromkeys(fresh))
        self._known.update(self._read([name for name in fresh if "\0" not in name]))  # PostgreSQL takes no NUL

    def forget(self, names: Iterable[str]) -> None:
        """Have them read anew: they were just created."""
        for name in names:
            self._known.pop(name, None)

    def __getitem__(self, name: str) -> Value | None:
        return self.named(name, self._column)

    def named(self, name: str, column: str) -> Value | None:
        """Where another column than the usual one has the name."""
        if name not in self._known:  # forgotten meanwhile, with those of earlier parts
            self.look_up([name])
        return only(self._known[name], column)

    def of(self, names: Iterable[str]) -> list[Value]:
        """What is meant by those of ``names`` that mean one thing."""
        found = [self._known.get(name) for name in names]
        return [one for one in found if one is not None and not isinstance(one, Several)]


class Entries:
    """Configuration entries by code or name, in any case: payment methods, classifications."""

    def __init__(self, model: type[Catalogue], thing: str, field: str) -> None:
        rows = list(model.objects.filter(is_active=True).order_by("code"))
        self._ids = {**{r.name.casefold(): r.pk for r in rows}, **{r.code.casefold(): r.pk for r in rows}}
        self._codes = [row.code for row in rows]
        self._by_id = {row.pk: row.code for row in model.objects.all()}
        self._thing, self._field = thing, field

    def id_of(self, text: str) -> int | None:
        """None for an empty text; EntryUnknown lists what there is."""
        if not text:
            return None
        found = self._ids.get(text.casefold())
        if found is None:
            raise EntryUnknown(self._thing, text, self._codes, self._field)
        return found

    def code_of(self, ident: int | None) -> str:
        """The code of an entry, in use or not; "" for none."""
        return self._by_id[ident] if ident else ""


def base_currency() -> str:
    company: Any = Company.objects.get(pk=current_company_id())
    return str(company.base_currency)


def rows_named(row: type[Value], statement: str, names: Sequence[str], **facts: Any) -> list[tuple[str, Value]]:
    """The rows that ``statement`` finds of the company in scope for ``names``, each with its name, the first column."""
    if not names:
        return []
    return keyed_rows(row, statement, {"company": current_company_id(), "names": list(names), **facts})
