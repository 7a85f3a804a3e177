"""The organiser's and supervisor's pages: what they do, what they hide, and how many queries they take."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from contests.models import Heat, Notice
from contests.states import HeatState
from core.models import Job
from judging import services
from judging.models import Draw, Invitation, Mark, Ranking, ScoreSheet
from judging.queries import heats as queries
from judging.queries.rankings import rankings_visible_to
from judging.states import ConflictKind, SheetState
from messaging.models import Message
from projects.models import Participation
from projects.states import Outcome
from tests import factories
from tests.factories import NOW
from tests.judging.heats import draw, locked, opened, prepared

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=400)


def page(client, name, *args, query="") -> str:
    answer = client.get(reverse(f"judging:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def queries_of(client, django_assert_max_num_queries, url, most) -> int:
    client.get(url)
    with django_assert_max_num_queries(most) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


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
    wanted = factories.JudgeFactory(kind="investor", fields=["新材料"], region=factories.qingdao())
    factories.JudgeFactory(kind="technical", fields=["新材料"])
    factories.JudgeFactory(kind="investor", fields=["金融"])
    gone = factories.JudgeFactory(kind="investor", fields=["新材料"], active=False)
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


# ---------------------------------------------------------------- lock, ranking, publication


def test_the_lock_page_names_who_is_late_and_locks_when_nobody_is(signed_in):
    made = opened(entries=2)
    client = signed_in(made.by)
    url = reverse("judging:lock", args=[made.heat.pk])
    refused = client.post(url)
    assert refused.status_code == 422
    assert made.judges[0].person.name in refused.content.decode()
    made.fill()

    answer = client.post(url)

    assert answer["Location"] == reverse("judging:ranking", args=[Ranking.objects.get().pk])


def ranked(**more):
    """Five judges, trimmed, with a tie on the line and one recused sheet."""
    rule = {
        "trim_scope": "sheet", "trim_high": 1, "trim_low": 1, "min_marks_to_trim": 4, "min_valid_marks": 3,
        "tie_chain": ["untrimmed_sum", "all_advance"],
    }  # fmt: skip
    made = opened(entries=3, judges=5, per_entry=5, rule=rule, places=2, **more)
    made.fill(lambda entry, seat: (50 + seat if entry == 0 else 40 + seat, 30))
    ScoreSheet.objects.filter(
        assignment__participation__entry=made.entries[0], assignment__judge=made.judges[4]
    ).update(state=SheetState.RECUSED)
    made.rankings = made.lock()
    made.heat.refresh_from_db()
    return made


def test_the_ranking_strikes_dropped_figures_marks_ties_and_draws_the_line(signed_in):
    made = ranked()
    text = page(signed_in(made.by), "ranking", made.rankings[0].pk)

    rows = re.findall(r"<tr.*?</tr>", text, re.S)
    first = next(row for row in rows if made.entries[0].title in row)
    assert re.findall(r"<s>([\d.]+)</s>", first) == ["81", "84"]
    assert "已回避" in first
    assert sum("并列" in row and "ly-tie" in row for row in rows) == 2
    assert "ly-cut" not in text
    assert "名额增加1个" in text


def test_the_steps_of_a_place_are_words_of_the_record(signed_in):
    made = ranked()
    (ranking,) = made.rankings
    place = ranking.places.get(participation__entry=made.entries[1])
    client = signed_in(made.by)

    alone = client.get(
        reverse("judging:ranking", args=[ranking.pk]), {"place": place.pk},
        headers={"HX-Request": "true", "HX-Target": "place"},
    ).content.decode()  # fmt: skip

    for words in (
        "收到5份评分表",
        "去掉1个最高分（5号评委）",
        "75.00",
        "其余3个分数相加",
        "219.00",
        "73.00",
        "晋级线上并列",
    ):
        assert words in alone, words
    assert "<html" not in alone
    assert alone.strip() in page(client, "ranking", ranking.pk, query=f"?place={place.pk}")


def test_a_filter_narrows_the_ranking(signed_in):
    made = locked(entries=3)
    client = signed_in(made.by)
    (ranking,) = made.rankings

    by_word = page(client, "ranking", ranking.pk, query=f"?q={made.entries[2].title}")
    by_outcome = page(client, "ranking", ranking.pk, query="?outcome=promoted")

    assert made.entries[2].title in by_word
    assert made.entries[0].title not in by_word
    assert made.entries[0].title in by_outcome
    assert made.entries[2].title not in by_outcome


def test_the_excel_file_holds_every_mark(signed_in):
    from io import BytesIO

    from openpyxl import load_workbook

    made = ranked()
    made.entries[1].company_name = "=cmd()"
    made.entries[1].save()

    answer = signed_in(made.by).get(reverse("judging:ranking_xlsx", args=[made.rankings[0].pk]))
    book = load_workbook(BytesIO(answer.content))

    places, marks = book.worksheets[0], book.worksheets[1]
    assert [row[2].value for row in places.iter_rows(min_row=2)] == [entry.number for entry in made.entries]
    assert [row[4].data_type for row in places.iter_rows(min_row=2)][1] == "s"
    sheets = list(marks.iter_rows(min_row=2, values_only=True))
    assert len(sheets) == 15
    stored = {
        (mark.sheet.assignment.participation.entry.number, mark.sheet.assignment.judge_id): mark.value
        for mark in Mark.objects.filter(criterion__key="innovation", sheet__state="submitted")
    }
    seats = dict(made.heat.invitations.values_list("seat", "judge_id"))
    assert {(row[1], seats[row[3]]): row[5] for row in sheets if row[5] is not None} == stored


def test_the_summary_is_a_pdf_with_the_check_code(signed_in):
    import pypdfium2

    made = ranked()
    answer = signed_in(made.by).get(reverse("judging:ranking_pdf", args=[made.rankings[0].pk]))

    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(answer.content))
    assert made.entries[0].number in text
    assert made.rankings[0].digest[:12] in text.replace("\n", "").replace("\r", "")


def test_results_are_public_by_one_act_and_the_contestant_sees_no_earlier(signed_in, client):
    made = locked(entries=3)
    made.heat.stage.season.contact = "0531-0000"
    owner = made.entries[0].project.owner
    own = Participation.objects.get(entry=made.entries[0])
    result = reverse("judging:result", args=[own.pk])
    assert signed_in(owner).get(result).status_code == 404
    organiser = signed_in(made.by)
    assert made.entries[0].title in page(organiser, "publish", made.heat.pk)

    sent = {"closes_at": "2027-07-01T18:00", "title": "结果公示", "body": "现予公示。"}
    answer = organiser.post(reverse("judging:publish", args=[made.heat.pk]), sent)

    notice = Notice.objects.get()
    assert answer["Location"] == reverse("contests:notice", args=[notice.pk])
    assert [(line.number, line.level, line.leader) for line in notice.lines.all()] == [
        ("T-0001", "晋级", ""), ("T-0002", "递补", ""),
    ]  # fmt: skip
    made.heat.refresh_from_db()
    assert (made.heat.state, made.heat.notice) == (HeatState.PUBLISHED, notice)
    assert Message.objects.filter(kind="judging.results").count() == 3
    shown = signed_in(owner).get(result).content.decode()
    assert "第1名" in shown
    assert "70.00" not in shown
    assert signed_in(made.entries[1].project.owner).get(result).status_code == 404


def test_a_notice_period_in_the_past_is_refused_with_everything_typed(signed_in):
    made = locked(entries=2)

    answer = signed_in(made.by).post(
        reverse("judging:publish", args=[made.heat.pk]),
        {"closes_at": "2020-01-01T18:00", "title": "我的标题", "body": "正文"},
    )

    assert answer.status_code == 422
    assert "我的标题" in answer.content.decode()
    assert not Notice.objects.exists()


def test_a_corrected_ranking_replaces_the_public_notice():
    made = locked(entries=2)
    first = services.publish_results(made.heat, closes_at=LATER, by=made.by, at=NOW + timedelta(hours=3))
    Mark.objects.filter(sheet__assignment__participation__entry=made.entries[1]).update(value=38)
    services.rerank(made.heat, reason="更正", by=made.by, at=NOW + timedelta(hours=4))

    second = services.publish_results(made.heat, closes_at=LATER, by=made.by, at=NOW + timedelta(hours=5))

    first.refresh_from_db()
    assert (second.replaces, first.withdrawn_at) == (first, NOW + timedelta(hours=5))
    assert second.lines.first().number == "T-0002"


# ---------------------------------------------------------------- the supervisor


def test_records_recompute_and_say_so(signed_in):
    made = ranked()
    client = signed_in(factories.supervisor(made.season))
    text = page(client, "records")
    assert made.rankings[0].code in text
    assert made.heat.draws.get().code in text
    check = reverse("judging:check_ranking", args=[made.rankings[0].pk])

    assert "复算一致" in client.post(check, follow=True).content.decode()
    assert (
        "复算一致"
        in client.post(reverse("judging:check_draw", args=[made.heat.draws.get().pk]), follow=True).content.decode()
    )
    Mark.objects.filter(sheet__assignment__participation__entry=made.entries[0]).update(value=1)
    assert "复算不一致" in client.post(check, follow=True).content.decode()


def test_a_supervisor_looks_and_changes_nothing(signed_in):
    made = opened(entries=1)
    client = signed_in(factories.supervisor(made.season))

    assert "催办" not in page(client, "progress", made.heat.pk)
    for name in ("remind", "open", "invite"):
        assert client.post(reverse(f"judging:{name}", args=[made.heat.pk])).status_code == 403


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("entries", [1, 3])
def test_the_ranking_takes_the_same_queries_at_any_size(signed_in, entries, django_assert_max_num_queries):
    made = locked(entries=entries, marks=lambda entry, seat: (40 - entry, 30))
    url = reverse("judging:ranking", args=[made.rankings[0].pk])

    assert queries_of(signed_in(made.by), django_assert_max_num_queries, url, 8) == 7


@pytest.mark.parametrize("entries", [1, 3])
def test_the_excel_file_takes_the_same_queries_at_any_size(signed_in, entries, django_assert_max_num_queries):
    made = locked(entries=entries)
    url = reverse("judging:ranking_xlsx", args=[made.rankings[0].pk])

    assert queries_of(signed_in(made.by), django_assert_max_num_queries, url, 8) == 8


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("name", "expected"), [("heats", 11), ("progress", 7), ("judges", 16), ("heat", 13)])
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

    assert queries_of(signed_in(user), django_assert_max_num_queries, reverse("judging:records"), 20) == 10


def test_a_drawn_order_is_public_for_everybody(client):
    made = prepared(entries=3, kind="live")
    draw(made, "judges")
    drawn = draw(made, "order")

    text = page(client, "draw_record", drawn.pk)

    assert all(entry.number in text for entry in made.entries)
    assert Outcome.PENDING in set(made.heat.participations.values_list("outcome", flat=True))


def test_a_long_summary_is_printed_in_the_background(signed_in, monkeypatch, django_capture_on_commit_callbacks):
    made = locked(entries=2)
    monkeypatch.setattr("judging.views.rankings.PRINTED_AT_ONCE", 1)
    client = signed_in(made.by)
    url = reverse("judging:ranking_pdf", args=[made.rankings[0].pk])

    assert client.get(url).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url)

    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job", args=[job.pk])
    assert (job.state, job.result.read(5)) == (Job.State.DONE, b"%PDF-")
