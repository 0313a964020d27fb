"""Whether an authority is one of the federal government, by its name."""

import pytest

from bot.record.federal_authorities import FEDERAL_AUTHORITIES, Government, government_of


@pytest.mark.parametrize(
    "name",
    [
        "U.S. Department of Justice",
        "U.S. Department of Justice, Office of Justice Programs",
        "Office for Civil Rights, U.S. Department of Education",
        "US Department of Education",
        "United States Department of Labor",
        "the U.S. Attorney's Office for the Southern District of Ohio",
        "United States Attorney for the District of Colorado",
        "Department of Justice of the United States",
        "Attorney General of the United States",
        "U.S. Immigration and Customs Enforcement (ICE)",
        "ICE Denver Field Office",
        "FEMA Region 8",
        "Federal Trade Commission",
        "Federal Bureau of Investigation, Washington, D.C.",
        "Centers for Medicare & Medicaid Services",
        "U.S. Senate Committee on the Judiciary",
        "U.S. House Committee on Oversight and Accountability",
        *(name for name in FEDERAL_AUTHORITIES if name not in ("Office of Management and Budget", "White House")),
    ],
)
def test_a_federal_authority_is_known_by_its_name(name: str) -> None:
    assert government_of(name) is Government.FEDERAL


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "Department of Education",
        "Department of Justice, Washington, D.C.",
        "DOJ",
        "Justice Department",
        "Office of Management and Budget",
        "White House",
        "Department of Justice, Civil Rights Division, Disability Rights Section",
        "Assistant Attorney General, Department of Justice",
        "Department of Education/Office for Civil Rights",
        "DOJ Civil Rights Division",
        "Department of Education Office for Civil Rights",
        "Justice Department's Civil Rights Division",
        "EPA Region 5",
        "Department of Labor, Wage and Hour Division",
    ],
)
def test_a_name_that_states_have_too_is_perhaps_federal(name: str) -> None:
    assert government_of(name) is Government.PERHAPS_FEDERAL


@pytest.mark.parametrize(
    "name",
    [
        "Ohio Attorney General",
        "Attorney General of Ohio",
        "Ohio Department of Education",
        "Department of Education, State of Ohio",
        "Department of Transportation of Colorado",
        "Oregon Department of Justice",
        "Ohio EPA",
        "Ohio Civil Rights Commission",
        "Texas House Committee on Elections",
        "Governor of Texas",
        "Department of State Police",
        "City of Chicago, Department of Law",
        "Franklin County Prosecutor",
        "U.S. Virgin Islands Department of Justice",
        "Attorney General of the U.S. Virgin Islands",
        "Puerto Rico Department of Justice",
        "U.S. Conference of Mayors",
        "Federal Way School District",
        "Iced Tea Company",
        "Ohio DOJ Civil Rights Division",
        "Department of Transportation and Public Facilities",
        "Attorney General Dave Yost",
        "Office of Personnel Management, State of Arkansas",
        "The Authority",
        "Cal/OSHA",
        "Department of Labor, Virgin Islands",
        "Department of Justice, Navajo Nation",
        "Navajo Nation, Department of Justice",
        "Department of Education, Los Angeles",
        "Department of Transportation, Chicago",
        "Department of Education, OH",
        "Department of Commerce, Community, and Economic Development",
        "White House, TN",
        "White House, Tennessee",
    ],
)
def test_any_other_authority_is_not_federal(name: str) -> None:
    assert government_of(name) is Government.OTHER
