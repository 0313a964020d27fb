"""What a server's locale settles: which number is the month in "2/3/2018"."""

from __future__ import annotations

from discord import Locale

from bot.record.deadlines.dates import DateOrder

# Short dates of Unicode CLDR 45. Locales that write the year first (Swedish, Hungarian, Lithuanian, Chinese, Japanese, Korean)
# do not show how they would write a date that ends with the year, so they settle nothing.
DAY_FIRST = frozenset(
    {
        Locale.british_english,
        Locale.bulgarian,
        Locale.croatian,
        Locale.czech,
        Locale.danish,
        Locale.dutch,
        Locale.finnish,
        Locale.french,
        Locale.german,
        Locale.greek,
        Locale.hindi,
        Locale.indonesian,
        Locale.italian,
        Locale.latin_american_spanish,
        Locale.norwegian,
        Locale.polish,
        Locale.brazil_portuguese,
        Locale.romanian,
        Locale.russian,
        Locale.spain_spanish,
        Locale.thai,
        Locale.turkish,
        Locale.ukrainian,
        Locale.vietnamese,
    }
)


def date_order(locale: Locale | None) -> DateOrder | None:
    """The order of day and month in that locale; None if it settles none, so that both readings are offered."""
    if locale is Locale.american_english:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if locale in DAY_FIRST else None
