"""Entries compared after their submission: what is found, what is not, and what an officer's decision does."""

from datetime import timedelta
from functools import cache
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Person
from contests.states import TrackKind
from core.models import AuditEntry
from core.problems import Refused
from messaging.models import Message
from projects import services
from projects.fingerprints import taken
from projects.models import Entry, Fingerprint, FingerprintBand, Likeness, PageMark
from projects.services.comparing import compare, compare_by, not_compared
from projects.services.likeness import decide_likeness
from projects.similarity import MOST_SHARED, Band
from projects.states import LIKENESS_MOVES, EntryState, LikenessState, Step
from seeds.story.decks import deck
from seeds.story.projects import project as tell
from tests import factories
from tests.factories import NOW
from tests.projects import drafts

pytestmark = pytest.mark.django_db
TEXTS = ("one_line", "summary", "innovation", "business_model", "market", "rights")


@cache
def deck_bytes(told: int) -> bytes:
    return deck(tell(told))


def entered(told: int, *, number: int, season=None, deck_of: int | None = None, **facts) -> Entry:
    """A submitted entry with the texts and the real deck of a told project, by a team of its own."""
    texts = {name: getattr(tell(told).texts, name) for name in TEXTS}
    entry = drafts.draft(season, number=number)
    by = entry.project.owner
    answers = drafts.project_facts(entry.season, name=tell(told).name, **texts) | facts
    services.save_step(entry, Step.PROJECT, answers, by=by)
    company = {"company_name": f"山东{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}科技有限公司"}
    services.save_step(entry, Step.COMPANY, drafts.company_facts(number, **company), by=by)
    made = ContentFile(deck_bytes(told if deck_of is None else deck_of), name="deck.pdf")
    for requirement in entry.season.documentrequirements.all():
        services.upload_document(entry, requirement, made, name="路演.pdf", by=by)
    services.agree_to(entry, declarations=entry.season.declarations.all(), by=by)
    return services.submit(entry, by=by, at=NOW + timedelta(minutes=number))


def kinds(pair: Likeness) -> set[str]:
    return {sign["kind"] for sign in pair.reasons}


@pytest.fixture
def season():
    return drafts.open_season()


@pytest.fixture
def pair(season) -> Likeness:
    for told, number in ((5, 1), (5, 2)):
        compare(entered(told, number=number, season=season))
    return Likeness.objects.get()


