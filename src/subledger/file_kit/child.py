"""The child process: it limits itself, reads a file from its standard input, and tells what it finds as JSON.

Started by `children` as ``python -m subledger.file_kit.child MODULE:FUNCTION ARGUMENTS``. Nothing here may import
Django or the rooms' models: a child knows no settings, no database and no secret.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import struct
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import IO, Any

import orjson

from subledger.kernel.errors import DomainError

LENGTH = struct.Struct(">I")


def main(function: str, arguments: str) -> None:
    given = json.loads(arguments)
    limit(given["memory"], given["seconds"])
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        with os.fdopen(0, "rb", closefd=False) as stream:
            for answer in answers(function, stream, given["arguments"]):
                send(out, answer)
    except BrokenPipeError:
        pass  # nobody reads on
    except MemoryError:
        send(out, {"short_of": "memory"})
    except Exception:  # an answer that JSON cannot tell
        send(out, {"failed": traceback.format_exc()[-4_000:]})


def answers(function: str, stream: IO[bytes], arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What ``module:function`` yields about a file, each as a value, and last how that ended."""
    try:
        module, _, name = function.partition(":")
        read = getattr(importlib.import_module(module), name)
        stream.seek(0)
        for value in read(stream, **arguments):
            yield {"value": value}
        yield {"end": True}
    except DomainError as error:
        kind = f"{type(error).__module__}:{type(error).__qualname__}"
        yield {"refused": kind, "message": str(error), "param": error.param, "remedies": error.remedies}
    except MemoryError:
        yield {"short_of": "memory"}
    except RecursionError:
        yield {"short_of": "depth"}
    except Exception:
        yield {"failed": traceback.format_exc()[-4_000:]}


def limit(memory: int, seconds: int) -> None:
    """Of this process, by the kernel: address space and processor time; no core is dumped."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system without that limit, or a lower one set already
            continue


def send(out: IO[bytes], answer: dict[str, Any]) -> None:
    data = orjson.dumps(answer)
    view = memoryview(LENGTH.pack(len(data)) + data)
    while view:
        view = view[out.write(view) :]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
