"""The pages around the form: may I enter, my entries, the timeline, tasks, the receipt; and who sees which entry."""

from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from django.utils import timezone

from contests.states import StageKind
from core.problems import Refused
from projects import services
from projects.models import Entry
from projects.queries import contestant
from projects.queries.timeline import DONE, ENDED, NEXT, timeline
from projects.queries.timeline import NOW as PRESENT
from projects.states import EntryState, Outcome
from tests import factories
from tests.factories import NOW
from tests.projects import drafts

pytestmark = pytest.mark.django_db


class TestStart:
    def test_anybody_checks_their_own_case_by_explicit_dates(self, client):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(
            season=season, kind="registered_on_or_after", date=NOW.date(), phrase="登记注册未满5年", source="往届通知"
        )
        query = {"has_company": "True", "registered_on": "2020-01-01"}
        page = client.get(f"/entries/start/{season.pk}/", query)
        verdicts = [str(found.verdict) for found in page.context["findings"]]

        assert (page.status_code, verdicts) == (200, ["broken"])
        assert "登记注册未满5年" in page.content.decode()
        assert "2026年6月18日" in page.content.decode()
        again = client.get(f"/entries/start/{season.pk}/", {"has_company": "True", "registered_on": "2026-06-18"})
        assert [str(found.verdict) for found in again.context["findings"]] == ["met"]

    def test_rules_of_another_track_are_not_asked(self, client):
        season = drafts.open_season()
        other = factories.TrackFactory(season=season)
        factories.EligibilityRuleFactory(season=season, track=other, kind="born_on_or_after", date=NOW.date())

        page = client.get(f"/entries/start/{season.pk}/")
        assert "born" not in page.context["precheck"].fields
        page = client.get(f"/entries/start/{season.pk}/", {"track": other.pk})
        assert "born" in page.context["precheck"].fields

    def test_a_stranger_signs_in_first(self, client):
        season = drafts.open_season()

        assert client.post(f"/entries/start/{season.pk}/")["Location"].startswith("/account/login/?next=/entries/start")

    def test_the_button_begins_a_draft(self, signed_in):
        season, user = drafts.open_season(), factories.UserFactory()
        answer = signed_in(user).post(f"/entries/start/{season.pk}/", {"name": "地膜", "track": season.tracks.get().pk})
        entry = Entry.objects.get()

        assert answer["Location"] == f"/entries/{entry.pk}/form/project/"
        assert (entry.title, entry.track, entry.project.owner) == ("地膜", season.tracks.get(), user)

    def test_a_closed_season_says_so_and_keeps_what_was_typed(self, signed_in):
        season = drafts.open_season(entry_closes=timezone.now() - timedelta(days=1), entry_opens=NOW - timedelta(90))
        answer = signed_in(factories.UserFactory()).post(f"/entries/start/{season.pk}/", {"name": "地膜"})

        assert answer.status_code == 422
        assert answer.context["form"]["name"].value() == "地膜"

    def test_projects_of_others_can_not_be_brought(self, signed_in):
        season, other = drafts.open_season(), drafts.draft()
        answer = signed_in(factories.UserFactory()).post(f"/entries/start/{season.pk}/", {"project": other.project_id})

        assert answer.status_code == 422
        assert Entry.objects.count() == 1

    def test_a_season_in_preparation_is_not_shown(self, client):
        season = factories.SeasonFactory(state="setup")

        assert client.get(f"/entries/start/{season.pk}/").status_code == 404


def stages(season):
    made = {}
    for order, (kind, name) in enumerate(
        [("screening", "资格审核"), ("paper", "初赛"), ("live", "决赛"), ("notice", "公示"), ("award", "颁奖")], 1
    ):
        judged = kind in StageKind.judged()
        made[kind] = factories.StageFactory(
            season=season, order=order, kind=kind, name=name, **({} if judged else {"rubric": None})
        )
    return made


def states(entry) -> dict[str, str]:
    entry = Entry.objects.select_related("season", "holder__parent").get(pk=entry.pk)
    return {one.name: one.state for one in timeline(entry, NOW)}