class TestFound:
    def test_a_copied_form_and_deck_under_another_name(self, season):
        first = entered(5, number=1, season=season)
        second = entered(5, number=2, season=drafts.open_season(), name="另起的名字", one_line="换了一句话")
        assert compare(first) == []
        (found,) = compare(second)

        assert (found.newer, found.older, found.state) == (second, first, LikenessState.OPEN)
        assert kinds(found) == {"text", "pages"}
        text, pages = sorted(found.reasons, key=lambda sign: sign["kind"], reverse=True)
        assert text["value"] >= 0.8
        assert len(pages["pages"]) >= 6

    def test_the_deck_alone(self, season):
        for told, number in ((5, 1), (9, 2)):
            compare(entered(told, number=number, season=season, deck_of=5))

        assert kinds(Likeness.objects.get()) == {"pages"}

    def test_other_projects_are_not_alike(self, season):
        for number, told in enumerate((5, 9, 40, 77), 1):
            compare(entered(told, number=number, season=season))

        assert not Likeness.objects.exists()
        assert Fingerprint.objects.count() == 4

    def test_the_same_name_in_another_dress(self, season):
        compare(entered(5, number=1, season=season, name="海藻基 农用地膜"))
        (found,) = compare(entered(9, number=2, season=season, name="“海藻基”农用地膜研发及产业化"))

        assert kinds(found) == {"name"}

    def test_the_same_credit_code_in_another_year(self, season):
        first = entered(5, number=1, season=season)
        second = entered(9, number=2, season=drafts.open_season())
        Entry.objects.filter(pk=second.pk).update(identity_key=first.identity_key)
        second.refresh_from_db()
        (found,) = compare(first)

        assert kinds(found) == {"code"}
        assert compare(second) == []

    def test_the_same_person_as_leader_and_as_member(self, season):
        first, second = entered(5, number=1, season=season), entered(9, number=2, season=season)
        person = first.leader
        second.project.members.create(person=person, kind="member", order=1)
        (found,) = compare(first)

        assert found.reasons == [{"kind": "member", "people": [person.pk]}]
        assert Person.objects.filter(id_index=person.id_index).count() == 1

    def test_a_shared_adviser_is_no_sign(self, season):
        adviser = factories.PersonFactory()
        for told, number in ((5, 1), (9, 2)):
            entry = entered(told, number=number, season=season)
            entry.project.members.create(person=adviser, kind="adviser", order=9)
            compare(entry)

        assert not Likeness.objects.exists()

    def test_one_project_in_two_contests_is_allowed_and_in_one_season_is_not(self, season):
        first = entered(5, number=1, season=season)
        facts = {"project": first.project, "title": first.title, "state": EntryState.SUBMITTED}
        elsewhere = factories.EntryFactory(**facts)
        compare(first)
        assert compare(elsewhere) == []

        Entry.objects.filter(pk=first.pk).update(state=EntryState.REJECTED)
        again = factories.EntryFactory(**facts, season=season, submitted_at=NOW + timedelta(hours=3))
        (found,) = compare(again)
        assert (found.older, kinds(found)) == (first, {"project"})

    def test_texts_of_persons_are_not_compared(self, season):
        season.tracks.update(kind=TrackKind.PERSON)
        for number in (1, 2):
            entry = factories.EntryFactory(
                season=season, track=season.tracks.get(), state=EntryState.SUBMITTED, title=f"导师{number}",
                snapshot={"project": {"summary": tell(5).texts.summary}},
            )  # fmt: skip
            compare(entry)

        assert not Likeness.objects.exists()

    def test_drafts_and_withdrawn_entries_stay_out(self, season):
        first = entered(5, number=1, season=season)
        compare(first)
        services.withdraw(first, reason="不参加了", by=first.project.owner, at=NOW + timedelta(hours=1))

        assert compare(entered(5, number=2, season=season)) == []
        assert compare(drafts.draft(season, number=3)) == []
        assert not Fingerprint.objects.filter(entry__state=EntryState.DRAFT).exists()

    def test_what_very_many_share_finds_nobody(self, season):
        first = entered(5, number=1, season=season)
        compare(first)
        words = FingerprintBand.objects.filter(fingerprint__entry=first, band=Band.WORDS).values_list(
            "value", flat=True
        )
        others = [factories.EntryFactory(season=season, state=EntryState.SUBMITTED) for _ in range(MOST_SHARED)]
        kept = Fingerprint.objects.bulk_create(Fingerprint(entry=one, name=str(one.pk), made_at=NOW) for one in others)
        values = list(FingerprintBand.objects.filter(fingerprint__entry=first).values_list("band", "value"))
        FingerprintBand.objects.bulk_create(
            FingerprintBand(fingerprint=one, band=band, value=value) for one in kept for band, value in values
        )

        assert len(words) >= 4
        second = entered(5, number=2, season=season, name="另起的名字")
        assert compare(second) == []
        assert not FingerprintBand.objects.filter(fingerprint__entry=second, band=Band.WORDS).exists()


class TestAgain:
    def test_running_twice_changes_nothing(self, pair):
        before = (pair.pk, Fingerprint.objects.count(), FingerprintBand.objects.count(), PageMark.objects.count())
        for entry in Entry.objects.all():
            assert compare(entry) == []

        assert (Likeness.objects.get().pk, Fingerprint.objects.count(), FingerprintBand.objects.count(),
                PageMark.objects.count()) == before  # fmt: skip

    def test_a_pair_that_is_alike_no_more_goes(self, pair):
        newer = pair.newer
        newer.snapshot["project"] |= {name: getattr(tell(40).texts, name) for name in TEXTS}
        newer.title = "完全不同的项目"
        newer.documents.all().update(current=None)
        newer.save()
        compare(newer)

        assert not Likeness.objects.exists()

    def test_a_decision_stays_unless_a_sign_of_another_kind_appears(self, season):
        first = entered(5, number=1, season=season, name="海藻地膜")
        second = entered(9, number=2, season=season, name="海藻地膜")
        compare(first)
        (found,) = compare(second)
        officer = factories.province(season)
        decide_likeness(found, state=LikenessState.DIFFERENT, reason="只是重名", by=officer, at=NOW)

        compare(second)
        assert Likeness.objects.get().state == LikenessState.DIFFERENT

        second.project.members.create(person=first.leader, kind="member", order=1)
        compare(second)
        again = Likeness.objects.get()
        assert (again.state, again.by, kinds(again)) == (LikenessState.OPEN, None, {"name", "member"})
        assert AuditEntry.objects.filter(verb="likeness.open").get().before["reason"] == "只是重名"


