"""The offline desk: for which units somebody enters, the columns of a season's workbook, what is to be taken over."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.states import IdKind, PersonStatus, Role
from contests.models import DocumentRequirement, Question, RecommendingUnit, Season
from contests.queries import covers_season, grants_of, is_administrator
from contests.states import QuestionKind, SeasonState
from core.models import Region
from core.tasks import Task
from projects import versions
from projects.imports.columns import Column, Kind
from projects.imports.values import folded
from projects.models import Entry, Project
from projects.sheet import PROJECT_FIELDS, label_of, region_name
from projects.states import (
    CompanyKind,
    FinancingRound,
    Industry,
    MemberKind,
    ProjectStage,
    Step,
)

ALWAYS = frozenset(
    {
        "track", "unit", "name", "region", "one_line", "summary", "leader.name", "leader.id_number", "leader.phone",
    }
)  # fmt: skip
LEADER = {
    "name": "负责人姓名", "id_kind": "负责人证件类型", "id_number": "负责人证件号码", "birth_date": "负责人出生日期",
    "nationality": "负责人国籍", "phone": "负责人手机号码", "email": "负责人电子邮箱", "statuses": "负责人身份类别",
    "school": "负责人毕业（在读）学校", "degree": "负责人学历", "graduated_on": "负责人毕业日期",
    "employer": "负责人工作单位", "employer_region": "负责人工作单位所在地", "title": "负责人职务职称",
}  # fmt: skip
NOTES = {"id_kind": "不填为居民身份证", "birth_date": "居民身份证可不填", "phone": "负责人用它接手项目"}
CHOICES = {
    "stage": ProjectStage, "industry": Industry, "company_kind": CompanyKind, "financed_round": FinancingRound,
    "wanted_round": FinancingRound,
}  # fmt: skip
PLACES = frozenset({"region", "company_region", "landing_region"})
WHOLE = frozenset({"employees", "insured", "key_group_employees", "expected_jobs"})
LONG_TEXT = 5000
KEY = Column("row", "行号", Kind.CODE, most=12, needed=True, note="每行一个，不能重复；材料文件名和团队成员表都用它")
NOTE = Column("note", "备注", note="只给自己看，不会读入")
MEMBER_KINDS = {"成员": MemberKind.MEMBER, "顾问": MemberKind.ADVISER}


def units_for(user, season: Season):
    """Units of a season for which this user may enter on behalf: the own unit, those of the city, all of the season."""
    taking = RecommendingUnit.objects.filter(season=season, accepts_entries=True)
    if is_administrator(user):
        return taking
    mine = Q(pk__in=[])
    for grant in grants_of(user):
        if not covers_season(grant, season):
            continue
        if grant.role == Role.PROVINCE:
            return taking
        if grant.role == Role.UNIT:
            mine |= Q(organisation_id=grant.organisation_id) | Q(parent__organisation_id=grant.organisation_id)
        elif grant.role == Role.CITY:
            mine |= Q(parent=None, region_id=grant.region_id) | Q(
                parent__parent=None, parent__region_id=grant.region_id
            )
    return taking.filter(mine)


def enters_offline(user, season: Season) -> bool:
    return user.is_authenticated and units_for(user, season).exists()


def seasons_to_enter(user) -> list[Season]:
    """Public seasons that are running and have a unit of this user's."""
    running = Season.objects.filter(state=SeasonState.RUNNING).select_related("contest").order_by("entry_closes")
    return [season for season in running if enters_offline(user, season)]


