"""Authorities of the federal government, and whether a name is one: that decides whose law may be cited for a deadline."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache, lru_cache

from bot.record.place_names import STATES

# The name of each, then its other forms. A form in capitals matches only in capitals.
FEDERAL_AUTHORITIES = {
    "U.S. Department of Justice": "Department of Justice|Justice Department|Justice Dept.|Dept. of Justice|DOJ|DoJ"
    "|Office of Justice Programs|Bureau of Justice Assistance"
    "|U.S. Attorney General|United States Attorney General|US Attorney General",
    "U.S. Department of Homeland Security": "Department of Homeland Security|Homeland Security Department|Homeland Security "
    "Secretary|Secretary of Homeland Security|DHS",
    "U.S. Immigration and Customs Enforcement": "Immigration and Customs Enforcement|ICE",
    "U.S. Customs and Border Protection": "Customs and Border Protection|CBP",
    "U.S. Citizenship and Immigration Services": "Citizenship and Immigration Services|USCIS",
    "Federal Emergency Management Agency": "Federal Emergency Management Agency|FEMA",
    "U.S. Department of Education": "Department of Education|Education Department|Education Secretary|Secretary of Education"
    "|ED",
    "U.S. Department of Health and Human Services": "Department of Health and Human Services|Department of Health & Human "
    "Services|"
    "Health and Human Services Department|Secretary of Health and Human Services|HHS",
    "Centers for Medicare & Medicaid Services": "Centers for Medicare & Medicaid Services|Centers for Medicare and Medicaid "
    "Services|CMS",
    "U.S. Food and Drug Administration": "Food and Drug Administration|FDA",
    "Centers for Disease Control and Prevention": "Centers for Disease Control and Prevention|Centers for Disease Control|CDC",
    "U.S. Department of Housing and Urban Development": "Department of Housing and Urban Development|Department of Housing & "
    "Urban "
    "Development|Housing and Urban Development Department|Secretary of Housing and Urban Development|HUD",
    "U.S. Department of Transportation": "Department of Transportation|Transportation Department|Transportation Secretary|"
    "Secretary of Transportation|USDOT|U.S. DOT",
    "Federal Highway Administration": "Federal Highway Administration|FHWA",
    "Federal Transit Administration": "Federal Transit Administration|FTA",
    "Federal Aviation Administration": "Federal Aviation Administration|FAA",
    "U.S. Department of the Treasury": "Department of the Treasury|Treasury Department|Treasury Secretary|Secretary of the "
    "Treasury",
    "Internal Revenue Service": "Internal Revenue Service|IRS",
    "U.S. Department of Labor": "Department of Labor|Labor Department|Labor Secretary|Secretary of Labor|DOL",
    "Occupational Safety and Health Administration": "Occupational Safety and Health Administration|OSHA",
    "U.S. Department of Agriculture": "Department of Agriculture|Agriculture Department|Agriculture Secretary|Secretary of "
    "Agriculture|USDA",
    "U.S. Department of the Interior": "Department of the Interior|Interior Department|Interior Secretary|Secretary of the "
    "Interior",
    "U.S. Department of Commerce": "Department of Commerce|Commerce Department|Commerce Secretary|Secretary of Commerce",
    "U.S. Census Bureau": "Census Bureau",
    "U.S. Department of Energy": "Department of Energy|Energy Department|Energy Secretary|Secretary of Energy|DOE",
    "U.S. Department of Defense": "Department of Defense|Defense Department|Pentagon|Secretary of Defense|DOD",
    "U.S. Department of State": "Department of State|State Department|Secretary of State",
    "U.S. Department of Veterans Affairs": "Department of Veterans Affairs|Veterans Affairs Department",
    "U.S. Environmental Protection Agency": "Environmental Protection Agency|EPA",
    "Federal Trade Commission": "Federal Trade Commission|FTC",
    "Federal Communications Commission": "Federal Communications Commission|FCC",
    "U.S. Securities and Exchange Commission": "Securities and Exchange Commission|SEC",
    "Consumer Financial Protection Bureau": "Consumer Financial Protection Bureau|CFPB",
    "U.S. Equal Employment Opportunity Commission": "Equal Employment Opportunity Commission|EEOC",
    "National Labor Relations Board": "National Labor Relations Board|NLRB",
    "U.S. Government Accountability Office": "Government Accountability Office|GAO",
    "Office of Management and Budget": "Office of Management and Budget|OMB",
    "U.S. Election Assistance Commission": "Election Assistance Commission|EAC",
    "U.S. Commission on Civil Rights": "Commission on Civil Rights|Civil Rights Commission",
    "Social Security Administration": "Social Security Administration|SSA",
    "Federal Bureau of Investigation": "Federal Bureau of Investigation|FBI",
    "Drug Enforcement Administration": "Drug Enforcement Administration|DEA",
    "Bureau of Alcohol, Tobacco, Firearms and Explosives": "Bureau of Alcohol, Tobacco, Firearms and Explosives|ATF",
    "Federal Energy Regulatory Commission": "Federal Energy Regulatory Commission|FERC",
    "U.S. Army Corps of Engineers": "Army Corps of Engineers",
    "U.S. Bureau of Reclamation": "Bureau of Reclamation",
    "Bureau of Land Management": "Bureau of Land Management|BLM",
    "U.S. Fish and Wildlife Service": "Fish and Wildlife Service",
    "U.S. Forest Service": "Forest Service",
    "National Park Service": "National Park Service",
    "U.S. Small Business Administration": "Small Business Administration|SBA",
    "Nuclear Regulatory Commission": "Nuclear Regulatory Commission|NRC",
    "Consumer Product Safety Commission": "Consumer Product Safety Commission|CPSC",
    "National Highway Traffic Safety Administration": "National Highway Traffic Safety Administration|NHTSA",
    "U.S. Office of Personnel Management": "Office of Personnel Management|OPM",
    "Federal Election Commission": "Federal Election Commission|FEC",
    "Federal Reserve": "Federal Reserve",
    "AmeriCorps": "AmeriCorps",
    "National Endowment for the Arts": "National Endowment for the Arts",
    "National Science Foundation": "National Science Foundation|NSF",
    "National Institutes of Health": "National Institutes of Health|NIH",
    "National Archives and Records Administration": "National Archives and Records Administration|NARA",
    "U.S. Commodity Futures Trading Commission": "Commodity Futures Trading Commission|CFTC",
    "Federal Deposit Insurance Corporation": "Federal Deposit Insurance Corporation|FDIC",
    "Office of the Comptroller of the Currency": "Office of the Comptroller of the Currency|Comptroller of the Currency",
    "National Credit Union Administration": "National Credit Union Administration|NCUA",
    "Federal Housing Finance Agency": "Federal Housing Finance Agency|FHFA",
    "U.S. Trade Representative": "U.S. Trade Representative|United States Trade Representative|USTR",
    "Federal Railroad Administration": "Federal Railroad Administration",
    "Federal Motor Carrier Safety Administration": "Federal Motor Carrier Safety Administration|FMCSA",
    "Transportation Security Administration": "Transportation Security Administration|TSA",
    "National Transportation Safety Board": "National Transportation Safety Board|NTSB",
    "Health Resources and Services Administration": "Health Resources and Services Administration|HRSA",
    "Substance Abuse and Mental Health Services Administration": "Substance Abuse and Mental Health Services Administration|"
    "SAMHSA",
    "Administration for Children and Families": "Administration for Children and Families",
    "Cybersecurity and Infrastructure Security Agency": "Cybersecurity and Infrastructure Security Agency|CISA",
    "National Oceanic and Atmospheric Administration": "National Oceanic and Atmospheric Administration|NOAA",
    "National Aeronautics and Space Administration": "National Aeronautics and Space Administration|NASA",
    "Bureau of Indian Affairs": "Bureau of Indian Affairs",
    "White House": "White House",
}
#: The name for each form.
FEDERAL_FORMS = {
    form: name for name, forms in FEDERAL_AUTHORITIES.items() for form in (name, name.removeprefix("U.S. "), *forms.split("|"))
}

# After "U.S.": what only the federal government has. "U.S. Steel" and "U.S. Conference of Mayors" are none of it, and the U.S.
# Virgin Islands have departments of their own.
_FEDERAL_OFFICES = (
    "Department", "Dept", "Attorney", "Secretary", "Senate", "Senator", "House", "Congress", "Representative", "Solicitor",
    "District Court", "Court of", "Supreme Court", "Marshal", "Marshals", "Secret Service", "Postal", "Coast Guard",
    "Air Force", "Army", "Navy", "Trustee", "Commission on", "Office of", "Bureau of", "Probation", "Sentencing Commission",
    "International Trade Commission", "Geological Survey", "Copyright Office", "Patent and Trademark Office",
)  # fmt: skip
# Names and initials that states and cities use as well.
_SHARED = re.compile(
    r"(?:department|dept\.?|secretary) of .*|.* (?:department|dept\.?|secretary)|environmental protection agency"
    r"|civil rights commission|commission on civil rights|forest service|fish and wildlife service|attorney general"
    r"|office of (?:management and budget|personnel management)|doj|doe|dol|dod|ed|epa|white house",
    re.IGNORECASE,
)
_U_S = r"(?:the )?(?:u\. ?s\.?|us|united states|federal)"
_MARK = re.compile(rf"{_U_S} ", re.IGNORECASE)
_OF_THE_U_S = re.compile(rf" of {_U_S}(?: of america)?$", re.IGNORECASE)
_PART_OF = re.compile(r"'s?,? (?:the )?| (?:the )?(?=office|bureau|.*\bdivision|region|field|inspector)", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)|,? washington,? d\.? ?c\b\.?", re.IGNORECASE)  # (DOJ); , Washington, D.C.
# What may stand beside a department as its part, or as somebody in it: "Civil Rights Division", "Assistant Secretary".
_OFFICE = re.compile(
    r"\b(?:office|bureau|division|region|section|branch|unit|administration|service|agency|center|program|directorate"
    r"|headquarters|attorney general|secretary|director|commissioner|administrator|inspector|counsel)\b",
    re.IGNORECASE,
)
_COMMITTEE = re.compile(r"(?:house|senate) (?:permanent )?(?:select )?(?:sub)?committee on ", re.IGNORECASE)
_OTHER_PLACE = re.compile(rf"\b(?:{'|'.join(map(re.escape, STATES.values()))}|city|county|town|state)\b", re.IGNORECASE)


class Government(Enum):
    """Whether an authority belongs to the federal government."""

    FEDERAL = auto()
    #: A name that the federal government shares with others ("Department of Education"), or none at all.
    PERHAPS_FEDERAL = auto()
    OTHER = auto()


@lru_cache(maxsize=1024)
def government_of(authority: str) -> Government:
    """Whose authority that is, by its name alone, which may have a part of the authority before or after it.

    1. Federal is a name that says so ("U.S. Attorney for the District of Colorado", "Department of Justice of the United
       States") and one that only the federal government has ("FEMA Region 8").
    2. A name with another place in it belongs there ("Ohio Department of Education").
    3. A name that others have too is perhaps federal, and so is no name, unless what stands beside it may be a place
       ("Department of Education, Los Angeles"). Any other is not.
    """
    plain = " ".join(_ASIDE.sub(" ", authority).split())
    if not plain:
        return Government.PERHAPS_FEDERAL
    plain, *_ = plain.split("/")  # the rest is a part of it; in "Cal/OSHA" it is only named like one
    parts = [part for part in re.split(r" ?[,;] ?| [-\u2013\u2014] ", plain) if part]
    ends = {_of_part(part) for part in (plain, *parts[:1], *parts[-1:])}
    if Government.FEDERAL in ends:
        return Government.FEDERAL
    if Government.PERHAPS_FEDERAL in ends and all(map(_may_be_federal, parts)):
        return Government.PERHAPS_FEDERAL
    return Government.OTHER


def _may_be_federal(part: str) -> bool:
    known = _of_part(part) is not Government.OTHER or _OFFICE.search(part)
    return bool(known) and not _OTHER_PLACE.search(part)


def _of_part(part: str) -> Government:
    marked = _MARK.match(part)
    name = part[marked.end() :] if marked else re.sub(r"^the ", "", part, flags=re.IGNORECASE)
    own = _own_beginnings(bool(marked))
    if _OF_THE_U_S.search(part) or own.match(name) or own.match(part):
        return Government.FEDERAL
    # "DOJ Civil Rights Division", "Department of Education Office for Civil Rights"
    wholes = {name, *(name[: part_of.start()] for part_of in _PART_OF.finditer(name))}
    same = {form if form.isupper() else form.casefold() for form in _forms()}
    shared = any(whole in same or whole.casefold() in same for whole in wholes) or _COMMITTEE.match(name)
    return Government.PERHAPS_FEDERAL if shared else Government.OTHER


@cache
def _own_beginnings(is_marked: bool) -> re.Pattern[str]:
    """The beginnings of names that only the federal government has; `is_marked`: after "U.S." or the like."""
    if is_marked:
        return _beginning([*_forms(), *_FEDERAL_OFFICES])
    return _beginning([form for form in _forms() if not _SHARED.fullmatch(form)])


@cache
def _forms() -> tuple[str, ...]:
    """Every form of every federal authority, without "U.S."."""
    return tuple(dict.fromkeys(_MARK.sub("", form, count=1) if form[:1] == "U" else form for form in FEDERAL_FORMS))


def _beginning(forms: list[str]) -> re.Pattern[str]:
    """One of these at the beginning; initials only in capitals."""
    return re.compile("|".join(rf"{form}\b" if form.isupper() else rf"(?i:{re.escape(form)})(?!\w)" for form in forms))
