"""Logos: what somebody hands in is read within bounds and drawn anew, so that nothing but pixels is kept.

PNG and JPEG alone. SVG is a program that draws, and may load and run more: it is refused.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from subledger.kernel.sentences import say

from .errors import LogoInvalid

MOST_BYTES = 512 * 1024
MOST_PIXELS = 4_000_000  # asked of the head of the file, before any pixel is read: 16 MB, for the time of a request
_BOX = (1200, 400)  # pixels that are kept: 16 mm high at 600 dots an inch

_WAY_OUT = say("Save it as PNG or JPEG, of at most 512 KiB and 4 million pixels, and choose that file.")


def drawn_anew(content: bytes) -> bytes:
    """A logo as the PNG that is kept. LogoInvalid: no PNG or JPEG, too large, or broken."""
    if not content:
        raise LogoInvalid(say("The file is empty. Choose another."), param="/content")
    if len(content) > MOST_BYTES:
        raise LogoInvalid(
            say(
                "The logo has {size} KiB, and 512 are the most. {way_out}", size=len(content) // 1024, way_out=_WAY_OUT
            ),
            param="/content",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded below
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise LogoInvalid(
                say(
                    "The logo has {width} × {height} pixels, which is too many. {way_out}",
                    width=width,
                    height=height,
                    way_out=_WAY_OUT,
                ),
                param="/content",
            )
        image.load()
        image.thumbnail(_BOX)
        out = io.BytesIO()
        image.convert("RGBA").save(out, "PNG", optimize=True)
    except LogoInvalid:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise LogoInvalid(
            say("The file is no PNG or JPEG image that can be read. {way_out}", way_out=_WAY_OUT), param="/content"
        ) from error
    return out.getvalue()
