"""Until when an entry may be changed and handed in, more time by an officer, and reminders of drafts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.models import AuditEntry
from core.problems import Refused
from messaging.models import Message
from projects import services
from projects.deadline import closes_for, closings, has_passed, latest_start
from projects.models import Entry, Extension
from projects.reminders import BEFORE, notice_of, remind_drafts
from projects.states import EntryState, Step
from tests import factories
from tests.factories import NOW
from tests.projects import drafts

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
CLOSES = datetime(2026, 7, 31, 23, 59, 59, tzinfo=CHINA)
LATER = CLOSES + timedelta(days=2)


@pytest.fixture
def season():
    season = drafts.open_season()
    factories.TrackFactory(season=season)
    return season


def closed(season) -> None:
    """The season closes at CLOSES from now on; what was filled in before stays."""
    season.entry_closes = CLOSES
    season.save()


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def extend(season, **scope):
    facts = {"until": LATER, "reason": "停电", "by": factories.province(season), "at": CLOSES}
    return services.extend(season, **(facts | scope))


class TestClosing:
    def test_the_whole_last_second_counts(self):
        assert not has_passed(CLOSES, CLOSES + timedelta(microseconds=999_999))
        assert has_passed(CLOSES, CLOSES + timedelta(seconds=1))

    def test_more_time_reaches_exactly_its_scope(self, season):
        first, second = season.tracks.all()
        county = factories.RecommendingUnitFactory(season=season, parent=season.units.get(), kind="county")
        mine = factories.EntryFactory(season=season, track=first, unit=county)
        other_track = factories.EntryFactory(season=season, track=second, unit=season.units.get(parent=None))
        elsewhere = factories.EntryFactory(season=season, track=second)
        closed(season)
        everyone = [mine, other_track, elsewhere]
        cases = (
            ({"entry": mine}, [mine]),
            ({"track": second}, [other_track, elsewhere]),
            ({"unit": county}, [mine]),
            ({"unit": county.parent}, [mine, other_track]),
        )
        for scope, reached in cases:
            given_time = extend(season, **scope)
            assert [one for one in everyone if closes_for(one) == LATER] == reached
            services.end_extension(given_time, reason="误操作", by=factories.province(season), at=CLOSES)
        assert {closes_for(one) for one in everyone} == {CLOSES}

    def test_the_latest_of_several_counts(self, season):
        entry = factories.EntryFactory(season=season)
        closed(season)
        extend(season, entry=entry)
        extend(season, track=entry.track, until=LATER + timedelta(hours=3))
        assert closes_for(entry) == LATER + timedelta(hours=3)

    def test_a_returned_entry_has_the_time_it_was_given_and_no_other(self, season):
        due = LATER + timedelta(days=9)
        entry = factories.EntryFactory(season=season, state=EntryState.RETURNED, due_at=due, submitted_at=CLOSES)
        closed(season)
        extend(season, entry=entry, until=due + timedelta(days=1), at=CLOSES - timedelta(days=1))
        extend(season, track=entry.track, until=due + timedelta(days=1))
        assert closes_for(entry) == due

        extend(season, entry=entry, until=due + timedelta(days=2))
        assert closes_for(entry) == due + timedelta(days=2)

    @pytest.mark.parametrize("count", [1, 3])
    def test_any_number_of_entries_is_answered_by_one_query(self, season, count):
        for _ in range(count):
            factories.EntryFactory(season=season, track=season.tracks.first(), unit=season.units.get())
        entries = list(Entry.objects.select_related("season", "unit__parent"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            closings(entries)
        assert len(queries) == 1


class TestWrites:
    def test_nothing_is_changed_or_handed_in_after_the_deadline_and_both_within_more_time(self, season):
        entry, other = drafts.ready(season, number=1), drafts.ready(season, number=2)
        closed(season)
        by, at = entry.project.owner, CLOSES + timedelta(hours=1)
        late = (
            lambda one: services.save_step(one, Step.PROJECT, {"name": "改"}, by=by, at=at),
            lambda one: services.agree_to(one, declarations=[], by=by, at=at),
            lambda one: services.remove_member(one, member=one.project.members.get(), by=by, at=at),
            lambda one: services.submit(one, by=by, at=at),
        )
        for call in late:
            assert refused(call, other).code == "deadline"

        extend(season, entry=entry)
        services.save_step(entry, Step.PROJECT, {"name": "改名"}, by=by, at=at)
        assert services.submit(entry, by=by, at=LATER).state == EntryState.SUBMITTED

    def test_a_track_with_more_time_takes_new_entries(self, season):
        first, second = season.tracks.all()
        closed(season)
        extend(season, track=first)
        at, user = CLOSES + timedelta(hours=1), factories.UserFactory()

        assert latest_start(season) == LATER
        assert services.start_entry(season, by=user, at=at, track=first).state == EntryState.DRAFT
        assert refused(services.start_entry, season, by=user, at=at, track=second).code == "closed"

    def test_withdrawn_within_more_time_comes_back_within_it_only(self, season):
        entry = drafts.submitted(season)
        by = entry.project.owner
        services.withdraw(entry, reason="改", by=by, at=NOW)
        closed(season)
        assert refused(services.reopen, entry, by=by, at=CLOSES + timedelta(seconds=1)).code == "closed"

        extend(season, track=entry.track)
        assert services.reopen(entry, by=by, at=LATER).state == EntryState.DRAFT


class TestGiving:
    def test_leaves_a_trace_and_tells_the_contestant(self, season):
        entry = factories.EntryFactory(season=season)
        closed(season)
        extend(season, entry=entry)

        assert AuditEntry.objects.get(verb="entry.extend").reason == "停电"
        message = Message.objects.get(to=entry.project.owner)
        assert "8月2日" in message.subject

    def test_a_unit_s_and_a_track_s_drafts_are_told(self, season, django_capture_on_commit_callbacks):
        unit = season.units.get()
        below = factories.RecommendingUnitFactory(season=season, parent=unit, kind="county")
        told = [factories.EntryFactory(season=season, unit=one) for one in (unit, below)]
        factories.EntryFactory(season=season)
        factories.EntryFactory(season=season, unit=unit, state=EntryState.SUBMITTED)
        closed(season)
        with django_capture_on_commit_callbacks(execute=True):
            given_time = extend(season, unit=unit)
        assert set(Message.objects.values_list("to", flat=True)) == {one.project.owner_id for one in told}

        with django_capture_on_commit_callbacks(execute=True):
            services.end_extension(given_time, reason="误操作", by=factories.province(season), at=CLOSES)
        assert Message.objects.count() == 4
        again = refused(services.end_extension, given_time, reason="再", by=factories.province(season), at=CLOSES)
        assert again.code == "ended"

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"until": CLOSES - timedelta(hours=1)}, "until"),
            ({"until": CLOSES, "at": NOW}, "until"),
            ({"reason": " "}, "reason"),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, season, facts, field):
        closed(season)
        assert refused(extend, season, track=season.tracks.first(), **facts).field == field
        assert not Extension.objects.exists()

    def test_only_within_one_s_own_season_and_for_what_is_still_written(self, season):
        stranger, sent = factories.EntryFactory(), factories.EntryFactory(season=season, state=EntryState.SUBMITTED)
        closed(season)
        assert refused(extend, season, entry=stranger).code == "season"
        assert refused(extend, season, entry=sent).code == "not-editable"


class TestReminders:
    @given(st.integers(-10_000, 1_000_000))
    def test_the_nearest_notice_that_is_due(self, seconds):
        left = timedelta(seconds=seconds)
        due = [notice for notice in BEFORE if left <= notice]
        assert notice_of(CLOSES, CLOSES - left) == (min(due) if due and seconds >= 0 else None)

    def test_each_once_and_never_an_entry_that_is_handed_in(self, season):
        entry = factories.EntryFactory(season=season)
        factories.EntryFactory(season=season, state=EntryState.SUBMITTED)
        now = timezone.now().replace(microsecond=0)
        for left, sent in ((8, 0), (6, 1), (5, 1), (2, 2), (0.9, 3), (0.9, 3), (0.1, 4), (-0.1, 4)):
            season.entry_closes = now + timedelta(days=left)
            season.save()
            Message.objects.filter(kind="entry.reminder.168").update(sent_at=now)
            remind_drafts(now)
            assert Message.objects.filter(to=entry.project.owner).count() == sent, left
        assert Message.objects.count() == 4

    def test_more_time_brings_reminders_of_its_own(self, season):
        entry = factories.EntryFactory(season=season)
        now = timezone.now()
        season.entry_closes = now + timedelta(hours=2)
        season.save()
        remind_drafts(now)
        Message.objects.update(sent_at=now)
        services.extend(
            season, entry=entry, until=now + timedelta(days=2), reason="停电", by=factories.province(season), at=now
        )
        Message.objects.filter(kind="entry.extend").delete()
        assert remind_drafts(now) == 1

        at = now + timedelta(days=2, hours=-2)
        assert remind_drafts(at) == 1
        assert Message.objects.filter(kind="entry.reminder.3").count() == 2

    def test_by_sms_where_there_is_no_mail_and_in_the_last_day(self, season):
        owner = factories.UserFactory(email="a@example.com", phone="+8613800138000")
        factories.EntryFactory(season=season, project=factories.ProjectFactory(owner=owner))
        for days, channels in ((3, ["mail"]), (0.5, ["mail", "sms"])):
            season.entry_closes = timezone.now() + timedelta(days=days)
            season.save()
            remind_drafts()
            sent = Message.objects.first().deliveries.values_list("channel", flat=True)
            assert sorted(sent) == channels

    def test_the_command_says_how_many(self, season, capsys):
        factories.EntryFactory(season=season)
        season.entry_closes = timezone.now() + timedelta(days=1)
        season.save()
        call_command("remind_drafts")
        assert capsys.readouterr().out == "1 reminded.\n"


class TestPages:
    def test_an_officer_gives_more_time_by_the_reference_of_a_draft_and_takes_it_back(self, season, signed_in):
        entry = factories.EntryFactory(season=season)
        day = (timezone.localdate() + timedelta(days=60)).isoformat()
        browser, path = signed_in(factories.province(season)), f"/entries/extensions/{season.pk}/"
        form = {"scope": "entry", "entry": f"d{entry.pk}", "day": day, "minute": "23:59", "reason": "停电"}
        wrong = browser.post(path, {**form, "entry": "D0"})
        assert (wrong.status_code, "停电" in wrong.content.decode()) == (422, True)
        assert browser.post(path, form).status_code == 302
        assert timezone.localtime(closes_for(entry)).second == 59

        given_time = Extension.objects.get()
        silent = browser.post(f"/entries/extensions/{given_time.pk}/end/", {"reason": ""})
        assert silent.status_code == 422
        browser.post(f"/entries/extensions/{given_time.pk}/end/", {"reason": "误操作"})
        assert closes_for(entry) == season.entry_closes

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_for_any_number(self, season, signed_in, count):
        for _ in range(count):
            extend(season, entry=factories.EntryFactory(season=season), until=season.entry_closes + timedelta(days=3))
        browser = signed_in(factories.province(season))
        browser.get(f"/entries/extensions/{season.pk}/")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/entries/extensions/{season.pk}/")
        assert len(queries) == 9, [one["sql"] for one in queries]

    def test_the_form_counts_down_and_says_when_it_is_over(self, season, signed_in):
        entry = drafts.draft(season)
        browser, path = signed_in(entry.project.owner), f"/entries/{entry.pk}/form/project/"
        assert (
            f'data-closes="{timezone.localtime(season.entry_closes):%Y-%m-%dT%H:%M}'
            in browser.get(path).content.decode()
        )

        closed(season)
        assert f"D{entry.pk}" in browser.get(path).content.decode()
        saved = browser.post(path, {"name": "改", "base": "{}"}, headers={"HX-Request": "true"}).content.decode()
        assert 'id="closes" hx-swap-oob="true"' in saved
        agreed = browser.post(f"/entries/{entry.pk}/form/declarations/", {"agree": []})
        assert agreed.status_code == 422
        entry.refresh_from_db()
        assert entry.title == "海藻基农用地膜"
