"""The judge library: a list from Excel, accounts, codes, signed texts, ties, objections and reminders."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files import File
from django.db import connection
from django.urls import reverse

from core.models import AuditEntry
from core.problems import Refused
from judging import services
from judging.imports.judges import read_judges
from judging.models import Invitation, Judge, PayAccount, PromiseText, Signature
from judging.queries.panel import own_participations
from judging.queries.roster import city_names
from judging.services import codes, library, panel, pool, promises
from judging.services.roster import NEW, check_judges, import_judges
from judging.states import ConflictKind, ConflictSide, InvitationState, PromiseKind
from judging.workbook import judges_template
from tests import factories
from tests.factories import NOW
from tests.judging.heats import prepared
from tests.judging.pages import queries_of

pytestmark = pytest.mark.django_db
ROW = {"姓名": "李示例", "类型": "投资", "单位": "山东示例创投", "单位性质": "企业", "专业领域": "海洋经济3、现代农业"}


def office():
    """A provincial organiser."""
    return factories.province(factories.SeasonFactory())


def workbook(*rows, headings=None) -> File:
    """The template of the product with rows in it, as an office sends it back."""
    book = openpyxl.load_workbook(BytesIO(judges_template(city_names())))
    sheet = book["评委"]
    places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, places[heading], value)
    for heading, name in (headings or {}).items():
        sheet.cell(1, places[heading], name)
    out = BytesIO()
    book.save(out)
    return File(BytesIO(out.getvalue()), "评委.xlsx")


def read(*rows, **more):
    return read_judges(workbook(*rows, **more), name="评委.xlsx", regions=city_names())


def test_fields_carry_grades_and_the_library_is_searched_by_them(signed_in):
    by = office()
    known = factories.JudgeFactory(fields={"marine": 3, "info": 1}, languages=["en"], second_kind="finance")
    factories.JudgeFactory(fields={"info": 2})
    browser = signed_in(by)

    def found(query):
        return [judge.pk for judge in browser.get(reverse("judging:library") + query).context["page"]]

    assert found("?field=marine") == found("?language=en") == found("?kind=finance") == [known.pk]
    assert len(found("?field=info")) == 2
    assert found("?q=" + known.person.name) == [known.pk]
    assert known.graded_names[0][1] != known.graded_names[1][1]
    with pytest.raises(Refused) as refused:
        library.correct_judge(known, fields={"info": 7}, by=by)
    assert refused.value.field == "fields"


@pytest.mark.parametrize("size", [1, 3])
def test_the_library_takes_the_same_queries_at_any_size(signed_in, django_assert_max_num_queries, size):
    for _ in range(size):
        factories.InvitationFactory(judge=factories.JudgeFactory())
    browser = signed_in(office())

    assert queries_of(browser, django_assert_max_num_queries, reverse("judging:library"), 12) == 9


@pytest.mark.parametrize("size", [1, 3])
def test_one_judge_takes_the_same_queries_with_any_history(signed_in, django_assert_max_num_queries, size):
    judge = factories.JudgeFactory()
    for _ in range(size):
        factories.InvitationFactory(judge=judge)
    url = reverse("judging:judge", args=[judge.pk])

    assert queries_of(signed_in(office()), django_assert_max_num_queries, url, 14) == 13


def test_an_account_is_encrypted_masked_and_opened_only_with_a_reason_on_record(signed_in):
    judge, by = factories.JudgeFactory(), office()
    own = signed_in(judge.person.user)
    sent = {"part": "account", "holder": "李示例", "bank": "示例银行", "number": "6222 0212 3456 7890"}
    assert own.post(reverse("judging:profile"), sent | {"number": "12"}).status_code == 422
    assert own.post(reverse("judging:profile"), sent).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM judging_payaccount")
        assert "6222" not in cursor.fetchone()[0]
    assert "7890" in own.get(reverse("judging:profile")).content.decode()
    assert "6222021234567890" not in own.get(reverse("judging:profile")).content.decode()

    payer, url = signed_in(by), reverse("judging:pay_account", args=[judge.pk])
    assert "7890" not in payer.get(url).content.decode()
    assert payer.post(url, {"reason": ""}).status_code == 422
    assert "6222021234567890" in payer.post(url, {"reason": "发放决赛评审费"}).content.decode()
    assert AuditEntry.objects.get(verb="judge.account.read").reason == "发放决赛评审费"
    assert PayAccount.objects.count() == 1


def test_a_judge_mends_the_own_data_but_not_the_own_standing(signed_in):
    judge = factories.JudgeFactory(fields={"info": 1})
    sent = {
        "part": "facts", "employer": "示例研究院", "employer_kind": "institute", "title": "研究员", "field0": "3",
        "languages": ["ja"], "profile": "示例", "kind": "investor", "active": "",
    }  # fmt: skip
    assert signed_in(judge.person.user).post(reverse("judging:profile"), sent).status_code == 302
    judge = Judge.objects.get()
    assert (judge.employer.name, judge.fields, judge.languages) == ("示例研究院", {"info": 3}, ["ja"])
    assert judge.active
    assert judge.kind == "technical"
    assert judge.confirmed_at


def test_a_list_is_checked_by_row_and_column_and_brought_in_once():
    by = office()
    with pytest.raises(Refused) as refused:
        read(ROW, ROW | {"姓名": "王示例", "类型": "投资者"}, {"姓名": "赵示例"}, headings={"外语": "外文"})
    places = {(one.row, one.heading) for one in refused.value.problems}
    assert {(1, "外文"), (3, "类型"), (4, "单位"), (4, "类型")} <= places
    assert not Judge.objects.exists()

    rows = read(ROW | {"手机号": "13800138000"}, ROW | {"姓名": "王示例"})
    report = check_judges(rows)
    assert (report.new, report.rows) == (2, 2)
    assert not Judge.objects.exists()
    assert import_judges(rows, decided={}, by=by).new == 2
    assert Judge.objects.get(person__name="李示例").fields == {"marine": 3, "agriculture": 2}

    again = check_judges(rows)
    assert (again.new, again.same, [one.row.name for one in again.doubtful]) == (0, 1, ["王示例"])
    with pytest.raises(Refused):
        import_judges(rows, decided={}, by=by)
    known = Judge.objects.get(person__name="王示例")
    assert import_judges(rows, decided={3: known.pk}, by=by).same == 2
    assert import_judges(rows, decided={3: NEW}, by=by).new == 1
    assert Judge.objects.count() == 3


def test_a_code_is_kept_as_a_digest_works_once_and_binds_the_account(signed_in, client):
    made = prepared(judges=1)
    judge = factories.JudgeFactory(account=False)
    asked = services.invite(made.heat, judge, by=made.by)
    first = codes.issue_code(asked, by=made.by)
    code = codes.issue_code(asked, by=made.by)
    asked.refresh_from_db()
    assert code.replace("-", "") not in str(vars(asked))
    assert codes.invitation_by(first) is None
    assert codes.invitation_by(code, at=asked.code_expires_at + timedelta(seconds=1)) is None
    assert client.get(reverse("judging:invited", args=[code])).status_code == 200

    stranger = factories.JudgeFactory().person.user
    with pytest.raises(Refused):
        codes.take_code(code, by=stranger)
    user = factories.UserFactory()
    answer = signed_in(user).post(reverse("judging:invited", args=[code.lower()]))
    assert answer.url == reverse("judging:invitation", args=[asked.pk])
    assert Judge.objects.get(pk=judge.pk).person.user == user
    with pytest.raises(Refused):
        codes.take_code(code, by=user)
    with pytest.raises(Refused):
        codes.issue_code(asked, by=made.by)


def test_texts_are_signed_in_order_before_the_list_and_the_pledge(signed_in):
    made = prepared(entries=2, judges=0)
    judge = factories.JudgeFactory(region=factories.qingdao())
    asked = services.invite(made.heat, judge, capacity=30, by=made.by)
    browser, name = signed_in(judge.person.user), {"typed_name": judge.person.name}

    def go(page, data=None):
        call = browser.get if data is None else browser.post
        return call(reverse(f"judging:{page}", args=[asked.pk]), data or {})

    assert go("invitation", {"accepted": "yes", "offered": "12", "free_from": "2026-06-01"}).status_code == 302
    assert Invitation.objects.get().capacity == 12
    assert go("ties").url == reverse("judging:invitation", args=[asked.pk])
    assert go("pledge", name).url == reverse("judging:invitation", args=[asked.pk])
    assert go("secrecy", {"typed_name": "别人"}).status_code == 422
    assert go("secrecy", name).url == reverse("judging:ties", args=[asked.pk])

    listed = go("ties").content.decode()
    first, _second = made.entries
    assert first.number not in listed
    assert first.title not in listed
    sent = {"entry": first.pk, "kind": ConflictKind.KIN, "source": "表亲"}
    assert go("ties", sent | {"source": ""}).status_code == 422
    assert go("ties", sent).status_code == 302
    conflict = judge.conflicts.get()
    assert (conflict.entry, conflict.side, conflict.hard) == (first, ConflictSide.JUDGE, True)
    assert go("ties", sent).status_code == 404
    assert go("ties", {"close": "1"}).status_code == 302
    assert go("pledge", name).status_code == 302
    kinds = Signature.objects.values_list("text__kind", flat=True)
    assert sorted(kinds) == sorted(PromiseKind.values)
    assert Invitation.objects.get().pledged_at


def test_a_changed_text_is_a_version_and_what_was_signed_stays():
    made = prepared(judges=0)
    judge = factories.JudgeFactory()
    asked = services.invite(made.heat, judge, by=made.by)
    services.answer(asked, accepted=True, by=judge.person.user)
    services.pledge(asked, typed_name=judge.person.name, by=judge.person.user, at=NOW)
    signed = Signature.objects.get(text__kind=PromiseKind.PLEDGE)
    assert signed.digest == promises.digest_of(signed.text, signed.name, signed.at)
    newer = promises.write_text(made.season, kind=PromiseKind.PLEDGE, text="新承诺书", by=made.by)
    assert (newer.version, promises.texts_in_force(made.stage, by=made.by)[PromiseKind.PLEDGE]) == (2, newer)
    assert PromiseText.objects.get(pk=signed.text_id).text != newer.text
    with pytest.raises(Refused):
        promises.write_text(made.season, kind=PromiseKind.PLEDGE, text="新承诺书", by=made.by)


def test_teams_object_to_judges_on_the_list_within_the_time_and_the_number(signed_in):
    made = prepared(entries=1, judges=3)
    shown = panel.publish_judges(made.heat, closes_at=NOW + timedelta(days=1), most_objections=1, by=made.by, at=NOW)
    entry = made.entries[0]
    (own,) = own_participations(entry.project.owner)
    first, second, _third = made.judges
    assert not own_participations(made.by).exists()

    made_known = panel.object_to(own, first, reason="有诉讼纠纷", by=entry.project.owner, at=NOW)
    assert (made_known.side, made_known.kind, made_known.hard) == (ConflictSide.TEAM, ConflictKind.OBJECTION, True)
    for judge, at in ((second, NOW), (factories.JudgeFactory(), NOW), (first, shown.closes_at + timedelta(seconds=1))):
        with pytest.raises(Refused):
            panel.object_to(own, judge, reason="有诉讼纠纷", by=entry.project.owner, at=at)
    page = signed_in(entry.project.owner).get(reverse("judging:panel_list", args=[own.pk])).content.decode()
    assert first.person.name in page
    assert first.employer.name in page


def test_who_left_an_invitation_open_is_reminded_every_third_day_at_most():
    made = prepared(judges=1, opens=NOW + timedelta(days=30), closes=NOW + timedelta(days=40))
    late, answered = factories.JudgeFactory(), factories.JudgeFactory()
    waiting = services.invite(made.heat, late, by=made.by, at=NOW)
    done = services.invite(made.heat, answered, by=made.by, at=NOW)
    services.answer(done, accepted=False, reason="另有公务", by=answered.person.user, at=NOW)
    assert waiting.state == InvitationState.SENT

    assert pool.remind_waiting(at=NOW + timedelta(days=2)) == 0
    assert pool.remind_waiting(at=NOW + timedelta(days=4)) == 1
    assert pool.remind_waiting(at=NOW + timedelta(days=4)) == 0
