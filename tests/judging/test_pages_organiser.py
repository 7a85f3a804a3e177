"""The organiser's and supervisor's pages: what they do, what they hide, and how many queries they take."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from contests.models import Heat
from contests.states import HeatState
from judging import services
from judging.models import Draw, Invitation, ScoreSheet
from judging.queries import heats as queries
from judging.queries.rankings import rankings_visible_to
from judging.states import ConflictKind, SheetState
from messaging.models import Message
from projects.states import Outcome
from tests import factories
from tests.factories import NOW
from tests.judging.heats import draw, locked, opened, prepared
from tests.judging.pages import page, queries_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=400)


# ---------------------------------------------------------------- who sees which heat


def test_the_list_and_the_rule_agree_for_every_role_and_heat():
    made = prepared()
    season = made.season
    zone = made.entries[0].zone
    other_zone = factories.RecommendingUnitFactory(season=season, region=factories.qingdao())
    of_zone = factories.HeatFactory(stage=made.stage, zone=zone)
    factories.HeatFactory(stage=made.stage, zone=other_zone)
    elsewhere = factories.HeatFactory()
    users = [
        made.by, factories.province(elsewhere.stage.season), factories.supervisor(season), factories.city(zone),
        factories.city(other_zone), factories.administrator(), factories.UserFactory(), factories.clerk(zone),
        made.judges[0].person.user,
    ]  # fmt: skip

    for user in users:
        listed = set(queries.heats_visible_to(user))
        allowed = {heat for heat in Heat.objects.all() if user.has_perm("judging.watch_heat", heat)}
        assert listed == allowed, user
    assert set(queries.heats_visible_to(users[3])) == {of_zone}


def test_rankings_are_seen_by_those_who_watch_the_heat_and_by_nobody_else():
    made = locked(entries=2)
    (ranking,) = made.rankings
    watchers = [made.by, factories.supervisor(made.season), factories.administrator()]
    others = [
        made.judges[0].person.user, made.entries[0].project.owner, factories.city(made.entries[0].zone),
        factories.province(factories.SeasonFactory()),
    ]  # fmt: skip

    assert [list(rankings_visible_to(user)) for user in watchers] == [[ranking]] * 3
    assert [list(rankings_visible_to(user)) for user in others] == [[]] * 4


# ---------------------------------------------------------------- from the list to the draw


def test_a_heat_is_prepared_from_the_list(signed_in):
    stage = factories.StageFactory()
    factories.EntryFactory(season=stage.season, state="qualified", track=factories.TrackFactory(season=stage.season))
    client = signed_in(factories.province(stage.season))
    assert "建立场次" in page(client, "heats")

    answer = client.post(reverse("judging:prepare", args=[stage.pk]))

    heat = Heat.objects.get()
    assert answer["Location"] == reverse("judging:heat", args=[heat.pk])
    assert "建立场次" not in page(client, "heats")


def test_the_library_is_searched_and_ticked_judges_are_invited(signed_in):
    made = prepared(judges=0)
    wanted = factories.JudgeFactory(kind="investor", fields={"新材料": 2}, region=factories.qingdao())
    factories.JudgeFactory(kind="technical", fields={"新材料": 2})
    factories.JudgeFactory(kind="investor", fields={"金融": 2})
    gone = factories.JudgeFactory(kind="investor", fields={"新材料": 2}, active=False)
    client = signed_in(made.by)
    found = page(client, "judges", made.heat.pk, query="?show=library&kind=investor&field=新材料&city=370200")
    assert wanted.person.name in found
    assert len(re.findall(r'name="judges"', found)) == 1
    assert gone.person.name not in found

    client.post(reverse("judging:invite", args=[made.heat.pk]), {"judges": [wanted.pk], "capacity": "7"})

    asked = Invitation.objects.get()
    assert (asked.judge, asked.capacity) == (wanted, 7)
    assert Message.objects.get().to == wanted.person.user


def test_everybody_found_is_invited_at_once(signed_in):
    made = prepared(judges=1)
    fits = [factories.JudgeFactory(kind="investor") for _ in range(3)]
    factories.JudgeFactory(kind="finance")

    signed_in(made.by).post(
        reverse("judging:invite", args=[made.heat.pk]), {"everybody": "1", "kind": "investor", "capacity": ""}
    )

    assert set(made.heat.invitations.exclude(judge=made.judges[0]).values_list("judge", flat=True)) == {
        one.pk for one in fits
    }


def test_conflicts_are_listed_with_their_reason_and_declared(signed_in):
    made = prepared(entries=2, judges=2)
    made.judges[0].region = made.entries[0].region
    made.judges[0].save()
    client = signed_in(made.by)
    url = reverse("judging:conflicts", args=[made.heat.pk])
    assert "同市" in page(client, "conflicts", made.heat.pk)

    wrong = client.post(
        url, {"judge": made.judges[1].pk, "entry": "X-1", "kind": "kin", "source": "举报", "hard": "on"}
    )
    assert wrong.status_code == 422
    assert "没有这个编号" in wrong.content.decode()
    sent = {"judge": made.judges[1].pk, "entry": made.entries[1].number, "kind": "kin", "source": "举报", "hard": "on"}
    assert client.post(url, sent).status_code == 302

    assert made.judges[1].conflicts.get().kind == ConflictKind.KIN
    assert "举报" in page(client, "conflicts", made.heat.pk, query=f"?judge={made.judges[1].pk}")


def test_the_draw_goes_from_check_code_to_record_on_one_page(signed_in, client):
    made = prepared(entries=2)
    organiser = signed_in(made.by)
    url = reverse("judging:draw", args=[made.heat.pk])
    organiser.post(url, {"purpose": "judges"})
    committed = Draw.objects.get()
    client.logout()
    before = page(client, "draw_record", committed.pk)
    assert committed.commitment in before
    assert committed.secret not in before
    organiser = signed_in(made.by)

    missing = organiser.post(url, {"purpose": "judges", "witness": "", "witness_name": "王公证"})
    assert missing.status_code == 422
    assert "王公证" in missing.content.decode()
    organiser.post(url, {"purpose": "judges", "witness": "36271", "witness_name": "王公证"})

    drawn = Draw.objects.get()
    assert drawn.drawn_at is not None
    after = page(client, "draw_record", drawn.pk)
    assert "36271" in after
    assert drawn.secret not in after
    assert not any(entry.number in after for entry in made.entries)
    Heat.objects.update(state=HeatState.LOCKED)
    assert drawn.secret in page(client, "draw_record", drawn.pk)


def test_an_impossible_draw_says_why_and_keeps_what_was_typed(signed_in):
    made = prepared(entries=1, judges=3)
    services.declare_conflict(made.judges[0], entry=made.entries[0], kind="kin", source="亲属", by=made.by)
    client = signed_in(made.by)
    url = reverse("judging:draw", args=[made.heat.pk])
    client.post(url, {"purpose": "judges"})

    answer = client.post(url, {"purpose": "judges", "witness": "36271", "witness_name": "王公证"})

    assert answer.status_code == 422
    assert made.entries[0].number in answer.content.decode()
    assert 'value="36271"' in answer.content.decode()


# ---------------------------------------------------------------- scoring, without a score


MARK = "37.25"


def test_progress_counts_and_shows_no_mark(signed_in):
    made = opened(entries=2)
    made.fill(lambda entry, seat: (MARK, MARK))
    ScoreSheet.objects.filter(pk=made.sheets().first().pk).update(state=SheetState.DRAFT)
    client = signed_in(made.by)

    pages = [
        page(client, "progress", made.heat.pk),
        page(client, "progress", made.heat.pk, query="?show=entries"),
        page(client, "panel", made.heat.pk, made.heat.participations.first().pk),
        page(client, "heat", made.heat.pk),
        page(client, "lock", made.heat.pk),
    ]

    assert "5" in pages[0]
    for text in pages:
        assert MARK not in text
        assert "74.5" not in text


def test_reminders_go_to_those_who_owe_a_sheet(signed_in):
    made = opened(entries=1)
    made.fill()
    late = made.sheets().first()
    ScoreSheet.objects.filter(pk=late.pk).update(state=SheetState.DRAFT)
    Message.objects.all().delete()

    signed_in(made.by).post(reverse("judging:remind", args=[made.heat.pk]))

    assert [one.to for one in Message.objects.all()] == [late.assignment.judge.person.user]


def test_an_absent_judge_is_noted_with_the_reason(signed_in):
    made = opened(entries=2)
    asked = made.heat.invitations.first()
    client = signed_in(made.by)
    url = reverse("judging:absent", args=[made.heat.pk])

    client.post(url, {"invitation": asked.pk, "reason": ""})
    assert not made.sheets().filter(state=SheetState.ABSENT).exists()
    client.post(url, {"invitation": asked.pk, "reason": "生病"})

    assert {one.reason for one in made.sheets().filter(state=SheetState.ABSENT)} == {"生病"}


def test_a_late_conflict_voids_the_sheet_and_the_next_judge_takes_the_place(signed_in):
    made = opened(entries=2, judges=4, per_entry=3)
    participation = made.heat.participations.first()
    sheet = ScoreSheet.objects.filter(assignment__participation=participation).first()
    client = signed_in(made.by)
    url = reverse("judging:panel", args=[made.heat.pk, participation.pk])

    client.post(url, {"sheet": sheet.pk, "act": "void", "kind": "holding", "reason": "持有股份"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason) == (SheetState.VOID, "持有股份")
    assert sheet.assignment.judge.conflicts.get().kind == ConflictKind.HOLDING
    client.post(url, {"sheet": sheet.pk, "act": "replace", "reason": "回避"})

    states = ScoreSheet.objects.filter(assignment__participation=participation).values_list("state", flat=True)
    assert sorted(states) == ["draft", "draft", "draft", "void"]
    again = client.post(url, {"sheet": sheet.pk, "act": "replace", "reason": "回避"})
    assert again.status_code == 422
    assert "已有3位评委" in again.content.decode()


def test_a_replacement_is_refused_when_nobody_is_left(signed_in):
    made = opened(entries=1, judges=3)
    participation = made.heat.participations.get()
    sheet = made.sheets().first()
    services.void_sheet(sheet, reason="回避", by=made.by)
    client = signed_in(made.by)
    url = reverse("judging:panel", args=[made.heat.pk, participation.pk])
    sent = {"sheet": sheet.pk, "act": "replace", "reason": "补评"}
    assert client.post(url, sent).status_code == 422

    late = factories.JudgeFactory(region=factories.qingdao())
    asked = services.invite(made.heat, late, by=made.by)
    services.answer(asked, accepted=True, by=late.person.user)
    services.pledge(asked, typed_name=late.person.name, by=late.person.user)
    assert client.post(url, sent).status_code == 302

    assert made.sheets().filter(assignment__judge=late).count() == 1


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("name", "expected"), [("heats", 11), ("progress", 8), ("judges", 20), ("heat", 16)])
def test_lists_take_the_same_queries_at_any_size(signed_in, name, expected, size, django_assert_max_num_queries):
    made = opened(entries=size, judges=size, per_entry=1)
    for _ in range(size - 1):
        factories.HeatFactory(stage=made.stage)
    url = reverse(f"judging:{name}", args=[] if name == "heats" else [made.heat.pk])

    assert queries_of(signed_in(made.by), django_assert_max_num_queries, url, 30) == expected


@pytest.mark.parametrize("size", [1, 3])
def test_records_take_the_same_queries_at_any_size(signed_in, size, django_assert_max_num_queries):
    made = locked(entries=2)
    for _ in range(size - 1):
        factories.HeatFactory(stage=made.stage, state=HeatState.LOCKED)
    user = factories.administrator()

    assert queries_of(signed_in(user), django_assert_max_num_queries, reverse("judging:records"), 20) == 11


def test_a_drawn_order_is_public_for_everybody(client):
    made = prepared(entries=3, kind="live")
    draw(made, "judges")
    drawn = draw(made, "order")

    text = page(client, "draw_record", drawn.pk)

    assert all(entry.number in text for entry in made.entries)
    assert Outcome.PENDING in set(made.heat.participations.values_list("outcome", flat=True))
