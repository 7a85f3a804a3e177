"""Saving answers to the questions of a season, and taking them over when a question or requirement was renewed."""

from datetime import datetime
from typing import Any

from contests.states import QuestionKind
from core import audit
from projects import questions
from projects.dossier import Dossier
from projects.models import Answer, Entry


def save_answers(entry: Entry, data: dict[str, Any], *, at: datetime) -> tuple[dict, dict] | None:
    """Keep answers by code, each as `questions.taken` has it. Before and after of what changed, None where nothing did.

    The entry is locked. What is not asked now is kept as well: it may be asked again when another answer changes.
    Refused, at the code, where a question doesn't take the answer, and for a code that this track doesn't ask.
    """
    dossier = Dossier(entry)
    by_code = {one.code: one for one in dossier.questions if one.kind != QuestionKind.FILE}
    if unknown := data.keys() - by_code.keys():
        raise TypeError(f"This track has no question {', '.join(sorted(unknown))}")
    values = {code: questions.taken(by_code[code], value) for code, value in data.items()}
    changed = {code: value for code, value in values.items() if value != dossier.values.get(code)}
    if not changed:
        return None
    rows = [Answer(entry=entry, question=by_code[code], value=value, updated_at=at) for code, value in changed.items()]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["entry", "question"],
        update_fields=["value", "updated_at"],
    )
    before = {f"answer.{code}": dossier.values.get(code) for code in changed}
    return before, {f"answer.{code}": value for code, value in changed.items()}


def carry_over(entry: Entry, dossier: Dossier, *, by, at: datetime) -> None:
    """Hang what was given to older versions on the current ones, so that a submitted entry answers what it was asked.

    Nothing is thrown away: what a newer answer or file stands in for stays where it was.
    """
    answers = {key: one for key, one in dossier.answers.items() if one.question_id != key}
    documents = {key: dossier.documents[key] for key in dossier.changed_requirements}
    for key, answer in answers.items():
        answer.question_id = key
        answer.save(update_fields=["question"])
    for key, document in documents.items():
        document.requirement_id = key
        document.save(update_fields=["requirement"])
    if answers or documents:
        after = {"answers": sorted(answers), "documents": sorted(documents)}
        audit.record(entry, "entry.carry", by=by, after=after, at=at)
