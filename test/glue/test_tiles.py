"""Quadkeys of known places, and of many against a plain calculation."""

import random

import pyarrow as pa
import pytest
from cellflow.tiles import quadkeys
from support.tables import tile


def keys(*places: tuple[float, float], zoom: int = 16) -> list[str]:
    latitudes, longitudes = zip(*places, strict=True)
    return quadkeys(pa.array(latitudes, pa.float64()), pa.array(longitudes, pa.float64()), zoom).to_pylist()


@pytest.mark.parametrize(
    ("latitude", "longitude", "quadkey"),
    [
        # Barcelona: column 33162 and row 24477.
        (41.3874, 2.1686, "1202222330023212"),
        # The quarters of the world, at their corner in the middle of the map and at the map's edges.
        (0.0, 0.0, "3000000000000000"),
        (1e-9, -1e-9, "0333333333333333"),
        (85.06, -180.0, "0000000000000000"),
        (90.0, 180.0, "1111111111111111"),
        (-90.0, -180.0, "2222222222222222"),
        (-85.06, 180.0, "3333333333333333"),
    ],
)
def test_known_places(latitude: float, longitude: float, quadkey: str) -> None:
    assert keys((latitude, longitude)) == [quadkey]


def test_the_example_of_the_tile_system() -> None:
    """Its tile of column 3 and row 5 at zoom 3 is `213`; this is its middle."""
    assert keys((-52.48, -22.5), zoom=3) == ["213"]


@pytest.mark.parametrize("zoom", [1, 7, 16, 23])
def test_any_places(zoom: int) -> None:
    pick = random.Random(zoom)
    places = [(pick.uniform(-90, 90), pick.uniform(-180, 180)) for _ in range(5_000)]

    assert keys(*places, zoom=zoom) == [tile(*place, zoom) for place in places]
