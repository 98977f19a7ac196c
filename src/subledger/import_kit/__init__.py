"""What the kinds of import share: columns, cells, the faults of a row, what a file comes to; no domain.

A room declares a kind as an `ImportKind` (`kinds.py`); its importer is made of the classes and look-ups here.
"""
