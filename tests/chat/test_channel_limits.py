"""How many posts a channel takes, by the headers of Discord's answers, whatever they are and in whatever order they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.channel_limits import LONGEST, SILENT, ChannelLimits

HERE, THERE = 1, 2


class Discord:
    """A channel's limit as Discord keeps it, and its answers; `now` is everybody's time."""

    def __init__(self) -> None:
        self.now = 5000.0
        self.limits = ChannelLimits(lambda: self.now)

    def headers(self, remaining: object, reset_after: float, limit: object = 5) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{1_800_000_000 + self.now + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        }

    def answers(self, remaining: object, reset_after: float, limit: object = 5, status: int = 200) -> None:
        self.limits.answered(HERE, status, self.headers(remaining, reset_after, limit))

    def state(self) -> tuple[int, float]:
        return self.limits.room(HERE), round(self.limits.room_in(HERE), 3)


@pytest.fixture
def discord() -> Discord:
    return Discord()


def test_a_channel_that_was_not_heard_of_takes_five(discord: Discord) -> None:
    assert discord.state() == (5, 0)


def test_what_remains_is_what_the_last_answer_said_until_the_window_is_over(discord: Discord) -> None:
    discord.answers(4, 5.0)
    discord.now += 1
    discord.answers(3, 4.0)
    assert discord.state() == (3, 4)
    assert discord.limits.room(THERE) == 5
    discord.now += 4
    assert discord.state() == (5, 0)


def test_the_limit_is_the_one_that_discord_says(discord: Discord) -> None:
    discord.answers(9, 2.0, limit=10)
    assert discord.state() == (9, 2)
    discord.now += 2
    assert discord.state() == (10, 0)


@given(st.permutations([4, 3, 2, 1, 0]))
def test_answers_that_overtake_each_other_leave_the_lowest_count(order: list[int]) -> None:
    discord = Discord()
    for remaining in order:
        discord.answers(remaining, 5.0)
    assert discord.state() == (0, 5)


def test_a_late_answer_of_an_earlier_window_says_nothing_of_this_one(discord: Discord) -> None:
    late = discord.headers(1, 5.0)
    discord.answers(0, 5.0)
    discord.now += 5.1
    discord.answers(4, 5.0)
    discord.limits.answered(HERE, 200, late)
    assert discord.state() == (4, 5)


def test_an_answer_of_the_next_window_ends_the_one_before(discord: Discord) -> None:
    """A post that was long on its way is counted in the next window while we still think of the last."""
    discord.answers(0, 5.0)
    discord.now += 4.9
    discord.answers(4, 5.0)
    assert discord.state() == (4, 5)


def test_the_way_of_an_answer_does_not_prolong_the_window(discord: Discord) -> None:
    headers = discord.headers(3, 5.0)
    discord.answers(4, 5.0)
    discord.now += 0.2
    discord.limits.answered(HERE, 200, headers)
    assert discord.state() == (3, 4.8)


def test_a_server_without_limits_limits_nothing(discord: Discord) -> None:
    discord.limits.answered(HERE, 200, {})
    assert discord.limits.room(HERE) > 500
    assert discord.limits.room_in(HERE) == 0
    discord.answers(4, 5.0)
    assert discord.state() == (4, 5)


@pytest.mark.parametrize("status", [500, 502, 400])
def test_a_post_of_which_no_limits_were_said_counts_as_one(discord: Discord, status: int) -> None:
    discord.limits.answered(HERE, status, {})
    discord.limits.lost(HERE)
    assert discord.state() == (3, 5)
    discord.answers(4, 5.0)
    discord.limits.lost(HERE)
    assert discord.limits.room(HERE) == 3
    discord.now += 5
    assert discord.state() == (5, 0)


def test_a_refused_channel_takes_nothing_until_discord_said(discord: Discord) -> None:
    discord.answers(0, 3.2, status=429)
    discord.limits.refused(HERE, 3.2)
    assert discord.state() == (0, 3.2)
    discord.now += 3.2
    assert discord.state() == (5, 0)


def test_a_limit_that_is_shared_is_another_than_the_one_that_is_counted(discord: Discord) -> None:
    discord.answers(3, 1.0, status=429)
    discord.limits.refused(HERE, 65)
    discord.now += 2
    discord.answers(4, 5.0)  # of a post that was under way
    assert discord.state() == (0, 63)
    discord.now += 63
    assert discord.state() == (5, 0)


@pytest.mark.parametrize(
    ("remaining", "reset_after", "limit", "state"),
    [
        (-3, 5.0, 5, (0, 5)),
        (12, 5.0, 5, (5, 0)),
        (0, -1.0, 5, (5, 0)),
        (0, 0.0, 5, (5, 0)),
        (0, 1e12, 5, (0, LONGEST)),
        (0, 5.0, 0, (0, 5)),
        (0, 5.0, -5, (0, 5)),
        ("4.0", 5.0, "5.0", (4, 5)),
    ],
)
def test_odd_numbers_are_kept_within_reason(
    discord: Discord, remaining: object, reset_after: float, limit: object, state: tuple[int, float]
) -> None:
    discord.answers(remaining, reset_after, limit)
    assert discord.state() == state


header = st.sampled_from(["Limit", "Remaining", "Reset", "Reset-After", "Scope"]).map("X-RateLimit-{}".format)
nonsense = st.one_of(
    st.text(max_size=5), st.floats().map(str), st.integers().map(str), st.sampled_from(["", "-0", "1e999", "٣"])
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([200, 403, 429, 500]),
            st.dictionaries(header, nonsense),
            st.floats(0, 20),
        ),
        max_size=20,
    )
)
def test_no_headers_break_a_post_or_close_a_channel_for_good(answers: list[tuple[int, dict[str, str], float]]) -> None:
    discord = Discord()
    for status, headers, seconds in answers:
        discord.limits.answered(HERE, status, headers)
        if status == 429:
            discord.limits.refused(HERE, seconds * 1e6)
        discord.now += seconds
        assert discord.limits.room(HERE) >= 0
        assert 0 <= discord.limits.room_in(HERE) <= LONGEST
    discord.now += LONGEST
    assert discord.limits.room(HERE) >= 1
    assert discord.limits.room_in(HERE) == 0


def test_channels_that_are_silent_are_forgotten(discord: Discord) -> None:
    for channel_id in range(1000):
        discord.limits.answered(channel_id, 200, discord.headers(9, 5.0, limit=10))
    discord.limits.refused(HERE, 300)
    discord.now += 2 * SILENT
    discord.limits.answered(THERE, 200, discord.headers(4, 5.0))
    assert set(discord.limits._channels) == {HERE, THERE}
    assert discord.limits.room(HERE) == 0
    assert discord.limits.room(3) == 5
