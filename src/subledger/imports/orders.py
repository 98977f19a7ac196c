"""How a file is to be imported, as asked for: decided when it is ordered, and frozen from then on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from subledger.import_kit import errors
from subledger.import_kit.files import Layout
from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.options import Choices, titles_of
from subledger.kernel.currencies import normalise
from subledger.kernel.errors import Door
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform.callers import demand

from .registry import choices as all_choices
from .registry import kind_named

if TYPE_CHECKING:
    from .models import ImportOrder

POINTED = {"mapping": "columns"}  # as the fields of an order are called where one is asked for
RULES = {"date_format": str, "number_format": str, "currency": str, "columns": dict, "values": dict}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """See `services.import_file`. ``door`` is where it was asked for: in its words rows are refused."""

    kind: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    number_format: str | None = None
    # How the company wrote numbers when it was ordered, or when the file was shown before, where the file does not show
    # how it does ("": it never said); None: what is not ordered yet goes by what stands.
    usual_number_format: str | None = None
    currency: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    encoding: str | None = None
    skip_bad: bool = False
    chosen: Choices = field(default_factory=Choices)  # of the kind's own class
    door: Door = Door.COMMAND

    @property
    def layout(self) -> Layout:
        return Layout(self.sheet, self.header_line, self.encoding)


def order_of(
    kind: str,
    *,
    mapping: Mapping[str, str] | None = None,
    rules: Path | str | Mapping[str, Any] | None = None,
    date_format: str | None = None,
    number_format: str | None = None,
    currency: str | None = None,
    layout: Layout | None = None,
    skip_bad: bool = False,
    door: Door = Door.COMMAND,
    **choices: bool,
) -> Order:
    """What is asked for, with what the rules say where nothing else is said.

    Raises:
        ImportKindUnknown, ImportOptionInvalid, MappingInvalid, CurrencyUnknown.
        CardNumberRefused, TextInvalid: the order is kept, with every text in it.
        DomainError: the caller's refusal: whoever imports a file needs what its rows need entered by hand.
    """
    known = kind_named(kind)
    chosen = chosen_of(known, choices)
    demand("imports.run", *known.needed, *chosen.needed())
    said, (sheet, header_line, encoding) = read_rules(rules), layout or Layout()
    currency = currency or said.get("currency")
    found = Order(
        kind=kind,
        mapping={**said.get("columns", {}), **(mapping or {})},
        values=said.get("values", {}),
        date_format=date_format or said.get("date_format"),
        number_format=number_format or said.get("number_format"),
        currency=normalise(currency) if currency else None,
        sheet=sheet,
        header_line=header_line,
        encoding=encoding,
        skip_bad=skip_bad,
        chosen=chosen,
        door=door,
    )
    check_texts({POINTED.get(name, name): value for name, value in order_json(found).items()})
    return found


def chosen_of(kind: ImportKind[Any], choices: Mapping[str, bool]) -> Choices:
    """ImportOptionInvalid: the kind has no such choice, or one of them excludes another."""
    own = titles_of(kind.choices)
    for name, is_chosen in choices.items():
        if name not in own and (is_chosen or name not in all_choices()):
            raise errors.ImportOptionInvalid(
                say(
                    "A file of {kind} has no option {name}. Leave it out; it has {own}.",
                    kind=kind.title.lower(),
                    name=name,
                    own=", ".join(own),
                )
                if own
                else say("A file of {kind} has no option {name}. Leave it out.", kind=kind.title.lower(), name=name),
                param=f"/{name}",
            )
    chosen: Choices = kind.choices(**{name: is_chosen for name, is_chosen in choices.items() if name in own})
    chosen.check()
    return chosen


_order: TypeAdapter[Order] = TypeAdapter(Order)


def order_json(order: Order) -> dict[str, Any]:
    """As it is kept: what was chosen stands beside the rest, as versions before this one wrote it."""
    said: dict[str, Any] = _order.dump_python(replace(order, chosen=Choices()), mode="json")
    said.pop("chosen")
    return said | asdict(order.chosen)


def order_in(row: ImportOrder) -> Order:
    own = titles_of(kind_named(row.kind).choices)
    said = {name: value for name, value in row.order.items() if name not in own}
    chosen = {name: value for name, value in row.order.items() if name in own}
    return replace(_order.validate_python(said), chosen=kind_named(row.kind).choices(**chosen))


def read_rules(rules: Path | str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What a rules file says. MappingInvalid when it cannot be read or says something that is no rule."""
    if rules is None:
        return {}
    if isinstance(rules, str | Path):
        try:
            rules = tomllib.loads(Path(rules).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise errors.MappingInvalid(
                say("Cannot read the rules {rules}: {error}. Write TOML.", rules=rules, error=error), param="/rules"
            ) from error
    for key, value in rules.items():
        if not isinstance(value, RULES.get(key, ())):
            raise errors.MappingInvalid(
                say(
                    "The rules say {key!r}, which is no rule or of the wrong kind. Write columns, values, "
                    "and the formats of days and numbers, as the documentation of imports shows.",
                    key=key,
                ),
                param="/rules",
            )
    texts = {key: {f: str(v) for f, v in value.items()} for key, value in rules.items() if isinstance(value, dict)}
    return {**rules, **texts}
