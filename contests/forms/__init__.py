"""What an organiser types about a season, form by form for each part of its set-up."""

from contests.forms.base import MORE, PartForm
from contests.forms.judged import RubricForm, ScoringForm, StageForm
from contests.forms.plain import AwardForm, DeclarationForm, DocumentForm, QuotaForm, RuleForm, TrackForm
from contests.forms.questions import QuestionForm
from contests.forms.season import BureausForm, SeasonForm, UnitForm

OF_SECTION: dict[str, type[PartForm]] = {
    "tracks": TrackForm,
    "eligibility": RuleForm,
    "questions": QuestionForm,
    "documents": DocumentForm,
    "declarations": DeclarationForm,
    "units": UnitForm,
    "rubrics": RubricForm,
    "scoring": ScoringForm,
    "stages": StageForm,
    "quotas": QuotaForm,
    "awards": AwardForm,
}

__all__ = ["MORE", "OF_SECTION", "BureausForm", "PartForm", "SeasonForm", "UnitForm"]