class TestSubmission:
    def test_it_asks_once_it_holds_and_never_before(self, season, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for told, number in ((5, 1), (5, 2)):
                entered(told, number=number, season=season)
            assert not Fingerprint.objects.exists()

        assert Likeness.objects.count() == 1

    def test_a_deck_that_can_not_be_drawn_stops_nothing(self, season):
        entry = entered(5, number=1, season=season)
        version = entry.documents.get().current
        version.file.storage.delete(version.file.name)
        version.file.save("broken.pdf", ContentFile(BytesIO(b"%PDF-1.4 broken").read()))

        assert compare(entry) == []
        assert not PageMark.objects.exists()

    def test_the_command_compares_what_is_missing(self, season, capsys):
        entries = [entered(told, number=number, season=season) for told, number in ((5, 1), (5, 2))]
        assert set(not_compared()) == set(entries)
        with pytest.raises(CommandError):
            call_command("compare_entries", season="nowhere-2026")
        call_command("compare_entries", season=f"{season.contest.slug}-{season.year}")
        call_command("compare_entries")
        told = capsys.readouterr().out

        assert told.splitlines() == ["2 entries compared, 1 new pairs to look at.",
                                     "0 entries compared, 0 new pairs to look at."]  # fmt: skip
        assert not_compared().count() == 0

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_cost_of_a_comparison(self, season, django_assert_num_queries, rows):
        for number in range(1, rows + 1):
            compare(entered(5, number=number, season=season))
        entry = entered(5, number=9, season=season)
        facts = taken(entry)

        with transaction.atomic(), django_assert_num_queries(23):
            assert len(compare_by(entry, facts)) == rows


class TestDecision:
    @pytest.fixture
    def pair(self) -> Likeness:
        newer, older = (factories.EntryFactory(state=EntryState.SUBMITTED) for _ in range(2))
        return Likeness.objects.create(
            newer=newer, older=older, reasons=[{"kind": "name"}], score="0.5", found_at=NOW
        )  # fmt: skip

    @pytest.mark.parametrize("held", list(LikenessState))
    @pytest.mark.parametrize("wanted", list(LikenessState))
    def test_every_pair_of_states(self, pair, held, wanted):
        Likeness.objects.update(state=held)
        pair.refresh_from_db()
        officer = factories.province(pair.newer.season)
        allowed = wanted in LIKENESS_MOVES[held] and wanted != LikenessState.OPEN
        if not allowed:
            with pytest.raises(Refused):
                decide_likeness(pair, state=wanted, reason="核对过", by=officer, at=NOW)
            assert Likeness.objects.get().state == held
            return
        decide_likeness(pair, state=wanted, reason=" 核对过 ", by=officer, at=NOW)

        kept = Likeness.objects.get()
        assert (kept.state, kept.reason, kept.by, kept.at) == (wanted, "核对过", officer, NOW)
        assert AuditEntry.objects.get(verb=f"likeness.{wanted}").reason == "核对过"

    @pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
    def test_it_needs_a_reason_that_fits(self, pair, reason):
        with pytest.raises(Refused) as refusal:
            decide_likeness(pair, state=LikenessState.SAME, reason=reason, by=factories.administrator(), at=NOW)

        assert refusal.value.field == "reason"
        assert Likeness.objects.get().state == LikenessState.OPEN

    def test_the_same_project_does_nothing_by_itself(self, pair):
        before = {one.pk: (one.state, one.version, one.holder_id) for one in Entry.objects.all()}
        told = Message.objects.count()
        decide_likeness(pair, state=LikenessState.SAME, reason="同一团队", by=factories.administrator(), at=NOW)

        assert {one.pk: (one.state, one.version, one.holder_id) for one in Entry.objects.all()} == before
        assert Message.objects.count() == told
