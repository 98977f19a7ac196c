"""Files that people attach to records: a contract, a delivery note, the customer's mail.

Rooms say what of theirs files may be attached to (`Room.attachable`); this room knows no record. What a file is, is
found in its bytes, and only kinds that are known are taken. The bytes lie in the database, beside what they belong to:
one backup has both.
Invariants: a file never changes; what was removed has left no bytes behind; what is evidence is not removed.
"""
