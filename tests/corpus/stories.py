"""A news story of the letters of 24 January 2018, in the shape of one that stood in the paper; written for the tests."""

STORY = """\
date 2018-01-24 The Justice Department raised the pressure on what it calls sanctuary jurisdictions on Wednesday.

On Wednesday the department sent letters to 23 jurisdictions that, it says, have not shown that they comply with federal law.
The letters warn that cities and counties failing to cooperate by Feb. 23 will be subpoenaed, and they threaten to withhold
grants. In November the department had sent letters to 29 jurisdictions. The law, 8 U.S.C. § 1373, is about sharing
information with federal immigration authorities.

The Justice Department sent the letters to the following jurisdictions:

· Chicago, Illinois;

· Cook County, Illinois;

· New York City, New York;

· State of California;

· Albany, New York;

· Berkeley, California;

· Bernalillo County, New Mexico;

· Burlington, Vermont;

· City and County of Denver, Colorado;

· Fremont, California;

· Jackson, Mississippi;

· King County, Washington;

· Lawrence, Massachusetts;

· City of Los Angeles, California;

· Louisville Metro, Kentucky;

· Monterey County, California;

· Sacramento County, California;

· City and County of San Francisco, California;

· Sonoma County, California;

· Watsonville, California;

· West Palm Beach, Florida;

· State of Illinois; and

· State of Oregon.
"""

#: A story whose list is one run-on sentence, with places named in passing; written for the tests.
RUN_ON = """\
WASHINGTON, January 24, 2018 (AP) — The U.S. Department of Justice on Wednesday stepped up its pressure on cities and counties
that limit their work with federal immigration agents.

The department sent letters on Wednesday to 23 jurisdictions, demanding documents by Feb. 23 and threatening subpoenas. Those
that got one of them, the department said, range from the biggest to the smallest, with Albany, New York, Berkeley, California,
Bernalillo County, New Mexico, Burlington, Vermont, Chicago, Illinois, Cook County, Illinois, Denver, Colorado, Fremont,
California, Jackson, Mississippi, King County, Washington, Lawrence, Massachusetts, Los Angeles, California, Louisville,
Kentucky, Monterey County, California, New York City, New York, Sacramento County, California, San Francisco, California,
Sonoma County, California, Watsonville, California, West Palm Beach, Florida, and the states of California, Illinois and Oregon
on the list that was handed out at a news conference.

Mayor Mike Duggan of Detroit said he had not heard of the letters. In Portland, Oregon, the council met on Tuesday.
"""
