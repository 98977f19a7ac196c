"""Toys: what a company lends out. A room of the tests: it shows that a room is whole in its folder.

A toy has a code and a day it came on. Its number is gapless; what it is called may change, its number never.
"""
