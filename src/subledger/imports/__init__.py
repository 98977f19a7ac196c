"""Foreign files read into the books: customers, accounts, products, invoices, credit notes, payments.

A file is read whole and validated first; bad rows are told with line, column and reason. What is good goes
through the same services as everything else. Importing the same file again changes nothing.
"""
