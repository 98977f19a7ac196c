"""Foreign files as rows of cells, blind of what the cells mean.

Whoever wrote a file does not decide what it costs to read it: formats that libraries parse are read in a child
process with a limit on memory and on seconds (`children`), and nothing grows past the `Limits`. A `Source` is a file
whose sheet and header were found; a cell is what its sheet shows. Text that a spreadsheet would run as a formula is
made inert wherever the program writes cells (`inert`).
"""
