"""Reading a foreign file in a child process, so that no library's abort, hang or hunger is this program's."""

from __future__ import annotations

import json
import logging
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import orjson

from subledger.kernel.errors import DomainError, Door
from subledger.kernel.sentences import say

from .child import LENGTH
from .errors import FileTooDemanding, FileUnreadable
from .limits import STANDARD, Limits

logger = logging.getLogger(__name__)
LARGEST_ANSWER = 128 * 1024 * 1024
GRACE = 10  # seconds to start, above those that reading may take
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


def in_child(
    function: str,
    file: Path | bytes | IO[bytes],
    *,
    name: str,
    arguments: Mapping[str, Any] | None = None,
    limits: Limits = STANDARD,
    refusals: Sequence[type[DomainError]] = (),
) -> Generator[Any, None, None]:
    """What ``module:function`` yields about a file, read in a process of its own.

    Args:
        function: a generator function of a module that knows no Django; it is given an open binary file that can
            seek and ``arguments``, and yields what JSON can tell. Reading is in step: it waits while nobody takes.
        name: of the file, for refusals.
        refusals: what the function may raise, handed on as the same class with its message and parameter.

    Raises:
        FileTooDemanding: it took more memory, time or depth than ``limits`` allow, or brought the child down.
    """
    known = {f"{kind.__module__}:{kind.__qualname__}": kind for kind in refusals}
    with _as_input(file) as stdin, closing(told(function, stdin, dict(arguments or {}), name, limits)) as answers:
        for answer in answers:
            if "value" in answer:
                yield answer["value"]
            elif "end" in answer:
                return
            elif answer.get("refused") in known:
                raise _refusal(known[answer["refused"]], answer)
            elif "short_of" in answer:
                raise FileTooDemanding(name, _shortages(limits)[answer["short_of"]])
            else:
                raise RuntimeError(f"Reading {name} failed: {answer.get('failed') or answer}")


def told(
    function: str, file: IO[bytes], arguments: Mapping[str, Any], name: str, limits: Limits
) -> Generator[dict[str, Any], None, None]:
    """The answers of a child (`child.answers`), started for this file and ended with it.

    Raises:
        FileTooDemanding: it ended without having told how.
    """
    given = {"memory": limits.memory, "seconds": limits.seconds, "arguments": arguments}
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "subledger.file_kit.child", function, json.dumps(given)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        )
        try:
            yield from _answers(child, name, limits)
            errors.seek(0)
            tail = errors.read()[-2_000:].decode(errors="replace").strip()
            logger.warning("Reading %r brought its process down (status %s): %s", name, child.wait(), tail)
            raise FileTooDemanding(name, say("reading it takes more memory or time than a file may"))
        finally:
            child.kill()
            child.wait()
            if child.stdout:
                child.stdout.close()


def _answers(child: subprocess.Popen[bytes], name: str, limits: Limits) -> Generator[dict[str, Any], None, None]:
    """Frame by frame; ends where the child's output does."""
    assert child.stdout is not None
    descriptor, held, waited = child.stdout.fileno(), bytearray(), 0.0
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while True:
        while len(held) >= LENGTH.size and len(held) >= (size := LENGTH.size + LENGTH.unpack_from(held)[0]):
            answer = orjson.loads(bytes(held[LENGTH.size : size]))
            del held[:size]
            yield answer
        if len(held) > LARGEST_ANSWER:
            raise FileTooDemanding(name, say("a row of it is larger than any"))
        start = time.monotonic()
        poll.poll(max(0, limits.seconds + GRACE - waited) * 1000)
        waited += time.monotonic() - start
        if waited >= limits.seconds + GRACE:
            raise FileTooDemanding(name, _shortages(limits)["time"])
        part = os.read(descriptor, 1 << 20)
        if not part:
            return
        held += part


def _shortages(limits: Limits) -> dict[str, str]:
    return {
        "memory": say("reading it takes more than {memory} MiB of memory", memory=limits.memory >> 20),
        "time": say("reading it takes more than {seconds} seconds", seconds=limits.seconds),
        "depth": say("it is nested deeper than any file of its kind"),
    }


def _refusal(kind: type[DomainError], answer: Mapping[str, Any]) -> DomainError:
    error = kind.__new__(kind)
    remedies = {Door(door): text for door, text in answer["remedies"].items()}
    DomainError.__init__(error, answer["message"], param=answer["param"], remedies=remedies)
    return error


def _as_input(file: Path | bytes | IO[bytes]) -> IO[bytes]:
    """The file as one that a process can be given: with a descriptor, and its own."""
    if isinstance(file, Path):
        try:
            return file.open("rb")
        except OSError as error:
            fact = error.strerror or say("it cannot be opened")
            raise FileUnreadable(
                say("Cannot read {file}: {fact}. Check the path and its permissions.", file=file, fact=fact)
            ) from error
    copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    if isinstance(file, bytes):
        copy.write(file)
    else:
        file.seek(0)
        shutil.copyfileobj(file, copy)
    copy.flush()
    return copy


def _environment() -> dict[str, str]:
    """What a child needs of ours: nothing that is secret. Its libraries take one thread and no arenas beside it."""
    ours = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    quiet = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    return {**ours, **quiet, "OPENPYXL_LXML": say("False"), "OPENPYXL_DEFUSEDXML": say("True")}
