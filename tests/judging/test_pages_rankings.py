"""Lock, ranking, files, publication and records: what the pages show, to whom, and when."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contests.models import Notice
from contests.states import HeatState
from core.models import Job
from core.templatetags.luyan import moment
from judging import services
from judging.models import Mark, Ranking, ScoreSheet
from judging.states import SheetState
from messaging.models import Message
from projects.models import Participation
from tests import factories
from tests.factories import NOW
from tests.judging.heats import locked, opened
from tests.judging.pages import page, queries_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=400)


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

    sent = {
        "closes_at": "2027-07-01T18:00", "title": "结果公示", "body": "现予公示。", "title_en": "Results",
        "body_en": "Published for public notice.",
    }  # fmt: skip
    answer = organiser.post(reverse("judging:publish", args=[made.heat.pk]), sent)

    notice = Notice.objects.get()
    assert answer["Location"] == reverse("contests:notice", args=[notice.pk])
    assert (notice.title_en, notice.body_en) == ("Results", "Published for public notice.")
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


def test_the_usual_text_follows_another_end_of_objections(signed_in):
    made = locked(entries=2)
    address, organiser = reverse("judging:publish", args=[made.heat.pk]), signed_in(made.by)
    usual = organiser.get(address).context["form"]
    later = timezone.localtime(usual.initial["closes_at"]) + timedelta(days=3)
    sent = {"closes_at": f"{later:%Y-%m-%dT%H:%M}", "title": "公示", "body": usual.initial["body"]}

    answer = organiser.post(address, sent)

    assert answer.status_code == 422
    text = answer.context["form"]["body"].value()
    assert (moment(later) in text, moment(usual.initial["closes_at"]) in text) == (True, False)
    assert organiser.post(address, sent | {"body": text}).status_code == 302
    assert Notice.objects.get().body == text


def test_a_corrected_ranking_replaces_the_public_notice():
    made = locked(entries=2)
    first = services.publish_results(made.heat, closes_at=LATER, by=made.by, at=NOW + timedelta(hours=3))
    Mark.objects.filter(sheet__assignment__participation__entry=made.entries[1]).update(value=38)
    services.rerank(made.heat, reason="更正", by=made.by, at=NOW + timedelta(hours=4))

    second = services.publish_results(
        made.heat, closes_at=LATER, title_en="Corrected results", by=made.by, at=NOW + timedelta(hours=5)
    )

    first.refresh_from_db()
    assert all([first.title_en, first.body_en])
    assert (second.title_en, second.body_en) == ("Corrected results", "")
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

    assert queries_of(signed_in(made.by), django_assert_max_num_queries, url, 8) == 8


@pytest.mark.parametrize("entries", [1, 3])
def test_the_excel_file_takes_the_same_queries_at_any_size(signed_in, entries, django_assert_max_num_queries):
    made = locked(entries=entries)
    url = reverse("judging:ranking_xlsx", args=[made.rankings[0].pk])

    assert queries_of(signed_in(made.by), django_assert_max_num_queries, url, 8) == 8


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
