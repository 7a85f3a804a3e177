from django.contrib import admin

from core.admin import ReadOnly
from messaging.models import Delivery, Message


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["sent_at", "to", "kind", "subject", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["to"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """What became of mails and SMS; the address itself stays hidden."""

    list_display = ["message", "channel", "state", "tries", "error", "sent_at"]
    list_filter = ["channel", "state"]
    list_select_related = ["message"]
    exclude = ["address"]
