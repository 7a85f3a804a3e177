"""Writes on awards and certificates: give, issue, replace, revoke. A number once used is used for ever."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.designs import Design, check_design
from certificates.fields import Fields
from certificates.models import Award, Certificate, CertificateDesign
from certificates.states import CERTIFICATE_MOVES, AwardState, CertificateState
from contests.models import AwardLevel, Heat, Season
from contests.services import digest
from contests.states import HeatState, HostPart
from core import audit
from core.problems import Refused
from core.secret import secret_hex
from judging.models import Place
from judging.queries.results import current_places
from messaging.services import send
from projects.models import Entry
from projects.states import MemberKind, Outcome

TOKEN_DIGITS = 20
ADDRESS = {True: "你单位", False: "你团队"}


@transaction.atomic
def set_design(
    season: Season,
    *,
    design: Design,
    number_prefix: str,
    by,
    sample: bool = True,
    reason: str = "",
    seen: str = "",
    at: datetime | None = None,
) -> CertificateDesign:
    """Keep the design of a season's certificates.

    One that certificates were issued by stays for them, and a new version takes its place for those to come; that needs
    a reason. `seen` is the digest of what a page has read.
    """
    problems = check_design(design)
    if problems:
        raise Refused(problems[0].message, field=problems[0].field, problems=problems)
    held = CertificateDesign.objects.select_for_update().current().filter(season=season).first()
    if held and seen and seen != digest(design_facts(held)):
        raise Refused(_("Somebody else changed this meanwhile. What you typed is kept; compare it, then save again."))
    others = CertificateDesign.objects.exclude(season=season)
    if others.filter(number_prefix__iexact=number_prefix).exists():
        raise Refused(
            _("The numbers of another season begin with “%(prefix)s”. Choose a prefix that no season has used.")
            % {"prefix": number_prefix},
            field="number_prefix",
        )
    facts = {"data": design.to_data(), "number_prefix": number_prefix, "sample": sample}
    if held and design_facts(held) == facts:
        return held
    issued = held.certificates.exists() if held else False
    if issued and not reason.strip():
        raise Refused(
            _("Certificates were issued by this design. Say why it changes; they keep theirs."), field="reason"
        )
    made = _kept(season, held, facts, succeeds=issued, at=at or timezone.now())
    verb = "design.version" if issued else "design.change" if held else "design.create"
    audit.record(made, verb, by=by, reason=reason, after={"prefix": number_prefix, "sample": sample}, at=at)
    return made


def design_facts(held: CertificateDesign) -> dict:
    return {"data": held.data, "number_prefix": held.number_prefix, "sample": held.sample}


def _kept(
    season: Season, held: CertificateDesign | None, facts: dict, *, succeeds: bool, at: datetime
) -> CertificateDesign:
    """The row that holds from now on. A successor goes on counting where the one before it stopped."""
    if held is None or succeeds:
        made = CertificateDesign(season=season)
        if held:
            held.retired_at = at
            held.save(update_fields=["retired_at"])
            made.replaces, made.next_number = held, held.next_number
    else:
        made = held
    for name, value in facts.items():
        setattr(made, name, value)
    made.save()
    return made


@transaction.atomic
def give_awards(heat: Heat, *, by, at: datetime | None = None) -> list[Award]:
    """Give the awards of a published final by its current ranking; what was given and still holds stays.

    An award whose place no longer earns it, after a correction, is revoked with its certificates (domain §8.3); one
    that holds moves to its place in the corrected ranking (model, invariant 7). Awards of other heats are left alone.
    """
    at = at or timezone.now()
    heat = Heat.objects.select_for_update(of=("self",)).select_related("stage__season", "notice").get(pk=heat.pk)
    if heat.state != HeatState.PUBLISHED or heat.rankings.filter(frozen_at__gt=heat.notice.published_at).exists():
        raise Refused(_("Publish the results of “%(heat)s” first; awards follow from what is public.") % {"heat": heat})
    places = current_places(heat).filter(outcome=Outcome.AWARDED).select_related("participation__entry")
    levels = {str(level.pk): level for level in AwardLevel.objects.filter(season=heat.stage.season)}
    earned = {}
    for place in places.defer("participation__entry__snapshot"):
        level = levels.get((place.steps.get("level") or {}).get("key", ""))
        if level is not None:
            earned[place.participation.entry_id] = (place, level)
    given = Award.objects.filter(place__ranking__heat=heat, state=AwardState.GIVEN)
    held = {award.entry_id: award for award in given.select_related("entry", "level")}
    for entry_id, award in held.items():
        if entry_id not in earned or earned[entry_id][1].pk != award.level_id:
            _revoke_award(award, reason=_("The ranking was corrected."), by=by, at=at)
        elif award.place_id != earned[entry_id][0].pk:
            _move_award(award, earned[entry_id][0], by=by, at=at)
    fresh = [
        Award(entry=place.participation.entry, place=place, level=level, given_at=at)
        for entry_id, (place, level) in earned.items()
        if entry_id not in held or held[entry_id].level_id != level.pk
    ]
    Award.objects.bulk_create(fresh, batch_size=500)
    with audit.batched():
        for award in fresh:
            audit.record(award, "award.give", by=by, after={"level": award.level.name}, at=at)
    return fresh


def _revoke_award(award: Award, *, reason: str, by, at: datetime) -> None:
    award.state, award.reason = AwardState.REVOKED, reason
    award.save(update_fields=["state", "reason"])
    audit.record(award, "award.revoke", by=by, reason=reason, at=at)
    for certificate in award.certificates.filter(state=CertificateState.VALID):
        revoke(certificate, reason=reason, by=by, at=at)


def _move_award(award: Award, place: Place, *, by, at: datetime) -> None:
    before, award.place = award.place_id, place
    award.save(update_fields=["place"])
    audit.record(award, "award.confirm", by=by, before={"place": before}, after={"place": place.pk}, at=at)


@transaction.atomic
def issue_certificates(
    season: Season, *, by, at: datetime | None = None, issued_on: date | None = None
) -> list[Certificate]:
    """Number and freeze a certificate for every award that has none, best level first within each track."""
    at = at or timezone.now()
    design = CertificateDesign.objects.select_for_update().current().filter(season=season).first()
    if design is None:
        raise Refused(_("This season has no certificate design yet. Set one up, then issue."))
    waiting = (
        Award.objects.filter(entry__season=season, state=AwardState.GIVEN)
        .exclude(certificates__state=CertificateState.VALID)
        .select_related("entry__season__contest", "entry__track", "entry__project__owner", "level", "place")
        .order_by("entry__track__order", "level__order", "place__order")
    )
    made, words = [], _Words(season, issued_on or timezone.localdate(at))
    with override(settings.LANGUAGE_CODE):
        for number, award in enumerate(waiting, start=design.next_number):
            made.append(_certificate(design, award, words, number=number, by=by, at=at))
    Certificate.objects.bulk_create(made, batch_size=500)
    design.next_number += len(made)
    design.save(update_fields=["next_number"])
    with audit.batched():
        for one in made:
            audit.record(one, "certificate.issue", by=by, after={"award": str(one.award)}, at=at)
    for one in made:
        _tell_holder(one)
    return made


class _Words:
    """What all certificates of a season say alike."""

    def __init__(self, season: Season, issued_on: date):
        self.season, self.issued_on = season, issued_on
        parts = season.contest.parts.filter(part=HostPart.HOST).select_related("organisation")
        self.issuers = tuple(part.organisation.name for part in parts[:2])

    def fields(self, award: Award, *, number: str, token: str) -> Fields:
        entry = award.entry
        team = entry.snapshot["team"]
        names = {kind: tuple(one["name"] for one in team if one["kind"] == kind) for kind in MemberKind.values}
        return Fields(
            number=number,
            verify_url=settings.SITE_URL + reverse("certificates:verify", args=[token]),
            contest=self.season.title,
            award=award.level.name,
            issuers=self.issuers,
            issued_on=self.issued_on,
            track=entry.track.name,
            project=entry.title,
            unit=entry.company_name or f"{entry.leader_name}团队",
            address=ADDRESS[bool(entry.company_name)],
            leader=entry.leader_name,
            members=names[MemberKind.MEMBER],
            advisers=names[MemberKind.ADVISER],
        )


def _certificate(design, award: Award, words: _Words, *, number: int, by, at: datetime, replaces=None) -> Certificate:
    text, token = f"{design.number_prefix}-{number:05d}", secret_hex()[:TOKEN_DIGITS]
    return Certificate(
        award=award,
        design=design,
        number=text,
        token=token,
        fields=words.fields(award, number=text, token=token).to_data(),
        issued_at=at,
        by=by,
        replaces=replaces,
    )


def _tell_holder(certificate: Certificate) -> None:
    entry: Entry = certificate.award.entry
    send(
        entry.project.owner,
        kind="certificate",
        subject=_("Your certificate is ready: %(title)s") % {"title": entry.title},
        body=_("Certificate %(number)s can be downloaded and checked by anybody by its code.")
        % {"number": certificate.number},
        link=reverse("certificates:mine"),
    )


def _move(certificate: Certificate, to: CertificateState, *, reason: str, by, at: datetime) -> Certificate:
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not reason.strip():
        raise Refused(_("Write the reason: it stays with the certificate."), field="reason")
    if to not in CERTIFICATE_MOVES[certificate.state]:
        raise Refused(
            _("This certificate is “%(state)s” already. Use the newest one.")
            % {"state": certificate.get_state_display()}
        )
    before, certificate.state, certificate.reason = certificate.state, to, reason.strip()
    certificate.save(update_fields=["state", "reason"])
    audit.record(
        certificate, f"certificate.{to}", by=by, reason=reason, before={"state": before}, after={"state": to}, at=at
    )
    return certificate


@transaction.atomic
def reissue(certificate: Certificate, *, reason: str, by, at: datetime | None = None) -> Certificate:
    """Print anew with a new number, from the entry as it stands; the old one says on its page that it was replaced."""
    at = at or timezone.now()
    old = _move(certificate, CertificateState.REPLACED, reason=reason, by=by, at=at)
    design = CertificateDesign.objects.select_for_update().current().get(season=old.design.season_id)
    related = ("entry__season__contest", "entry__track", "entry__project__owner", "level")
    award = Award.objects.select_related(*related).get(pk=old.award_id)
    words = _Words(award.entry.season, timezone.localdate(at))
    made = _certificate(design, award, words, number=design.next_number, by=by, at=at, replaces=old)
    made.save(force_insert=True)
    design.next_number += 1
    design.save(update_fields=["next_number"])
    audit.record(made, "certificate.issue", by=by, reason=reason, after={"replaces": old.number}, at=at)
    _tell_holder(made)
    return made


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, by, at: datetime | None = None) -> Certificate:
    """Take a certificate back; its number stays taken and its page says that it has no force."""
    return _move(certificate, CertificateState.REVOKED, reason=reason, by=by, at=at or timezone.now())