class SeasonForm:
    """The form of a season as columns, for somebody who enters on behalf. Words are the site's, whoever downloads."""

    def __init__(self, season: Season, user):
        self.season, self.user = season, user

    @cached_property
    def tracks(self) -> list:
        return list(self.season.tracks.all())

    @cached_property
    def units(self) -> list[RecommendingUnit]:
        return list(units_for(self.user, self.season).select_related("organisation", "parent", "region"))

    @cached_property
    def questions(self) -> list[Question]:
        """What is asked beside the form. Tables are filled in on the page, files come as papers in the zip."""
        found = versions.standing(self.season.questions.select_related("track"))
        return [one for one in found if one.kind not in (QuestionKind.TABLE, QuestionKind.FILE)]

    @cached_property
    def tables(self) -> list[Question]:
        return [one for one in versions.standing(self.season.questions.all()) if one.kind == QuestionKind.TABLE]

    @cached_property
    def requirements(self) -> list[DocumentRequirement]:
        return versions.standing(self.season.documentrequirements.select_related("track"))

    @cached_property
    def declarations(self) -> list:
        return versions.standing(self.season.declarations.all())

    @cached_property
    def places(self) -> dict[str, Region]:
        """Cities and districts of the province by their full name, then provinces."""
        found = Region.objects.select_related("parent").order_by("code")
        inside = [one for one in found if one.code.startswith("37") and one.level != Region.Level.PROVINCE]
        return {region_name(one): one for one in inside}

    @cached_property
    def all_places(self) -> dict[str, Region]:
        outside = Region.objects.filter(level=Region.Level.PROVINCE).exclude(code__startswith="37")
        return {**self.places, **{one.name: one for one in outside}}

    @cached_property
    def columns(self) -> list[Column]:
        """Every column that is read, in the order of the form. No two have the same heading."""
        with override(settings.LANGUAGE_CODE):
            found = [KEY, *self._of_the_project(), *self._of_the_leader(), *self._of(Step.COMPANY)]
            found += [*self._of(Step.FINANCE), *self._of_questions(), *self._of_declarations(), NOTE]
        return _apart(found)

    @cached_property
    def member_columns(self) -> list[Column]:
        with override(settings.LANGUAGE_CODE):
            ids = {str(one.label): one.value for one in IdKind}
            return [
                KEY,
                Column("order", "顺序", Kind.WHOLE, note="证书上的先后，从1开始；不填按行的先后"),
                Column("kind", "类别", Kind.CHOICE, MEMBER_KINDS, needed=True),
                Column("name", "姓名", most=80, needed=True),
                Column("id_kind", "证件类型", Kind.CHOICE, ids, note="不填为居民身份证"),
                Column("id_number", "证件号码", Kind.CODE, most=40, needed=True),
                Column("phone", "手机号码", Kind.PHONE),
                Column("school", "学校", most=80),
                Column("degree", "学历", most=40),
                Column("title", "职务职称", most=60),
                Column("work", "团队分工", most=60),
                Column("share", "持股比例（%）", Kind.SHARE, note="顾问不填"),
            ]

    def _of_the_project(self) -> Iterator[Column]:
        tracks = {one.name: one for one in self.tracks}
        units = {one.name: one for one in self.units}
        yield Column("track", str(label_of("track")), Kind.CHOICE, tracks, needed=True)
        yield Column("unit", str(label_of("unit")), Kind.CHOICE, units, needed=len(units) > 1)
        yield from self._of(Step.PROJECT)

    def _of(self, step: Step) -> Iterator[Column]:
        for name in PROJECT_FIELDS[step]:
            kind, choices, most = self._taken(name)
            yield Column(name, str(label_of(name)), kind, choices, most, needed=name in ALWAYS)

    def _taken(self, name: str) -> tuple[Kind, dict, int]:
        if name in CHOICES:
            return Kind.CHOICE, {str(one.label): one.value for one in CHOICES[name]}, 0
        if name in PLACES:
            return Kind.CHOICE, self.places, 0
        if name in WHOLE:
            return Kind.WHOLE, {}, 0
        column = Project._meta.get_field(name)
        kinds = {"BooleanField": Kind.YES, "DateField": Kind.DATE, "DecimalField": Kind.NUMBER}
        kind = kinds.get(column.get_internal_type(), Kind.TEXT)
        if name == "leader_share":
            kind = Kind.SHARE
        elif name == "credit_code":
            kind = Kind.CREDIT
        return kind, {}, (column.max_length or 0) if kind == Kind.TEXT else 0

    def _of_the_leader(self) -> Iterator[Column]:
        own = {
            "id_kind": (Kind.CHOICE, {str(one.label): one.value for one in IdKind}, 0),
            "id_number": (Kind.CODE, {}, 40),
            "birth_date": (Kind.DATE, {}, 0),
            "graduated_on": (Kind.DATE, {}, 0),
            "phone": (Kind.PHONE, {}, 0),
            "email": (Kind.MAIL, {}, 0),
            "statuses": (Kind.SEVERAL, {str(one.label): one.value for one in PersonStatus}, 0),
            "employer": (Kind.TEXT, {}, 120),
            "employer_region": (Kind.CHOICE, self.all_places, 0),
        }  # fmt: skip
        lengths = {"name": 80, "nationality": 40, "school": 80, "degree": 40, "title": 60}
        for name, heading in LEADER.items():
            kind, choices, most = own.get(name, (Kind.TEXT, {}, lengths.get(name, 0)))
            key = f"leader.{name}"
            note = NOTES.get(name, "")
            yield Column(key, heading, kind, choices, most, needed=key in ALWAYS, note=note)

    def _of_questions(self) -> Iterator[Column]:
        for one in self.questions:
            heading = f"{one.label}（{one.unit}）" if one.unit else one.label
            if one.track:
                heading = f"{heading}［{one.track.name}］"
            yield Column(f"answer.{one.code}", heading, *_of_question(one), note=one.help_text)

    def _of_declarations(self) -> Iterator[Column]:
        for one in self.declarations:
            if not one.required:
                yield Column(f"declaration.{one.code}", one.title, Kind.YES, note="不填为不同意")


