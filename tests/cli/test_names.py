"""Names on the command line: an exact one is answered, anything else lists whom it may mean and exits with 1."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("State of New York", "New York"),
        ("new york state", "New York"),
        ("New York, NY", "New York City, NY"),
        ("City of New York", "New York City, NY"),
        ("Washington State", "Washington"),
        ("District of Columbia", "Washington, D.C."),
        ("City of Washington", "Washington, D.C."),
        ("Denver County", "Denver, CO"),
        ("City of Denver", "Denver, CO"),
        ("City & County of Denver", "Denver, CO"),
        ("SAN FRANCISCO COUNTY, CALIF.", "San Francisco, CA"),
        ("County of Cook, Ill.", "Cook County, IL"),
        ("Chicago\u2019s", "Chicago, IL"),
        ("Jackson, Mississippi (city)", "Jackson, MS"),
        ("State of Vermont", "Vermont"),
    ],
)
def test_an_exact_name_is_answered(run: Run, typed: str, label: str) -> None:
    code, out, _ = run("status", typed, "--example", "--json")
    place = json.loads(out)
    assert code == 0
    shown = (
        place["jurisdiction"]
        if place["kind"] in ("state", "federal-district")
        else f"{place['jurisdiction']}, {place['state']}"
    )
    assert shown == label


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("State of Chicago", ["Chicago, IL (city)"]),
        ("City of Oregon", ["Oregon (state)"]),
        ("Vermont (city)", ["Vermont (state)"]),
        ("Portland, ME", ["Portland, OR (city)"]),
        ("Chicago, IN", ["Chicago, IL (city)"]),
        ("Chicago Indiana", ["Chicago, IL (city)"]),
        ("Denver (metro)", ["Denver, CO (city and county)"]),
        ("Cook", ["Cook County, IL (county)"]),
        ("City of Cook", []),
        ("State of Oklahoma", []),
        ("Denvre", ["Denver, CO (city and county)"]),
    ],
)
def test_any_other_name_is_refused_with_those_that_it_may_mean(run: Run, typed: str, meant: list[str]) -> None:
    code, out, err = run("status", typed, "--example")
    assert (code, out) == (1, "")
    assert f"No place called “{typed}” is recorded" in err
    assert all(f"\n  {label}" in err for label in meant)
    assert not meant or err.split("\n")[1] == f"  {meant[0]}"
