"""What every report is made of: parameters, columns, tables, and files of them. It knows no report.

A room declares its reports as `tables.Report` values in its ``room.py``; pages, API and commands read them there.
"""
