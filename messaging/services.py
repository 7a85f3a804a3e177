"""Messages to accounts: kept in the product, and carried outside by mail or SMS."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils import timezone

from messaging import tasks
from messaging.models import Delivery, Message

_held: ContextVar[list[Message] | None] = ContextVar("messages_held", default=None)


@contextmanager
def inside_only() -> Iterator[None]:
    """A bulk run that writes to the inboxes alone: nothing goes out, and the rows are inserted together at the end."""
    if _held.get() is not None:
        yield
        return
    token = _held.set([])
    try:
        yield
        Message.objects.bulk_create(_held.get(), batch_size=500)
    finally:
        _held.reset(token)


def send(
    user, *, kind: str, subject: str, body: str, link: str = "", channels: Iterable[str] = ("mail",), by=None
) -> Message:
    """Puts a message into the account's inbox and sends it out by those channels the account has an address for.

    It leaves only when the surrounding transaction holds, and it never fails the write it belongs to: what became
    of each delivery stands beside the message. `by` is whoever caused it, None the system; `link` is a path of ours.
    """
    message = Message(to=user, kind=kind, subject=str(subject)[:160], body=str(body), link=link)
    held = _held.get()
    if held is not None:
        message.sent_at = timezone.now()
        held.append(message)
        return message
    with transaction.atomic():
        message.save(force_insert=True)
        deliveries = Delivery.objects.bulk_create(_deliveries(message, channels))
        if deliveries:
            numbers = [delivery.pk for delivery in deliveries]
            transaction.on_commit(lambda: tasks.deliver.enqueue(numbers))
    return message


def _deliveries(message: Message, channels: Iterable[str]) -> list[Delivery]:
    addresses = {Delivery.Channel.MAIL: message.to.email, Delivery.Channel.SMS: message.to.phone}
    return [Delivery(message=message, channel=one, address=addresses[one]) for one in channels if addresses[one]]


@transaction.atomic
def mark_read(messages, *, by, at=None) -> int:
    """Notes that the reader has seen these of their own messages; answers how many were new."""
    return messages.filter(to=by, read_at=None).update(read_at=at or timezone.now())
