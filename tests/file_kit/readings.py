"""What children of tests do; like every function that a child runs, it knows no Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO


def crash(stream: IO[bytes]) -> Iterator[int]:
    yield 1
    os.abort()


def spin(stream: IO[bytes]) -> Iterator[int]:
    yield 1
    while True:
        pass


def boast(stream: IO[bytes]) -> Iterator[object]:
    yield len(stream.read())
    yield dict(os.environ)
