"""Transactions in the API: told in one shape; made, posted and acted upon by their classifications."""

from subledger.api_kit.faces import ApiFace, Mount

from . import accounts, applied_taxes, communication, companies, documents, printouts, transactions

WORDS = {"invoice": "invoice", "credit_note": "credit note", "payment": "payment", "refund": "refund"}

API = ApiFace(
    mounts=(
        Mount(path="/accounts", router=accounts.router),
        Mount(router=companies.router),
        Mount(router=documents.router),
        Mount(router=communication.router),
        Mount(router=transactions.router),
        Mount(router=transactions.note_router),
        Mount(router=printouts.router),
        Mount(router=applied_taxes.router),
    ),
    summaries={
        **{
            f"{verb}_{thing}": f"{word} a draft {words}"
            for thing, words in WORDS.items()
            for verb, word in (("update", "Change"), ("post", "Post"), ("reject", "Reject"))
        },
        "create_company": "Create a company",
        "allocate_account": "Settle what is open on an account",
        "retrieve_account_balance": "Retrieve the balance of an account",
        "retrieve_account_statement": "Retrieve the statement of an account",
        "list_transaction_notes": "List the notes on a transaction",
        "create_transaction_note": "Note something on a transaction",
        "explain_transaction": "Explain why a transaction is settled or open",
        "retrieve_transaction_definition": "Retrieve the transaction definition",
        "update_transaction_definition": "Change the transaction definition",
        "quick_pay_invoice": "Pay an invoice quickly",
        "write_off_invoice": "Write off an invoice",
    },
    examples={
        "id": "txn_0cp3t6jbr07s5",
        "description": "Consulting, May",
        "number": "INV00000042",
        "base_currency": "eur",
        "taxes": ["22"],
        "quantity": "2",
        "unit_amount": 10000,
        "amount": 24400,
        "state": "posted",
        "type": "invoice.posted",
    },
    welcome=frozenset({"state", "unit_amount", "posted_on"}),
)
