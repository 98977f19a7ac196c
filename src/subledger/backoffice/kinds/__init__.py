"""Everything that is kept under Configuration: which rows, which fields, how they are listed and typed.

A `Kind` is one page of entries and the form of one of them; `views/configuration.py` shows all of them alike, and
every change goes through `companies.entries.save_entry`. `groups.py` has all of them.
"""
