"""Every rule of reading finds its examples, and nothing where it says so."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bot.reader.rules import TABLES, Rule, RuleTable, every_rule, rule_table

RULES = tuple(every_rule())
MARKED = re.compile(r"\[(?P<found>[^\[\]]*)\]")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_its_examples_and_nothing_else(rule: Rule) -> None:
    assert rule.examples, f"{rule.name} has no example"
    for example in rule.examples:
        marked = MARKED.search(example)
        found = rule.regex.search(MARKED.sub(r"\g<found>", example))
        assert found and found[0].strip() == (marked["found"] if marked else example).strip(), example
    for text in rule.not_in:
        assert not rule.regex.search(text), text


def test_each_rule_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(rule.name for rule in RULES).items() if times > 1] == []


def test_a_rule_forbids_what_another_finds_only_where_it_finds_something_itself_around_it() -> None:
    city = Rule("a city", r"Boise | Reno", ("Boise",), group="place")
    rules = RuleTable([city, Rule("no city", r"\bnot\s@", ("not @Boise@",), forbids=("place",))], {})
    assert [match[0] for match in rules.matches("to Boise, not Boise, but Reno", "place")] == ["Boise", "Reno"]
    assert [match[0] for match in rules.matches("not to Boise", "a city")] == ["Boise"]


def test_each_rule_forbids_one_that_there_is() -> None:
    for file in TABLES.glob("*.toml"):
        table = rule_table(file.stem)
        names = {*table, *(rule.group for rule in table.values())}
        assert {name for rule in table.values() for name in rule.forbids} <= names, file.stem
