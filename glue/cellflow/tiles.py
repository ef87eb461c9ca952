"""Squares of the map, named by their quadkeys."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# There the Mercator projection's map is square; what lies beyond belongs to its outermost tiles.
LARGEST_LATITUDE = 85.05112878

Numbers = npt.NDArray[np.float64]


def quadkeys(latitudes: pa.Array, longitudes: pa.Array, zoom: int) -> pa.Array:
    """Quadkeys of the tiles that hold the places, which must all be known: a digit from 0 to 3 for each zoom.

    The formula is that of Microsoft's "Bing Maps Tile System", without its rounding to whole pixels, which makes the
    tiles those of Athena's `bing_tile_at`: https://learn.microsoft.com/bingmaps/articles/bing-maps-tile-system
    """
    sines = np.sin(np.clip(latitudes.to_numpy(), -LARGEST_LATITUDE, LARGEST_LATITUDE) * np.pi / 180)
    x = (longitudes.to_numpy() + 180) / 360
    y = 0.5 - np.log((1 + sines) / (1 - sines)) / (4 * np.pi)
    # A digit's bits are one of the column's and one of the row's.
    digits = bits(x, zoom) + 2 * bits(y, zoom) + np.uint8(ord("0"))
    offsets = np.arange(0, digits.size + 1, zoom, dtype=np.int32)
    return pa.StringArray.from_buffers(len(latitudes), pa.py_buffer(offsets), pa.py_buffer(digits))


def bits(shares: Numbers, zoom: int) -> npt.NDArray[np.uint8]:
    """Numbers of the tiles at shares of the map's side: a row each, a bit a column, the highest first."""
    tiles = np.clip(shares * 2**zoom, 0, 2**zoom - 1).astype(">u4")
    return np.unpackbits(tiles.view(np.uint8)).reshape(-1, 32)[:, -zoom:]
