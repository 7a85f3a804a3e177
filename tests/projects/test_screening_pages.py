"""The offices' pages: who sees which entries, what a refused decision keeps, what the Excel file holds, the costs."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects import services
from projects.models import Entry, FieldMark, ScreeningStep, Waiver
from projects.states import EntryState
from tests import factories
from tests.factories import NOW
from tests.projects import drafts
from tests.projects.offices import Offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    return Offices()


@pytest.fixture
def entry(offices):
    return offices.entry()


def listed(client, **query) -> set:
    return set(client.get(reverse("projects:list"), query).context["page"].object_list)


def exported(client, **query) -> list[list]:
    answer = client.get(reverse("projects:export"), query)
    sheet = load_workbook(BytesIO(answer.content)).active
    return [list(row) for row in sheet.iter_rows(min_row=2)]


def numbers(client, **query) -> set:
    return {row[0].value for row in exported(client, **query)}


def decide(client, entry, decision, **form):
    form.setdefault("version", entry.version)
    return client.post(reverse("projects:decide", args=[entry.pk]), {"decision": decision, **form})


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


class TestWhoSeesWhat:
    @pytest.fixture
    def seen(self, offices) -> dict:
        """Who ought to see which of the entries made here."""
        jinan = {offices.entry(), offices.entry(holder=offices.zone), offices.entry(state=EntryState.QUALIFIED)}
        own = {offices.entry(unit=offices.zone)}
        qingdao = {offices.entry(unit=offices.other_county), offices.entry(unit=offices.other_zone)}
        offices.entry(state=EntryState.DRAFT)
        offices.entry(state=EntryState.WITHDRAWN)
        elsewhere = {factories.EntryFactory(season__contest=factories.ContestFactory(), state=EntryState.SUBMITTED)}
        for one in elsewhere:  # Another zone of the same city would be the city's own.
            one.zone.region = factories.qingdao()
            one.zone.save()
        return {
            "clerk": jinan,
            "city": jinan | own,
            "other_clerk": set(qingdao) - {one for one in qingdao if one.unit == offices.other_zone},
            "other_city": qingdao | elsewhere,
            "province": jinan | own | qingdao,
            "supervisor": jinan | own | qingdao,
            "other_province": set(),
            "administrator": jinan | own | qingdao | elsewhere,
        }

    def test_list_export_and_count_hold_the_same_entries(self, offices, seen, signed_in):
        for name, entries in seen.items():
            client = signed_in(getattr(offices, name))
            page = client.get(reverse("projects:list")).context["page"]

            assert set(page.object_list) == entries, name
            assert page.paginator.count == len(entries), name
            assert numbers(client) == {one.number for one in entries}, name

    def test_detail_and_desk_open_for_the_same_entries(self, offices, seen, signed_in):
        for name in ("clerk", "city", "other_city", "other_province"):
            client = signed_in(getattr(offices, name))
            for page in ("projects:detail", "projects:screen"):
                answers = {one: client.get(reverse(page, args=[one.pk])).status_code for one in Entry.objects.all()}
                assert {one for one, status in answers.items() if status == 200} == seen[name], (name, page)
                assert set(answers.values()) <= {200, 404}

    def test_the_desk_shows_the_own_queue_alone(self, offices, seen, signed_in):
        held = {one for one in seen["clerk"] if one.holder == offices.county}
        (first,) = held
        client = signed_in(offices.clerk)

        assert client.get(reverse("projects:desk")).url == reverse("projects:screen", args=[first.pk])
        assert set(client.get(reverse("projects:screen", args=[first.pk])).context["queue"]) == held

    def test_an_empty_desk_says_so(self, offices, signed_in):
        answer = signed_in(offices.clerk).get(reverse("projects:desk"))

        assert answer.status_code == 200
        assert "projects/desk_empty.html" in [one.name for one in answer.templates]

    def test_the_owner_never_reads_unsent_marks(self, offices, entry, signed_in):
        services.mark_field(entry, field="insured", label="参保", reason="人数不一致", by=offices.clerk, at=NOW)
        client = signed_in(entry.project.owner)

        assert "人数不一致" not in client.get(reverse("projects:entry", args=[entry.pk])).content.decode()
        for page in ("projects:detail", "projects:screen"):
            assert client.get(reverse(page, args=[entry.pk])).status_code == 403


class TestDecide:
    def test_passing_goes_back_to_the_desk(self, offices, entry, signed_in):
        answer = decide(signed_in(offices.clerk), entry, "accept")

        assert answer.url == reverse("projects:desk")
        assert Entry.objects.get(pk=entry.pk).holder == offices.zone

    def test_returning_and_rejecting(self, offices, entry, signed_in):
        other = offices.entry()
        client = signed_in(offices.clerk)
        decide(client, entry, "return", reason="请补充证明", fix_by=tomorrow())
        decide(client, other, "reject", reason="不符合条件")

        entry.refresh_from_db()
        other.refresh_from_db()
        assert (entry.state, other.state) == (EntryState.RETURNED, EntryState.REJECTED)
        assert timezone.localtime(entry.due_at).hour == 18

    @pytest.mark.parametrize(
        "form",
        [
            {"decision": "return", "reason": "请补充股权证明", "fix_by": ""},
            {"decision": "return", "reason": "请补充股权证明", "fix_by": "2020-01-01"},
            {"decision": "return", "reason": "请补充股权证明", "fix_by": "not a day"},
            {"decision": "burn", "reason": "请补充股权证明"},
        ],
    )
    def test_a_refused_decision_keeps_what_was_typed(self, offices, entry, signed_in, form):
        answer = decide(signed_in(offices.clerk), entry, **form)

        assert answer.status_code == 422
        assert answer.context["refusal"].message in answer.content.decode()
        assert answer.context["typed"]["reason"] == form["reason"]
        assert (form["reason"] in answer.content.decode()) == (form["decision"] == "return")
        assert not ScreeningStep.objects.exists()

    def test_the_second_of_two_clerks_reads_why_and_loses_no_word(self, offices, entry, signed_in):
        services.accept(Entry.objects.get(pk=entry.pk), by=offices.second_clerk, at=NOW)

        answer = decide(signed_in(offices.clerk), entry, "reject", reason="证照与主体不一致")

        assert answer.status_code == 422
        assert answer.context["refusal"].code == "overtaken"
        assert "证照与主体不一致" in answer.content.decode()
        assert ScreeningStep.objects.get().by == offices.second_clerk
        assert Entry.objects.get(pk=entry.pk).state == EntryState.SUBMITTED

    def test_one_who_may_still_decide_gets_the_words_back_in_the_dialog(self, offices, entry, signed_in):
        services.accept(Entry.objects.get(pk=entry.pk), by=offices.second_clerk, at=NOW)

        answer = decide(signed_in(offices.province), entry, "reject", reason="证照与主体不一致")

        page = answer.content.decode()
        assert (answer.status_code, answer.context["refusal"].code) == (422, "stale")
        assert 'id="reject" class="ly-dialog" aria-labelledby="reject-title" open' in page
        assert "证照与主体不一致</textarea>" in page

    @pytest.mark.parametrize(
        ("name", "status"),
        [("city", 403), ("supervisor", 403), ("other_clerk", 404), ("other_city", 404), ("other_province", 404)],
    )
    def test_only_the_unit_that_holds_it_decides(self, offices, entry, signed_in, name, status):
        client = signed_in(getattr(offices, name))
        mark = reverse("projects:mark", args=[entry.pk])

        assert decide(client, entry, "accept").status_code == status
        assert client.post(mark, {"field": "insured", "reason": "不一致"}).status_code == status
        assert not ScreeningStep.objects.exists()
        assert not FieldMark.objects.exists()

    def test_marking_a_field_and_taking_it_back(self, offices, entry, signed_in):
        client, mark = signed_in(offices.clerk), reverse("projects:mark", args=[entry.pk])
        client.post(mark, {"field": "insured", "label": "参保人数", "reason": "不一致"})
        assert FieldMark.objects.get().label == "参保人数"
        client.post(mark, {"field": "insured", "take_back": "1"})
        assert not FieldMark.objects.exists()

    def test_a_mark_on_an_entry_that_somebody_decided_on_meanwhile_keeps_the_sentence(self, offices, entry, signed_in):
        version = entry.version
        services.accept(entry, by=offices.clerk, at=NOW)
        mark = reverse("projects:mark", args=[entry.pk])
        typed = {"field": "insured", "label": "参保人数", "reason": "与社保证明不一致", "version": version}
        answer = signed_in(offices.clerk).post(mark, typed)

        assert answer.status_code == 422
        assert "与社保证明不一致" in answer.content.decode()

    def test_a_mark_without_a_sentence_is_refused_in_words(self, offices, entry, signed_in):
        mark = reverse("projects:mark", args=[entry.pk])

        assert signed_in(offices.clerk).post(mark, {"field": "insured", "reason": " "}).status_code == 422


class TestWaive:
    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("province", 302), ("administrator", 302), ("clerk", 403), ("city", 403), ("supervisor", 403),
            ("other_city", 404), ("other_province", 404),
        ],
    )  # fmt: skip
    def test_the_province_alone_sets_a_rule_aside(self, offices, entry, signed_in, name, status):
        rule = factories.EligibilityRuleFactory(season=offices.season)
        answer = signed_in(getattr(offices, name)).post(
            reverse("projects:waive", args=[entry.pk]), {"rule": rule.pk, "reason": "省厅同意"}
        )

        assert answer.status_code == status
        assert Waiver.objects.count() == (status == 302)

    def test_a_rule_of_another_season_is_none_of_this_entry(self, offices, entry, signed_in):
        rule = factories.EligibilityRuleFactory()
        answer = signed_in(offices.province).post(
            reverse("projects:waive", args=[entry.pk]), {"rule": rule.pk, "reason": "省厅同意"}
        )

        assert answer.status_code == 404


class TestExport:
    def test_text_stays_text(self, offices, signed_in):
        titles = {"=1+1", "+86", "@sum", "-2", "007", "https://example.com"}
        for title in titles:
            offices.entry(title=title, leader_name="=cmd")

        rows = exported(signed_in(offices.province))

        assert {row[3].value for row in rows} == titles
        assert {cell.data_type for row in rows for cell in (row[3], row[5])} == {"s"}
        assert not any(cell.hyperlink for row in rows for cell in row)

    @pytest.mark.parametrize(
        "query",
        [
            {}, {"state": "qualified"}, {"city": "370200"}, {"q": "地膜"}, {"state": "draft"}, {"state": "nonsense"},
            {"season": "999999"}, {"city": "370100", "state": "submitted"},
        ],
    )  # fmt: skip
    def test_rows_are_those_of_the_filter(self, offices, signed_in, query):
        offices.one_of_each()
        offices.entry(title="海藻地膜")
        client = signed_in(offices.province)

        assert numbers(client, **query) == {one.number for one in listed(client, **query)}

    def test_filters_narrow(self, offices, signed_in):
        held = offices.one_of_each()
        client = signed_in(offices.province)

        assert listed(client, city="370200") == {held["other county"], held["other zone"]}
        assert {one.state for one in listed(client, state="rejected")} == {EntryState.REJECTED}
        assert listed(client, q=held["zone"].number) == {held["zone"]}
        assert listed(client, state="nonsense") == listed(client, state="draft") == set()

    def test_too_many_rows_ask_for_a_filter(self, offices, signed_in, monkeypatch):
        monkeypatch.setattr("projects.views.officer.MOST_EXPORTED", 1)
        offices.entry()
        assert len(exported(signed_in(offices.province))) == 1
        offices.entry()
        answer = signed_in(offices.province).get(reverse("projects:export"), {"q": "示例"})

        assert answer.url == f"{reverse('projects:list')}?q=%E7%A4%BA%E4%BE%8B"


@pytest.mark.parametrize("rows", [1, 3])
class TestCosts:
    """Queries of a page, session and account included, at one row and at three."""

    @pytest.mark.parametrize(("page", "who", "cost"), [("list", "province", 8), ("export", "city", 5)])
    def test_lists(self, offices, signed_in, django_assert_num_queries, rows, page, who, cost):
        for _ in range(rows):
            offices.entry(unit=factories.RecommendingUnitFactory(season=offices.season, region=offices.zone.region))
        client = signed_in(getattr(offices, who))

        with django_assert_num_queries(cost):
            assert client.get(reverse(f"projects:{page}")).status_code == 200

    @pytest.mark.parametrize(("page", "cost"), [("screen", 12), ("detail", 12)])
    def test_one_entry(self, signed_in, django_assert_num_queries, rows, page, cost):
        season = drafts.open_season()
        for _ in range(rows - 1):
            factories.DocumentRequirementFactory(season=season, label="证明")
        entry = drafts.submitted(season)
        by = factories.clerk(entry.holder)
        for number in range(rows):
            services.mark_field(entry, field=f"f{number}", label="字段", reason="不一致", by=by, at=NOW)
            factories.EntryFactory(season=season, unit=entry.unit, state=EntryState.SUBMITTED, due_at=NOW)
        client = signed_in(by)

        with django_assert_num_queries(cost):
            assert client.get(reverse(f"projects:{page}", args=[entry.pk])).status_code == 200
