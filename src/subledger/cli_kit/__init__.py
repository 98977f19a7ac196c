"""What commands of every room share: options, rows on standard output, books for the length of a command.

A room's ``cli.py`` says which commands it has (``COMMANDS``, see `faces.CommandFace`); the console script finds it by
the room's name. Commands import Django, models and services inside their functions: ``--help`` answers without them.
"""
