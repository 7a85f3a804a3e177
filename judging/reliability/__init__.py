"""How far marks can be trusted: agreement, severity and what a second opinion would change. Never applied by itself.

`report(marks)` answers everything at once; `python -m judging.reliability MARKS.csv` prints it.
"""

from judging.reliability.report import report
from judging.reliability.table import Table

__all__ = ["Table", "report"]
