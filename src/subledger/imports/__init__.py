"""Foreign files read into the books: the engine, and the record of what it imported.

A file is read whole and validated first; bad rows are told with line, column and reason. What is good goes
through the same services as everything else. Importing the same file again changes nothing. What can be imported, rooms
declare (`Room.imports`); this room knows no kind.
"""
