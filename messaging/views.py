"""The inbox: what the product has told somebody."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.problems import authorize
from messaging import services
from messaging.models import Message

PAGE = 20


@require_GET
def inbox(request):
    found = Message.objects.visible_to(request.user)
    unread = request.GET.get("show") == "unread"
    page = Paginator(found.unread() if unread else found, PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/inbox.html", {"page": page, "only_unread": unread})


@require_GET
def message(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user).prefetch_related("deliveries"), pk=pk)
    authorize(request.user, "messaging.view_message", found)
    services.mark_read(Message.objects.filter(pk=found.pk), by=request.user)
    return render(request, "messaging/message.html", {"message": found})


@require_POST
def mark_all_read(request):
    count = services.mark_read(Message.objects.visible_to(request.user), by=request.user)
    if count:
        messages.success(request, _("All messages are marked as read."))
    return redirect("messaging:inbox")
