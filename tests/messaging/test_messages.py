"""Messages: into the inbox at once, out by mail and SMS when the write holds, never to strangers."""

import pytest
from django.db import transaction
from django.urls import reverse

from core.problems import Refused
from messaging import channels, services
from messaging.channels import DeliveryError
from messaging.models import Delivery, Message
from messaging.tasks import MOST_TRIES, deliver
from tests.factories import UserFactory

WORDS = {"kind": "entry.returned", "subject": "报名已退回", "body": "请更正参保人数。", "link": "/entries/7/"}


class NoSms:
    def send(self, phone, text):
        raise DeliveryError("no credit left")


@pytest.fixture
def lin(db):
    return UserFactory(display_name="林晓棠", email="lin@example.cn", phone="+8613800138000")


def states() -> dict:
    return dict(Delivery.objects.values_list("channel", "state"))


def test_goes_out_by_mail_and_sms(lin, mailoutbox, capsys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.send(lin, channels=("mail", "sms"), **WORDS)

    assert states() == {"mail": "sent", "sms": "sent"}
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["lin@example.cn"], "[路演台] 报名已退回")]
    assert "http://testserver/entries/7/" in mailoutbox[0].body
    assert "【路演台】报名已退回 http://testserver/entries/7/" in capsys.readouterr().out


def test_channels_without_an_address_are_left_out(db, mailoutbox):
    services.send(UserFactory(email="", phone=""), channels=("mail", "sms"), **WORDS)

    assert Message.objects.count() == 1
    assert states() == {}


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_the_write_is_taken_back(mailoutbox):
    user = UserFactory(email="lin@example.cn")

    def write_and_fail():
        with transaction.atomic():
            services.send(user, **WORDS)
            raise Refused("no")

    with pytest.raises(Refused):
        write_and_fail()

    assert (Message.objects.count(), mailoutbox) == (0, [])


def test_a_provider_that_fails_is_tried_three_times(lin, monkeypatch):
    monkeypatch.setattr("messaging.tasks.sms", NoSms)
    message = services.send(lin, channels=("sms",), **WORDS)
    number = message.deliveries.get().pk
    for _ in range(MOST_TRIES + 1):
        deliver.call([number])

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("failed", MOST_TRIES)
    assert "no credit left" in delivery.error


def test_a_delivery_leaves_once(lin, mailoutbox):
    number = services.send(lin, **WORDS).deliveries.get().pk

    deliver.call([number])
    deliver.call([number])

    assert len(mailoutbox) == 1


def test_bulk_runs_write_to_inboxes_alone(lin, mailoutbox, django_assert_num_queries):
    with django_assert_num_queries(1), services.inside_only():
        for _ in range(30):
            services.send(lin, channels=("mail", "sms"), **WORDS)

    assert (Message.objects.count(), Delivery.objects.count(), mailoutbox) == (30, 0, [])


def test_provider_is_the_one_of_the_settings(settings):
    settings.SMS_BACKEND = f"{__name__}.NoSms"

    with pytest.raises(DeliveryError):
        channels.sms().send("+8613800138000", "x")


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("number", [1, 3])
def test_inbox_costs_the_same_for_any_number(signed_in, lin, number, django_assert_num_queries):
    for _ in range(number):
        services.send(lin, **WORDS)
    client = signed_in(lin)

    with django_assert_num_queries(6):
        page = client.get("/messages/")

    assert page.content.decode().count("报名已退回") == number


def test_reading_a_message_marks_it(signed_in, lin):
    message = services.send(lin, **WORDS)

    page = signed_in(lin).get(reverse("messaging:message", args=[message.pk])).content.decode()

    message.refresh_from_db()
    assert message.read_at is not None
    assert 'href="/entries/7/"' in page


def test_others_messages_do_not_exist_for_me(signed_in, lin):
    message = services.send(lin, **WORDS)

    response = signed_in(UserFactory()).get(reverse("messaging:message", args=[message.pk]))

    message.refresh_from_db()
    assert response.status_code == 404
    assert message.read_at is None


def test_lists_and_rule_agree_on_who_sees_a_message(lin):
    services.send(lin, **WORDS)
    other = UserFactory()
    message = Message.objects.get()

    seen = {user: Message.objects.visible_to(user).exists() for user in (lin, other)}

    assert seen == {user: user.has_perm("messaging.view_message", message) for user in (lin, other)}
    assert seen == {lin: True, other: False}


def test_marks_only_my_own_as_read(signed_in, lin):
    other = UserFactory()
    services.send(lin, **WORDS)
    services.send(other, **WORDS)

    signed_in(lin).post("/messages/read/")

    assert set(Message.objects.unread().values_list("to", flat=True)) == {other.pk}


def test_only_unread_ones_on_demand(signed_in, lin):
    read = services.send(lin, **WORDS | {"subject": "旧消息"})
    services.mark_read(Message.objects.filter(pk=read.pk), by=lin)
    services.send(lin, **WORDS)

    page = signed_in(lin).get("/messages/?show=unread").content.decode()

    assert "旧消息" not in page
    assert "报名已退回" in page
