"""The pages of the offline desk: a dry run, the workbook that comes back, the second word, taking over."""

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.services import set_phone
from core.models import Job
from projects.imports.entries import ENTRIES
from projects.models import Entry
from projects.states import EntryState
from tests import factories
from tests.factories import resident_id
from tests.projects.filled import decks, entered, facts, filled, run
from tests.projects.sheets import saved

pytestmark = pytest.mark.usefixtures("small_books")


def sent(season, clerk, rows, **more):
    return {
        "workbook": filled(season, clerk, rows), "papers": decks(season, len(rows)), "then": "submit", "consent": "on",
        **more,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_page_tries_first_and_enters_on_a_second_word(client, season, clerk):
    client.force_login(clerk)
    page = reverse("projects:offline_desk", args=[season.pk])
    assert client.get(page).status_code == 200

    answer = client.post(page, sent(season, clerk, [facts(season, 1)]))
    check = Job.objects.get(kind="projects.offline_check")
    assert answer["Location"] == reverse("projects:offline_batch", args=[check.pk])
    assert client.get(answer["Location"]).context["may_confirm"]
    assert not Entry.objects.exists()

    done = client.post(reverse("projects:offline_confirm", args=[check.pk]))
    assert Entry.objects.get().state == EntryState.SUBMITTED
    shown = client.get(done["Location"])
    assert Entry.objects.get().number in shown.content.decode()
    assert not client.get(answer["Location"]).context["may_confirm"]
    again = client.post(reverse("projects:offline_confirm", args=[check.pk]))
    assert (again.status_code, Entry.objects.count()) == (302, 1)


@pytest.mark.django_db(transaction=True)
def test_a_faulty_workbook_comes_back_marked(client, season, clerk):
    client.force_login(clerk)
    rows = [facts(season, 1), facts(season, 2, track="赛到", name="=1+1")]

    answer = client.post(reverse("projects:offline_desk", args=[season.pk]), sent(season, clerk, rows))
    page = client.get(answer["Location"])
    job = Job.objects.get()

    assert "赛到" in page.content.decode()
    assert not page.context["may_confirm"]
    book = load_workbook(job.result.open())
    sheet = book[ENTRIES]
    heads = {cell.value: cell.column for cell in sheet[1]}
    wrong = sheet.cell(4, heads["赛道*"])
    assert (wrong.value, bool(wrong.comment)) == ("赛到", True)
    assert wrong.fill.start_color.rgb != sheet.cell(3, heads["赛道*"]).fill.start_color.rgb
    typed = sheet.cell(4, heads["项目名称*"])
    assert (typed.value, typed.data_type) == ("=1+1", "s")
    assert "赛到" in sheet.cell(4, heads["怎么改"]).value
    assert sheet.cell(3, heads["怎么改"]).value is None
    # The copy, mended, goes through.
    sheet.cell(4, heads["赛道*"]).value = season.tracks.get().name
    typed.value = "改好的名字"
    report = run(season, clerk, saved(book), decks(season, 2))
    assert [one.message for one in report.faults] == []


def test_without_the_declaration_nothing_is_taken(client, season, clerk):
    client.force_login(clerk)
    answer = client.post(
        reverse("projects:offline_desk", args=[season.pk]), sent(season, clerk, [facts(season, 1)], consent="")
    )

    assert answer.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_office_sees_nothing_of_it(client, season, clerk):
    client.force_login(clerk)
    client.post(reverse("projects:offline_desk", args=[season.pk]), sent(season, clerk, [facts(season, 1)]))
    job = Job.objects.get()
    client.force_login(factories.clerk(season.units.get()))

    assert client.get(reverse("projects:offline_batch", args=[job.pk])).status_code == 404
    assert client.post(reverse("projects:offline_confirm", args=[job.pk])).status_code == 404


def test_taking_over_on_the_page(client, season, clerk):
    entered(season, clerk, [facts(season, 1)])
    leader = factories.UserFactory()
    set_phone(leader, phone="+8613800138000", verified=True, by=leader)
    client.force_login(leader)
    page, entry = reverse("projects:take_over"), Entry.objects.get()

    assert client.post(page, {"entry": entry.pk, "id_number": "1"}).status_code == 422
    assert client.post(page, {"entry": entry.pk + 1, "id_number": "1"}).status_code == 404
    answer = client.post(page, {"entry": entry.pk, "id_number": resident_id(1, date(1995, 3, 2))})
    assert answer["Location"] == reverse("projects:entry", args=[entry.pk])
