"""What the pages of all rooms share: the shell, lists and files of them, forms, refusals, charts, timelines.

Owns: base templates, template tags and static files; no tables. A page parses a form into domain types, calls one
service, and shows the answer or the coded refusal beside what was typed.
Invariants: every page but the login is behind `access.staff_page`, which asks for its permission and enters the
scope of one company; ids in addresses are public ids, and another company's are not found; scripts and styles
come from our own files only.
"""
