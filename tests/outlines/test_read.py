"""Outlines from a GeoJSON file: valid files, and the first fault with its remedy."""

from pathlib import Path

import pytest

from alerting.doctor.settings import problem_found
from alerting.outlines import read
from alerting.outlines.read import read_outlines, shapes_in
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.outlines import TOWN_AND_VILLAGES, collection, feature, outlines_file, square

SQUARE = square(107.19, 31.9, 0.02)


def test_code_is_read_under_each_property_name() -> None:
    assert list(shapes_in(collection(*TOWN_AND_VILLAGES))) == [TOWN, QIANFO, NEXT_VILLAGE]


def test_altitudes_are_dropped() -> None:
    high = [[*corner, 700.0] for corner in SQUARE]
    assert not shapes_in(collection(feature(TOWN, high)))[TOWN].has_z


def test_multipolygon_is_one_outline() -> None:
    geometry = {"type": "MultiPolygon", "coordinates": [[SQUARE], [square(108, 32, 0.1)]]}
    several = {**feature(TOWN), "geometry": geometry}
    assert shapes_in(collection(several))[TOWN].geom_type == "MultiPolygon"


GOOD = feature(TOWN, SQUARE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "it is not JSON; save it as"),
        ("区划".encode("gb18030"), "it is not JSON; save it as"),
        (b"[" * 100_000, "it is not JSON; save it as"),
        (b"[]", "it is not a FeatureCollection; save it as"),
        (collection(), "it has 0 features; give it 1 to 10,000"),
        (
            collection(GOOD, feature("", SQUARE)),
            "feature 2, code: '' is not a division's code; write",
        ),
        (collection(feature("5119", SQUARE), feature(5, SQUARE)), "feature 2, code: '5' is no"),
        (collection({**GOOD, "properties": None}), "feature 1, code: '' is no"),
        (collection(GOOD, GOOD), f"feature 2, code: {TOWN} is the code of feature 1 already; save"),
        (collection({**GOOD, "geometry": None}), "feature 1, geometry: it is not a Polygon"),
        (collection(feature(TOWN)), "feature 1, geometry: it is not a Polygon"),
        (collection(feature(TOWN, SQUARE[:-1])), "feature 1, geometry: it is not a Polygon"),
        (
            collection(feature(TOWN, square(4e5, 3e6, 9))),
            "feature 1, geometry: its corners are not",
        ),
        (
            collection({**GOOD, "geometry": {"type": "Point", "coordinates": [107, 31]}}),
            "feature 1, geometry: it is not a Polygon",
        ),
    ],
)
def test_error_names_fault_and_remedy(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "o.geojson"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="; ") as refused:
        read_outlines(str(file))
    assert str(refused.value).startswith(f"{file}: {said}")
    assert problem_found(f"ALERTING_OUTLINES: {refused.value}").remedy


@pytest.mark.parametrize(
    ("bound", "most", "said"),
    [
        ("MOST_BYTES", 64, "it has more than"),
        ("MOST_FEATURES", 2, "it has 3 features"),
        ("MOST_CORNERS", 14, "feature 3, geometry: the file has more than 14 corners"),
    ],
)
def test_oversized_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, said: str
) -> None:
    file = outlines_file(tmp_path)
    assert read_outlines(file)
    monkeypatch.setattr(read, bound, most)
    with pytest.raises(ValueError, match=said):
        read_outlines(file)