class TestTimeline:
    def test_a_draft_waits_for_its_contestant(self):
        entry = drafts.draft()
        stages(entry.season)

        found = states(entry)
        assert list(found.values()) == [PRESENT, *[NEXT] * 7]

    def test_a_submitted_one_is_with_its_unit_until_a_date(self):
        entry = drafts.submitted()
        stages(entry.season)
        now = next(one for one in timeline(entry, NOW) if one.state == PRESENT)

        assert now.name == "资格审核"
        assert entry.unit.name in now.hold[0]
        assert len(now.hold) == 3

    def test_a_returned_one_names_who_returned_it_and_by_when(self):
        entry = drafts.submitted()
        services.send_back(
            entry, reason="请补充", fix_by=NOW + timedelta(days=3), by=factories.clerk(entry.unit), at=NOW
        )
        now = next(one for one in timeline(entry, NOW) if one.state == PRESENT)

        assert now.tone == "due"
        assert any(entry.unit.name in line for line in now.hold)

    def test_results_show_only_once_they_are_published(self):
        entry = drafts.submitted()
        made = stages(entry.season)
        services.accept(entry, by=factories.clerk(entry.unit), at=NOW)
        heat = factories.HeatFactory(stage=made["paper"], state="locked")
        factories.ParticipationFactory(entry=entry, heat=heat, track=entry.track, outcome=Outcome.OUT)
        assert states(entry)["初赛"] == PRESENT
        assert "决赛" in states(entry)

        heat.state = "published"
        heat.save()
        found = states(entry)
        assert found["初赛"] == ENDED
        assert "决赛" not in found

    def test_a_promoted_one_goes_on(self):
        entry = drafts.submitted()
        made = stages(entry.season)
        services.accept(entry, by=factories.clerk(entry.unit), at=NOW)
        heat = factories.HeatFactory(stage=made["paper"], state="published")
        factories.ParticipationFactory(entry=entry, heat=heat, track=entry.track, outcome=Outcome.PROMOTED)

        assert [states(entry)[name] for name in ("资格审核", "初赛", "决赛")] == [DONE, DONE, NEXT]

    def test_a_rejected_one_ends_with_the_reason(self):
        entry = drafts.submitted()
        stages(entry.season)
        services.reject(entry, reason="超过年限", by=factories.clerk(entry.unit), at=NOW)
        last = timeline(entry, NOW)[-1]

        assert (last.state, last.tone) == (ENDED, "no")
        assert "超过年限" in last.hold


class TestTasks:
    def test_returned_first_with_every_mark(self):
        user = factories.UserFactory()
        drafts.draft(user=user, number=2)
        entry = drafts.submitted(user=user, number=1)
        clerk = factories.clerk(entry.unit)
        services.mark_field(entry, field="insured", label="参保人数", reason="请改为29人", by=clerk, at=NOW)
        services.send_back(entry, reason="", fix_by=NOW + timedelta(days=3), by=clerk, at=NOW)
        tasks = sorted(contestant.tasks_for(user, NOW), key=lambda task: -task.weight)

        assert [task.tone for task in tasks] == ["due", "go"]
        assert tasks[0].due == NOW + timedelta(days=3)
        assert tasks[0].points == (("参保人数", "请改为29人", f"/entries/{entry.pk}/form/finance/#f-insured"),)

    def test_somebody_without_entries_is_shown_where_to_begin(self):
        user = factories.UserFactory()
        assert contestant.tasks_for(user, NOW) == []

        drafts.open_season()
        assert [task.url for task in contestant.tasks_for(user, NOW)] == ["/contests/"]

    def test_nothing_is_due_after_the_deadline(self):
        entry = drafts.draft()
        late = entry.season.entry_closes + timedelta(seconds=1)

        assert contestant.tasks_for(entry.project.owner, late) == []


def words(body: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(body))
    return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


class TestReceipt:
    def test_names_the_entry_and_its_files(self, signed_in):
        entry = drafts.submitted()
        answer = signed_in(entry.project.owner).get(f"/entries/{entry.pk}/receipt.pdf")
        text = words(answer.content)

        assert answer["Content-Type"] == "application/pdf"
        assert entry.number in text
        assert entry.snapshot["documents"][0]["sha256"] in text
        assert entry.leader.id_number not in text

    def test_a_draft_has_none(self, signed_in):
        entry = drafts.draft()

        assert signed_in(entry.project.owner).get(f"/entries/{entry.pk}/receipt.pdf").status_code == 404


