"""After the final: publication, awards, certificates, what comes of the winners, and the people of the demo page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from certificates import services as certificates
from certificates.models import Award
from certificates.patterns import project_certificate
from contests.models import Heat, Season, Stage
from contests.services import close_season
from contests.states import HeatState
from judging import services as judging
from judging.models import Assignment, Judge
from matching import services as matching
from matching.models import Consent, Institution, Interest
from matching.states import ConsentPurpose, DealStage, InstitutionState, InterestState
from projects.models import Entry
from projects.states import EntryState
from seeds.demo.cast import Cast, institutions, name_role
from seeds.story.chance import Chance

NOTICE_DAYS = 7
TOLD_STAGES = (DealStage.INTENTION, DealStage.DILIGENCE, DealStage.SIGNED, DealStage.RECEIVED)


def designs(seasons: dict[str, Season], rows: dict[str, dict], *, by) -> None:
    """The certificate design that each season file names."""
    for key, season in seasons.items():
        data = rows[key]["certificate"]
        design = project_certificate(seal=f"{season.contest.short_name}组委会", sample=data["sample"])
        certificates.set_design(
            season, design=design, number_prefix=data["number_prefix"], by=by, sample=data["sample"]
        )


def publish(season: Season, stage: Stage, *, by, now: datetime) -> Heat:
    """The final's results go public for the notice period."""
    heat = stage.heats.get()
    at = min(stage.closes + timedelta(days=1), now - timedelta(hours=2))
    closes = max(at + timedelta(days=NOTICE_DAYS), now + timedelta(days=3)) if season_is_current(season, now) else None
    judging.publish_results(heat, closes_at=closes or at + timedelta(days=NOTICE_DAYS), by=by, at=at)
    return heat


def season_is_current(season: Season, now: datetime) -> bool:
    return (now - season.entry_closes).days < 200


def finish(season: Season, heat: Heat, people: Cast, *, now: datetime) -> None:
    """Awards, certificates, and the season closed."""
    at = heat_published_at(heat) + timedelta(days=NOTICE_DAYS + 2)
    certificates.give_awards(heat, by=people.province, at=at)
    certificates.issue_certificates(season, by=people.province, at=at + timedelta(days=2))
    close_season(season, by=people.administrator, at=at + timedelta(days=20))


def heat_published_at(heat: Heat) -> datetime:
    return Heat.objects.get(pk=heat.pk).published_at


def matched(season: Season, people: Cast, *, now: datetime) -> list[Institution]:
    """Winners agree to be found, institutions ask, deals move."""
    start = now - timedelta(days=240)
    made = institutions(by=people.province, at=start, until=timezone.localdate(now) + timedelta(days=200))
    admitted = [one for one in made if one.state == InstitutionState.ADMITTED]
    winners = Award.objects.filter(entry__season=season).select_related("entry__project__owner")
    for award in winners.order_by("level__order", "entry__number"):
        chance = Chance("match", award.entry.number)
        if chance.happens(0.12):
            continue
        consent = matching.give_consent(
            award.entry, purpose=ConsentPurpose.TEASER, by=award.entry.project.owner,
            at=start + timedelta(days=chance.between(1, 20)),
            expires_on=timezone.localdate(now) + timedelta(days=chance.between(90, 360)),
        )  # fmt: skip
        for institution in chance.sample(admitted, chance.between(0, 3)):
            _talk(consent, institution, chance, now)
    return made


NOTES = (
    "我们长期关注这个方向，希望先了解产品的客户验证情况和下一步融资安排。",
    "贵项目与我们已投企业有协同空间，想约一次线上交流，谈谈订单和产能。",
    "我们在本地有产业园区和配套基金，愿意就落地和设备投入一起商量。",
)


def _talk(consent: Consent, institution: Institution, chance: Chance, now: datetime) -> None:
    user = institution.members.get().user
    owner = consent.project.owner
    at = consent.given_at + timedelta(days=chance.between(3, 30))
    interest = matching.express_interest(institution, consent.project, note=chance.pick(NOTES), by=user, at=at)
    luck = chance.part()
    if luck < 0.2:
        return
    answered = at + timedelta(days=chance.between(1, 9))
    accepted = luck > 0.32
    answer = "" if accepted else "近期不考虑股权融资，感谢关注。"
    interest = matching.answer_interest(interest, accepted=accepted, by=owner, at=answered, answer=answer)
    if accepted:
        if chance.happens(0.7):
            matching.give_consent(
                consent.entry, purpose=ConsentPurpose.DOCUMENTS, institution=institution, by=owner, at=answered,
                expires_on=timezone.localdate(now) + timedelta(days=60),
            )  # fmt: skip
        _advance(interest.deal, chance, by=user, owner=owner, at=answered, now=now)


def _advance(deal, chance: Chance, *, by, owner, at: datetime, now: datetime) -> None:
    amount = Decimal(chance.pick((100, 200, 300, 500, 800, 1000)))
    for place, stage in enumerate(TOLD_STAGES):
        at += timedelta(days=chance.between(6, 30))
        if at > now or not chance.happens(0.72):
            return
        said = {"amount_wan": amount, "evidence": f"协议编号TZ-{deal.pk:04d}-{place}（示例）"}
        step = matching.advance(deal, stage=stage, by=by, at=at, **({} if stage == DealStage.DILIGENCE else said))
        if stage == DealStage.INTENTION:
            amount = max(Decimal(50), amount * chance.between(6, 10) // 10)
        if step.amount_wan and chance.happens(0.85):
            matching.confirm(step, by=owner, at=min(at + timedelta(days=2), now))
    matching.record_outcome(
        deal, outcome="资金到账后新增一条生产线，新增就业18人。", by=owner, at=min(at + timedelta(days=5), now)
    )


def people_of_the_demo(people: Cast, made: list[Institution]) -> None:
    """Who of the story stands on the demo page as contestant, judge and investor."""
    found = (
        ("contestant", _contestants()),
        ("contestant", _asked_winners()),
        ("judge", _judges()),
        ("investor", _investors(made)),
    )
    for role, users in found:
        user = next(users, None)
        if user is not None:
            name_role(user, role, by=people.administrator)


def _contestants() -> Iterator[User]:
    """Somebody with an entry to correct; otherwise somebody with one under review, otherwise anybody."""
    for state in (EntryState.RETURNED, EntryState.SUBMITTED, EntryState.QUALIFIED, EntryState.DRAFT):
        entry = Entry.objects.filter(state=state).select_related("project__owner").order_by("number", "pk").first()
        if entry:
            yield entry.project.owner


def _asked_winners() -> Iterator[User]:
    """A winner with a certificate to download and an institution that waits for an answer."""
    asked = Interest.objects.filter(state=InterestState.OPEN).select_related("project__owner").order_by("pk")
    for interest in asked[:1]:
        yield interest.project.owner


def _judges() -> Iterator[User]:
    """A judge with sheets that wait in an open heat."""
    waiting = Assignment.objects.filter(
        participation__heat__state=HeatState.OPEN, sheet__state="draft", judge__person__user__isnull=False
    )
    for one in waiting.select_related("judge__person__user").order_by("judge", "pk")[:1]:
        yield one.judge.person.user
    for judge in Judge.objects.filter(person__user__isnull=False).select_related("person__user")[:1]:
        yield judge.person.user


def _investors(made: list[Institution]) -> Iterator[User]:
    """The admitted institution with the most deals."""
    for one in sorted(made, key=lambda one: -one.deals.count()):
        if one.state == InstitutionState.ADMITTED:
            yield one.members.get().user
