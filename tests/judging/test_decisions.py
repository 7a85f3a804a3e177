"""Equals the rule gives to the jury, moved places of a correction, and a rule tried on earlier marks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import AuditEntry
from judging import exports, services
from judging.models import JuryDecision, Mark, Ranking
from judging.queries.versions import moved_places
from tests.factories import NOW
from tests.judging.heats import locked

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


def decide(client, ranking, **typed):
    return client.post(reverse("judging:decide", args=[ranking.pk]), {"reason": "合议", "jury": "全体评委", **typed})


def test_the_jury_puts_equals_in_order(client):
    made = locked(entries=3, places=1, marks=lambda entry, seat: (40, 30), rule={"tie_chain": ["jury"]})
    client.force_login(made.by)
    first = made.rankings[0]
    group = {"group": "order-T-0001"}
    order = {"place-T-0001": "2", "place-T-0002": "1"}

    assert client.get(reverse("judging:decide", args=[first.pk])).status_code == 200
    short = decide(client, first, **group, **order)
    assert (short.status_code, Ranking.objects.count()) == (422, 1)
    assert 'value="合议"' in short.content.decode() or "合议</textarea>" in short.content.decode()
    assert decide(client, first, **group, **order, **{"place-T-0003": "2"}).status_code == 422
    assert decide(client, first, **group, **order, **{"place-T-0003": "3"}, jury=" ").status_code == 422
    assert decide(client, first, **group, **order, **{"place-T-0003": "3"}).status_code == 302

    row = JuryDecision.objects.get()
    assert (row.entries, row.jury, row.by, row.ranking.version) == (
        ["T-0002", "T-0001", "T-0003"],
        "全体评委",
        made.by,
        2,
    )
    assert AuditEntry.objects.filter(verb="ranking.decide").count() == 1
    assert [place.rank for place in row.ranking.places.order_by("order")] == [1, 2, 3]
    assert "全体评委" not in str(exports.bundle(row.ranking))
    assert decide(client, first, **group, **order, **{"place-T-0003": "3"}).status_code == 422


def test_the_jury_says_who_goes_on_from_the_line(client):
    made = locked(entries=3, places=2, marks=lambda entry, seat: (40 if entry == 0 else 30, 30))
    client.force_login(made.by)

    assert decide(client, made.rankings[0], group="line-T-0002", entries=["T-0002", "T-0003"]).status_code == 422
    assert decide(client, made.rankings[0], group="line-T-0002", entries=["T-0003"]).status_code == 302

    row = JuryDecision.objects.get()
    assert (row.on_line, row.entries) == (True, ["T-0003"])
    assert [(one.number, one.before.outcome, one.after.outcome) for one in moved_places(row.ranking)] == [
        ("T-0002", "pending", "reserve"), ("T-0003", "pending", "promoted"),
    ]  # fmt: skip


def test_a_correction_lists_who_moved_on_the_page_in_the_export_and_in_the_notice(client):
    made = locked(entries=3, places=1)
    notice = services.publish_results(made.heat, closes_at=LATER + timedelta(days=7), by=made.by, at=LATER)
    Mark.objects.filter(sheet__assignment__participation__entry=made.entries[2], criterion__key="innovation").update(
        value=Decimal(60)
    )
    (second,) = services.rerank(made.heat, reason="录入更正", by=made.by, at=LATER + timedelta(hours=1))

    found = moved_places(second)
    assert [(one.number, one.steps) for one in found] == [("T-0003", 2), ("T-0001", -1), ("T-0002", -1)]
    assert moved_places(made.rankings[0]) == []
    client.force_login(made.by)
    for name in ("ranking", "moved"):
        assert client.get(reverse(f"judging:{name}", args=[second.pk])).content.decode().count("T-0003") >= 1
    assert b"PK" in exports.ranking_workbook(second)[:2]
    made.heat.refresh_from_db()
    again = services.publish_results(
        made.heat, closes_at=LATER + timedelta(days=9), by=made.by, at=LATER + timedelta(hours=2)
    )
    assert "录入更正" in again.body
    assert "T-0003：未列入 → 晋级" in again.body
    assert "录入更正" not in notice.body


def test_a_rule_is_tried_on_earlier_marks_and_nothing_is_written(client):
    made = locked(entries=3, marks=lambda entry, seat: (40 - entry, 30 + entry * (5 if seat == 1 else 0)))
    client.force_login(made.by)
    rule = made.stage.scoring_rule
    path = reverse("judging:try_rule", args=[rule.pk])
    assert client.get(path).status_code == 200
    same = client.get(path, {"ranking": made.rankings[0].pk})
    assert same.context["tried"].moved == []
    unknown = [{"kind": "criterion", "criterion": "unknown"}]
    rule.data = {"trim_scope": "sheet", "trim_high": 1, "min_marks_to_trim": 3, "tie_chain": unknown}
    rule.save()
    count = AuditEntry.objects.count()

    tried = client.get(path, {"ranking": made.rankings[0].pk, "all": "1"})

    assert [one.number for one in tried.context["tried"].moved] == ["T-0001", "T-0003"]
    assert tried.context["tried"].left_out == ["unknown"]
    assert len(tried.context["page"].object_list) == 3
    assert (Ranking.objects.count(), AuditEntry.objects.count()) == (1, count)


def test_a_mark_changed_behind_the_products_back_is_named_on_the_records_page(client):
    made = locked(entries=2)
    mark = Mark.objects.filter(
        sheet__assignment__participation__entry=made.entries[0], sheet__assignment__judge=made.judges[1]
    )
    mark.filter(criterion__key="innovation").update(value=Decimal("12.5"))
    client.force_login(made.by)

    said = client.post(reverse("judging:check_ranking", args=[made.rankings[0].pk]), follow=True).content.decode()

    assert "T-0001" in said
    assert "2号评委" in said
    assert "12.5" in said
