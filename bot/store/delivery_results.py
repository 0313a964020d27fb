"""What became of a notice that was claimed: `store.deliveries.settle` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.notices import Notice

REFUSED_WAIT = timedelta(hours=1)  # before a notice that Discord refused is tried again


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


def undeliverable(notice: Notice, now: datetime, reason: str, maybe_sent: bool) -> DeliveryResult:
    """Discord refuses it until a person corrects something.

    It is tried again in an hour, or at once where the channel was changed meanwhile. `maybe_sent`: an earlier attempt may have
    posted it, and the bot could not look.
    """
    return DeliveryResult(notice, "undeliverable", now + REFUSED_WAIT, reason, maybe_sent)