def _of_question(question: Question) -> tuple[Kind, dict, int]:
    choices = {str(one["label"]): str(one["value"]) for one in question.choices}
    if question.kind == QuestionKind.CHOICE:
        return (Kind.SEVERAL if question.several else Kind.CHOICE), choices, 0
    if question.kind == QuestionKind.DATE:
        return Kind.DATE, {}, 0
    if question.kind == QuestionKind.NUMBER:
        return Kind.CODE, {}, 30
    return Kind.TEXT, {}, question.max_length or LONG_TEXT


def _apart(columns: list[Column]) -> list[Column]:
    """Headings that would read the same get a number."""
    seen: dict[str, int] = {}
    found = []
    for one in columns:
        count = seen[folded(one.heading)] = seen.get(folded(one.heading), 0) + 1
        found.append(one if count == 1 else Column(**{**vars(one), "heading": f"{one.heading}（{count}）"}))
    return found


def to_take_over(user):
    """Entries that an office entered for who signs in with this verified mobile number, or is known as their leader."""
    mine = Q(pk__in=[])
    if user.phone_verified and user.phone_index:
        mine |= Q(leader__phone_index=user.phone_index)
    if user.person_id:
        mine |= Q(leader_id=user.person_id)
    waiting = Entry.objects.live().filter(mine, entered_by__isnull=False, project__owner=F("entered_by"))
    return waiting.exclude(entered_by=user).select_related("season__contest", "track", "unit", "leader", "project")


def take_over_tasks(user, at: datetime) -> list[Task]:
    if not (user.phone_verified or user.person_id):
        return []
    return [
        Task(
            title=_("Take over “%(title)s”") % {"title": entry.title},
            why=_("%(unit)s entered it for you. Check it and take it into your own hands.") % {"unit": entry.unit},
            url=reverse("projects:take_over"),
            action=_("Take over"),
            weight=70,
            tone="due",
        )
        for entry in to_take_over(user)[:5]
    ]
