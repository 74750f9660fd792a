"""Sample pictures, small enough for a page."""

import base64
import io
from pathlib import Path

LARGEST = 2**24  # pixels
SIDE = 240  # pixels


def embedded(path: Path) -> str:
    """A picture as a data URI; empty where it is gone or none."""
    data = shrunk(path)
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}" if data else ""


def shrunk(path: Path) -> bytes:
    """A PNG at most `SIDE` pixels a side, as WebP; nothing where it cannot be read."""
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            if image.width * image.height > LARGEST:
                return b""
            small = image.convert("RGB")
            small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
            stream = io.BytesIO()
            small.save(stream, "WEBP", quality=70)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    return stream.getvalue()