@pytest.mark.parametrize("state", EntryState)
def test_the_list_rule_and_the_object_rule_agree(state):
    """For every role, scope and state `visible_to` shows exactly what `view_entry` allows."""
    entry = factories.EntryFactory(state=state)
    unit, elsewhere = entry.unit, factories.RecommendingUnitFactory(region=factories.qingdao())
    users = [
        entry.project.owner,
        factories.UserFactory(),
        factories.administrator(),
        factories.province(entry.season),
        factories.province(factories.SeasonFactory()),
        factories.supervisor(entry.season),
        factories.city(unit),
        factories.city(elsewhere),
        factories.clerk(unit),
        factories.clerk(elsewhere),
    ]

    listed = [Entry.objects.visible_to(user).filter(pk=entry.pk).exists() for user in users]
    assert listed == [user.has_perm("projects.view_entry", entry) for user in users]
    assert listed[1] is False


def counted(django_assert_max_num_queries, client, address) -> int:
    with django_assert_max_num_queries(40) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


class TestCost:
    def test_my_entries(self, signed_in, django_assert_max_num_queries):
        user = factories.UserFactory()
        drafts.draft(user=user, number=1)
        client = signed_in(user)
        client.get("/entries/")
        one = counted(django_assert_max_num_queries, client, "/entries/")
        for number in (2, 3):
            drafts.draft(user=user, number=number)

        assert counted(django_assert_max_num_queries, client, "/entries/") == one

    def test_team_and_documents(self, signed_in, django_assert_max_num_queries):
        entry = drafts.draft()
        season, client = entry.season, signed_in(entry.project.owner)
        add = {"kind": "member", "id_kind": "resident", "by": entry.project.owner}
        services.add_member(entry, name="甲", id_number=factories.resident_id(401), **add)
        services.upload_document(
            entry, season.documentrequirements.get(), drafts.pdf(), name="a.pdf", by=entry.project.owner
        )
        pages = [f"/entries/{entry.pk}/form/team/", f"/entries/{entry.pk}/form/documents/", f"/entries/{entry.pk}/"]
        client.get(pages[0])
        before = [counted(django_assert_max_num_queries, client, page) for page in pages]
        for number in (402, 403):
            services.add_member(entry, name="乙", id_number=factories.resident_id(number), **add)
            extra = factories.DocumentRequirementFactory(season=season, label=f"材料{number}")
            services.upload_document(entry, extra, drafts.pdf(), name="b.pdf", by=entry.project.owner)

        assert [counted(django_assert_max_num_queries, client, page) for page in pages] == before


def test_withdrawing_asks_for_a_reason_and_keeps_it_typed(signed_in):
    entry = drafts.submitted()
    client = signed_in(entry.project.owner)
    assert client.post(f"/entries/{entry.pk}/withdraw/", {"reason": " "}).status_code == 422

    client.post(f"/entries/{entry.pk}/withdraw/", {"reason": "换人"})
    assert Entry.objects.get().state == EntryState.WITHDRAWN
    client.post(f"/entries/{entry.pk}/reopen/")
    assert Entry.objects.get().state == EntryState.DRAFT


def test_a_refusal_is_a_sentence():
    entry = drafts.submitted()
    with pytest.raises(Refused) as refusal:
        services.withdraw(entry, reason="", by=entry.project.owner, at=NOW)

    assert refusal.value.message.endswith(("。", "."))


def test_a_stage_is_over_once_the_results_of_a_later_one_are_public():
    entry = factories.EntryFactory(state=EntryState.QUALIFIED)
    semi, final = (
        factories.StageFactory(season=entry.season, order=n, name=name) for n, name in ((1, "半决赛"), (2, "决赛"))
    )
    for stage, state, outcome in ((semi, "locked", "promoted"), (final, "published", "awarded")):
        heat = factories.HeatFactory(stage=stage, state=state)
        factories.ParticipationFactory(entry=entry, heat=heat, track=entry.track, outcome=outcome)
    names = {one.name: one.state for one in timeline(entry, NOW)}
    assert (names["半决赛"], names["决赛"]) == ("done", "done")

    final.heats.update(state="locked")
    assert {one.name: one.state for one in timeline(entry, NOW)}["半决赛"] == "now"
