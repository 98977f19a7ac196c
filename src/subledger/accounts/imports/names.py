"""What the books know of the accounts and customers that a file names: one statement a set of names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from subledger.accounts.errors import AccountAmbiguous
from subledger.import_kit.lookups import Several, rows_named
from subledger.platform.rows import keyed_rows

from .errors import CustomerOfSeveral
from .owners import AccountInBooks

# "= ANY(array)" rather than a join: it is an index look-up per name whatever the planner thinks of the
# tables' size.
ACCOUNTS = """
    SELECT a.{column}, a.id, a.number, a.state, a.currency, c.code AS customer_code, c.name AS customer_name,
           a.classification_id, a.credit_limit_minor, a.name, a.credit_period_value, a.credit_period_operator,
           a.credit_period_unit, a.parent_id, coalesce(nullif(p.code, ''), p.number, '') AS parent,
           a.code
      FROM accounts_account a JOIN accounts_customer c ON c.id = a.customer_id
      LEFT JOIN accounts_account p ON p.id = a.parent_id
     WHERE a.company_id = %(company)s AND a.{column} = ANY(%(names)s) AND a.{column} <> ''
"""


CUSTOMERS = """
    SELECT {column}, id, code, name, email, phone, tax_number, address_line1, address_line2, city, postal_code, region,
           country, language, metadata
      FROM accounts_customer
     WHERE company_id = %(company)s AND {column} = ANY(%(names)s) ORDER BY id
"""


class CustomerInBooks(NamedTuple):
    id: int
    code: str
    name: str
    email: str
    phone: str
    tax_number: str
    address_line1: str
    address_line2: str
    city: str
    postal_code: str
    region: str
    country: str
    language: str
    metadata: Any  # a dictionary, as text or as one


CONTACTS = """
    SELECT customer_id, id, name, role, email, phone, language, receives
      FROM accounts_contactperson WHERE customer_id = ANY(%(customers)s) AND removed_at IS NULL
"""


class ContactInBooks(NamedTuple):
    id: int
    name: str
    role: str
    email: str
    phone: str
    language: str
    receives: Sequence[str]


def contacts_of_customers(customer_ids: Sequence[int]) -> dict[tuple[int, str], ContactInBooks]:
    """Contact persons of customers of the company in scope, by customer and name in small letters."""
    found = keyed_rows(ContactInBooks, CONTACTS, {"customers": list(customer_ids)})
    return {(customer, row.name.lower()): row for customer, row in found}


def accounts_named(names: Sequence[str]) -> dict[str, AccountInBooks | Several]:
    """Customer accounts by what a file calls them: their code in other systems, else their number."""
    by_number = dict(rows_named(AccountInBooks, ACCOUNTS.format(column="number"), names))
    by_code = dict(rows_named(AccountInBooks, ACCOUNTS.format(column="code"), names))
    found: dict[str, AccountInBooks | Several] = {**by_number, **by_code}
    for name in by_code.keys() & by_number.keys():
        if by_code[name].id != by_number[name].id:
            number, code = by_code[name].number, by_number[name].code
            found[name] = Several(partial(AccountAmbiguous, name, number, code))
    return found


def customers_coded(codes: Sequence[str]) -> dict[str, CustomerInBooks]:
    return dict(rows_named(CustomerInBooks, CUSTOMERS.format(column="code"), codes))


def customers_named(names: Sequence[str]) -> dict[str, CustomerInBooks | Several]:
    """Customers by their code, else by their name."""
    called: dict[str, list[CustomerInBooks]] = {}
    for name, row in rows_named(CustomerInBooks, CUSTOMERS.format(column="name"), names):
        called.setdefault(name, []).append(row)
    by_name = {
        name: rows[0] if len(rows) == 1 else Several(partial(CustomerOfSeveral, name, [row.code for row in rows]))
        for name, rows in called.items()
    }
    return by_name | customers_coded(names)
