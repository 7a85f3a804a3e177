"""Forms of the project library."""

from projects.forms.people import LeaderForm, MemberForm
from projects.forms.precheck import PrecheckForm
from projects.forms.project import CompanyForm, FinanceForm, NewEntryForm, ProjectForm
from projects.forms.questions import AnswerField, QuestionsForm
from projects.forms.step import StepForm
from projects.states import Step

STEP_FORMS: dict[Step, type[StepForm]] = {
    Step.PROJECT: ProjectForm,
    Step.LEADER: LeaderForm,
    Step.COMPANY: CompanyForm,
    Step.FINANCE: FinanceForm,
    Step.QUESTIONS: QuestionsForm,
}

__all__ = [
    "STEP_FORMS", "AnswerField", "CompanyForm", "FinanceForm", "LeaderForm", "MemberForm", "NewEntryForm",
    "PrecheckForm", "ProjectForm", "QuestionsForm", "StepForm",
]  # fmt: skip
