"""The frozen entry: everything that offices and judges need, as it stood at submission, numbers of people masked."""

import hashlib
from datetime import datetime

from core.identity import masked_id, masked_phone
from core.models import Region
from projects import questions
from projects.dossier import Dossier
from projects.models import Entry, Project, TeamMember
from projects.sheet import FACTS_OF_A_PERSON, PROJECT_FIELDS, plain_value

FORMAT = 1
REGIONS = ("region", "company_region", "landing_region")


def snapshot_of(entry: Entry, dossier: Dossier, *, findings=(), at: datetime | None = None) -> dict:
    """Of a draft as well, for its contestant to look over before submitting."""
    project, places, told = dossier.project, _places(dossier), dossier.told
    return {
        "format": FORMAT,
        "number": entry.number,
        "title": project.name,
        "season": {"id": entry.season_id, "title": entry.season.title},
        "track": _named(entry.track),
        "unit": _named(entry.unit),
        "zone": _named(entry.zone),
        "submitted_at": at.isoformat() if at else None,
        "project": _project(project, places),
        "leader": _leader(dossier.leader, places) if dossier.leader else {},
        "team": [_member(one) for one in dossier.team],
        "answers": [questions.frozen(one, told[one.code]) for one in dossier.asked if told[one.code] is not None],
        "documents": [_document(one, dossier) for one in dossier.requirements if one.pk in dossier.documents],
        "declarations": [_declaration(one, dossier) for one in dossier.declarations if one.pk in dossier.agreements],
        "eligibility": [found.kept() for found in findings],
    }


def _named(part) -> dict | None:
    return {"id": part.pk, "name": part.name, "name_en": getattr(part, "name_en", "")} if part else None


def _project(project: Project, places: dict[str, Region]) -> dict:
    names = [name for names in PROJECT_FIELDS.values() for name in names if name not in REGIONS]
    facts = {name: plain_value(getattr(project, name)) for name in names}
    return facts | {name: plain_value(places.get(getattr(project, f"{name}_id"))) for name in REGIONS}


def _places(dossier: Dossier) -> dict[str, Region]:
    """Every place that the snapshot names, with the city it lies in."""
    codes = {getattr(dossier.project, f"{name}_id") for name in REGIONS}
    employer = dossier.leader.person.employer if dossier.leader else None
    codes.add(employer.region_id if employer else None)
    return Region.objects.select_related("parent").in_bulk(codes - {None})


def text_digest(declaration) -> str:
    return hashlib.sha256(declaration.text.encode()).hexdigest()


def _leader(member: TeamMember, places: dict[str, Region]) -> dict:
    person = member.person
    facts = {name: plain_value(getattr(person, name)) for name in FACTS_OF_A_PERSON}
    return {
        **facts,
        "person": person.pk,
        "name": person.name,
        "id_kind": person.id_kind,
        "id_number": masked_id(person.id_number),
        "birth_date": plain_value(person.birth_date),
        "sex": person.sex,
        "phone": masked_phone(person.phone),
        "employer": person.employer.name if person.employer else "",
        "employer_region": plain_value(places.get(person.employer.region_id)) if person.employer else "",
    }


def _member(member: TeamMember) -> dict:
    person = member.person
    return {
        "kind": member.kind,
        "person": person.pk,
        "name": person.name,
        "id_kind": person.id_kind,
        "id_number": masked_id(person.id_number),
        "birth_date": plain_value(person.birth_date),
        "school": person.school,
        "degree": person.degree,
        "title": person.title,
        "work": member.work,
        "share": plain_value(member.share),
    }


def _document(requirement, dossier: Dossier) -> dict:
    version = dossier.documents[requirement.pk].current
    prefix, _dot, code = dossier.key_of(requirement).partition(".")
    return {
        **({"question": code} if prefix == "answer" else {}),
        "requirement": requirement.pk,
        "kind": requirement.kind,
        "label": requirement.label,
        "label_en": requirement.label_en,
        "judged": requirement.judged,
        "version": version.pk,
        "name": version.name,
        "extension": version.extension,
        "size": version.size,
        "sha256": version.sha256,
        "pages": version.pages,
    }


def _declaration(declaration, dossier: Dossier) -> dict:
    agreement = dossier.agreements[declaration.pk]
    return {
        "code": declaration.code,
        "title": declaration.title,
        "title_en": declaration.title_en,
        "text_digest": agreement.text_digest,
        "at": agreement.at.isoformat(),
    }
