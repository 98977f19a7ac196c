"""Documents: a printable value in, a file out. Owns the letterhead of a company, its logo, and copies as printed.

It is blind: it knows no transaction and no account. Whoever has something to print gives a frozen value (`values`), and
gets PDF, HTML, XLSX, CSV or RTF of it, all from one layout a kind (`layouts`), in one of the languages customers are
spoken to in. What anybody typed is data in every format: nothing of it becomes markup, a formula or code. The
same value is the same bytes. A copy that is kept is never changed: the database refuses it.
"""
