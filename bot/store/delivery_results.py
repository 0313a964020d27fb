"""What became of a notice that was claimed: `store.deliveries.settle` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.record.errors import Undeliverable
from bot.record.problems import Fault
from bot.store.notices import Notice

REFUSED_WAIT = timedelta(hours=1)  # before a notice that Discord refused is tried again, if nothing says that it was corrected
DOUBTED = timedelta(days=1)  # one that may have been posted in a channel that cannot be read waits so long for it


@dataclass(frozen=True)
class DeliveryResult:
    """What became of a claimed notice. It is written if the claim still holds; otherwise another has the notice now."""

    notice: Notice
    state: str
    #: When it may be tried again, if it is not settled.
    not_before: datetime
    #: None leaves the reason of an earlier attempt.
    reason: str | None = None
    #: Discord may have posted it.
    maybe_sent: bool = False
    #: It may be taken up again at once.
    ready: bool = False
    message_id: int | None = None
    sent_at: datetime | None = None
    #: It goes to the server's fallback channel, if there is one.
    falls_back: bool = False
    #: Why Discord refuses it, if it does until a person corrects something.
    refusal: Undeliverable | None = None

    @property
    def follows(self) -> bool:
        """Whether it goes to the channel that was set meanwhile: it was certainly not posted, or refused.

        What may have been posted before a restore stays, to be looked for where it would have been.
        """
        if self.notice.restored:
            return False
        return self.state == "undeliverable" or (self.state == "pending" and not self.maybe_sent)

    @property
    def late_by(self) -> int | None:
        """Whole seconds between the moment when it was due and the post."""
        return None if self.sent_at is None else max(0, int((self.sent_at - self.notice.due_at).total_seconds()))


def sent(notice: Notice, message_id: int, now: datetime) -> DeliveryResult:
    """The receipt."""
    return DeliveryResult(notice, "sent", now, maybe_sent=True, message_id=message_id, sent_at=now)


def superseded(notice: Notice, reason: str, now: datetime) -> DeliveryResult:
    return DeliveryResult(notice, "superseded", now, reason)


def set_aside(notice: Notice, reason: str, now: datetime, maybe_sent: bool) -> DeliveryResult:
    """It waits until what it depends on can be read again. `maybe_sent`: as of `retry`."""
    return DeliveryResult(notice, "set aside", now, reason, maybe_sent)


def retry(notice: Notice, at: datetime, reason: str, maybe_sent: bool) -> DeliveryResult:
    """A later attempt. `maybe_sent`: the answer was lost, so Discord may have posted it."""
    return DeliveryResult(notice, "pending", at, reason, maybe_sent)


def put_back(notice: Notice, now: datetime, maybe_sent: bool) -> DeliveryResult:
    """This attempt was given up before anything was posted. `maybe_sent`: an earlier one may have posted it."""
    return DeliveryResult(notice, "pending", now, maybe_sent=maybe_sent, ready=True)


def undeliverable(notice: Notice, now: datetime, failure: Undeliverable, maybe_sent: bool) -> DeliveryResult:
    """Discord refuses it until a person corrects something.

    It is tried again in an hour; at once in the server's fallback channel, if it is the channel that is refused; or where the
    channel was changed meanwhile. `maybe_sent`: an earlier attempt may have posted it, and the bot could not look. It then
    stays with its channel for a day, since the history may be readable again, unless the channel was deleted.
    """
    obstacle = failure.obstacle
    first_tried = notice.posted_from or notice.due_at
    stays = maybe_sent and now - first_tried < DOUBTED and not (obstacle and obstacle.fault is Fault.GONE)
    falls_back = obstacle is not None and not stays and not notice.restored
    return DeliveryResult(
        notice, "undeliverable", now + REFUSED_WAIT, str(failure), maybe_sent, falls_back=falls_back, refusal=failure
    )
