"""Carrying messages outside, away from the page that caused them."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from messaging.channels import DeliveryError, sms
from messaging.models import Delivery

MOST_TRIES = 3
PAUSE = timedelta(minutes=5)
log = logging.getLogger(__name__)


@task()
def deliver(numbers: list[int]) -> None:
    """Sends waiting deliveries once each; one that fails is tried again later, three times in all."""
    waiting = Delivery.objects.filter(pk__in=numbers, state=Delivery.State.WAITING).select_related("message")
    again = [delivery.pk for delivery in waiting if not _carry(delivery)]
    if again and deliver.get_backend().supports_defer:
        deliver.using(run_after=timezone.now() + PAUSE).enqueue(again)


def _carry(delivery: Delivery) -> bool:
    """Whether nothing is left to do for this delivery: it went out, or was given up."""
    delivery.tries += 1
    try:
        _hand_over(delivery)
        delivery.state, delivery.sent_at, delivery.error = Delivery.State.SENT, timezone.now(), ""
    except (DeliveryError, SMTPException, OSError) as error:
        delivery.error = f"{type(error).__name__}: {error}"[:200]
        if delivery.tries >= MOST_TRIES:
            delivery.state = Delivery.State.FAILED
        log.warning("Delivery %s was not taken (try %s): %s", delivery.pk, delivery.tries, delivery.error)
    delivery.save(update_fields=["tries", "state", "sent_at", "error"])
    return delivery.state != Delivery.State.WAITING


def _hand_over(delivery: Delivery) -> None:
    message = delivery.message
    link = f"{settings.SITE_URL}{message.link}" if message.link else ""
    with override(settings.LANGUAGE_CODE):
        site = settings.SITE_NAME or _("Luyan")
    if delivery.channel == Delivery.Channel.SMS:
        sms().send(delivery.address, f"【{site}】{message.subject} {link}".strip())
    else:
        text = f"{message.body}\n\n{link}".strip()
        send_mail(f"[{site}] {message.subject}", text, None, [delivery.address])
