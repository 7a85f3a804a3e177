"""Home: the public front for visitors, tasks for everybody else, and who may act as what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.states import Role
from config import home
from config.shell import WORKSPACES, workspaces_of
from contests.models import Season
from core.tasks import Task
from matching.models import InstitutionMember
from tests.factories import (
    ContestFactory,
    EntryFactory,
    InstitutionFactory,
    JudgeFactory,
    ProjectFactory,
    RecommendingUnitFactory,
    SeasonFactory,
    UserFactory,
    administrator,
    city,
    clerk,
    province,
    supervisor,
)

pytestmark = pytest.mark.django_db


def task(title="更正报名", **more) -> Task:
    return Task(title=title, why="参保人数不符", url="/entries/1/", action="去更正", **more)


@pytest.fixture
def say(monkeypatch):
    """`say(tasks)` lets the rooms answer with these tasks, whoever asks."""

    def tell(tasks):
        monkeypatch.setattr(home, "SOURCES", {key: (lambda user, at: tasks,) for key in WORKSPACES})

    return tell


def open_season(**more) -> Season:
    now = timezone.now()
    return SeasonFactory(entry_opens=now - timedelta(days=9), entry_closes=now + timedelta(days=5), **more)


# ---------------------------------------------------------------- visitors


@pytest.mark.parametrize("number", [1, 3])
def test_front_shows_open_seasons_at_the_same_cost(client, number, django_assert_max_num_queries):
    seasons = [open_season(contest=ContestFactory()) for _ in range(number)]

    with django_assert_max_num_queries(6):
        page = client.get("/").content.decode()

    assert all(str(season) in page for season in seasons)


def test_repeated_visit_gets_no_second_body_until_something_changes(client, django_assert_num_queries):
    open_season()
    first = client.get("/")

    with django_assert_num_queries(0):
        again = client.get("/", HTTP_IF_NONE_MATCH=first["ETag"])
    english = client.get(
        "/", HTTP_IF_NONE_MATCH=first["ETag"], HTTP_ACCEPT_LANGUAGE="en", HTTP_COOKIE="django_language=en"
    )

    assert (again.status_code, again.content) == (304, b"")
    assert english.status_code == 200


def test_signed_in_people_never_get_a_stored_page(signed_in):
    response = signed_in(UserFactory()).get("/")

    assert "ETag" not in response


# ---------------------------------------------------------------- tasks


def test_heavier_and_nearer_tasks_come_first_and_news_last():
    now = timezone.now()
    near, far = now + timedelta(days=1), now + timedelta(days=9)
    tasks = [
        task("news", tone="done", weight=9),
        task("far", due=far),
        task("whenever"),
        task("heavy", weight=5),
        task("near", due=near),
    ]

    assert [one.title for one in home.in_order(tasks)] == ["heavy", "near", "far", "whenever", "news"]


def test_first_task_has_the_one_primary_button(signed_in, say):
    say(
        [
            task("更正报名", due=timezone.now() + timedelta(days=4), tone="due", weight=3),
            task("继续填写"),
            task("查看通知"),
        ]
    )

    page = signed_in(UserFactory()).get("/").content.decode()

    assert page.count("btn-primary") == 1
    assert page.count("ly-strip") == 1
    assert "还剩4天" in page
    assert "有1件需要在本周办完" in page
    assert page.index("更正报名") < page.index("继续填写")


def test_without_tasks_it_says_what_to_begin_with(signed_in, say):
    say([])
    open_season(title="第八届山东省创业大赛")

    page = signed_in(UserFactory()).get("/").content.decode()

    assert "您还没有进行中的报名" in page
    assert 'href="/contests/"' in page
    assert "第八届山东省创业大赛" in page


def test_only_the_most_urgent_tasks_are_shown(signed_in, say):
    say([task(f"任务{number}") for number in range(home.MOST_TASKS + 3)])

    page = signed_in(UserFactory()).get("/").content.decode()

    assert page.count("ly-task") == home.MOST_TASKS
    assert "办完后还有3件" in page


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_every_room_that_is_asked_can_answer(workspace):
    assert home.agenda(UserFactory(), workspace, timezone.now()).tasks == []


def test_the_entry_to_be_worked_on_is_the_one_shown(signed_in):
    user = UserFactory()
    open_season()
    returned = EntryFactory(project=ProjectFactory(owner=user), state="returned", title="海藻地膜")
    EntryFactory(project=ProjectFactory(owner=user), state="qualified", title="深水网箱")

    response = signed_in(user).get("/")

    assert response.context["journey"].entry == returned
    assert response.content.decode().count('<ol class="ly-line">') == 1
    assert "海藻地膜" in response.content.decode()


# ---------------------------------------------------------------- roles


def investor():
    return InstitutionMember.objects.create(institution=InstitutionFactory(), user=UserFactory()).user


@pytest.mark.parametrize(
    ("person", "keys"),
    [
        (UserFactory, ["contestant"]),
        (lambda: clerk(RecommendingUnitFactory()), ["unit", "contestant"]),
        (lambda: city(RecommendingUnitFactory()), ["city", "contestant"]),
        (lambda: province(SeasonFactory()), ["province", "contestant"]),
        (lambda: supervisor(SeasonFactory()), ["supervisor", "contestant"]),
        (lambda: JudgeFactory().person.user, ["judge", "contestant"]),
        (investor, ["investor", "contestant"]),
        (administrator, ["administrator", "contestant"]),
    ],
    ids=["contestant", "unit", "city", "province", "supervisor", "judge", "investor", "administrator"],
)
def test_what_somebody_may_act_as(person, keys):
    assert [one.key for one in workspaces_of(person())] == keys


@pytest.mark.parametrize("person", [UserFactory, administrator, lambda: clerk(RecommendingUnitFactory())])
def test_frame_costs_two_queries_at_most(signed_in, say, person, django_assert_max_num_queries):
    say([])
    client = signed_in(person())

    with django_assert_max_num_queries(2 + 2 + 2):  # session and account, the frame, entries and open seasons
        client.get("/")


def test_person_with_several_roles_chooses_one(signed_in, say):
    say([])
    client = signed_in(clerk(RecommendingUnitFactory()))
    assert client.get("/").context["workspace"].key == "unit"

    client.post("/workspace/", {"workspace": "contestant"})

    assert client.get("/").context["workspace"].key == "contestant"


def test_a_role_one_does_not_have_can_not_be_chosen(signed_in, say):
    say([])
    client = signed_in(UserFactory())
    client.post("/workspace/", {"workspace": "administrator"})

    assert client.get("/").context["workspace"].key == "contestant"


def test_a_role_taken_away_ends_at_once(signed_in, say):
    say([])
    user = clerk(RecommendingUnitFactory())
    client = signed_in(user)
    client.post("/workspace/", {"workspace": "unit"})
    user.grants.filter(role=Role.UNIT).update(ends=timezone.now())

    assert client.get("/").context["workspace"].key == "contestant"
