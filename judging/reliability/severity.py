"""The second opinion: entries fixed, judges random, by restricted maximum likelihood.

A mark is the entry's value, the judge's severity (drawn from a normal distribution) and chance. Entries are swept out,
so that what remains is a table of judges only, and one ratio of variances is searched on its eigenvalues: exact, and
quick for thousands of entries.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import optimize, sparse, stats

from judging.reliability.table import Table

WIDEST = 25.0
FARTHEST = 2.5
ROUNDS = 5


@dataclass(frozen=True)
class Severity:
    """`judge` and `entry` hold shrunken effects and adjusted values with standard errors; variances in marks².

    `spread` (judges × judges, over the residual variance) is how uncertain the effects are together, `shared` (entries
    × judges) the share of an entry's marks that came from each judge.
    """

    between: float
    residual: float
    judge: np.ndarray
    judge_error: np.ndarray
    entry: np.ndarray
    entry_error: np.ndarray
    noticeable: float
    spread: np.ndarray
    shared: np.ndarray
    counts: np.ndarray

    def apart(self, one: int, others: np.ndarray) -> np.ndarray:
        """Standard errors of the differences of one entry's adjusted value from those of others."""
        together = self.residual * (self.sparse[others] @ (self.shared[one] @ self.spread))
        variance = self.entry_error[one] ** 2 + self.entry_error[others] ** 2 - 2 * together
        return np.sqrt(np.clip(variance, 0, None))

    @cached_property
    def sparse(self) -> sparse.csr_matrix:
        """`shared` without its zeros: a panel is a few judges of hundreds."""
        return sparse.csr_matrix(self.shared)


def estimate(table: Table) -> Severity:
    """Needs a table with more marks than entries. `noticeable` is the chance of such severities from none at all."""
    count, width = len(table.entries), len(table.judges)
    marks = table.marks_of_entry
    incidence = np.zeros((count, width))
    np.add.at(incidence, (table.entry, table.judge), 1.0)
    shared = incidence / marks[:, None]
    left = table.value - table.means[table.entry]
    swept = np.diag(incidence.sum(axis=0)) - incidence.T @ shared
    toward = np.bincount(table.judge, left, minlength=width)
    freedom = len(table.value) - count
    values, vectors = np.linalg.eigh(swept)
    values, along = np.clip(values, 0, None), vectors.T @ toward
    whole = float(left @ left)

    def residual(ratio: float) -> float:
        return max((whole - (along**2 * ratio / (1 + ratio * values)).sum()) / freedom, 1e-300)

    def deviance(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        return freedom * np.log(residual(ratio)) + np.log1p(ratio * values).sum()

    best = optimize.minimize_scalar(deviance, bounds=(-WIDEST, WIDEST), method="bounded", options={"xatol": 1e-10})
    nothing = freedom * np.log(residual(0.0))
    ratio = float(np.exp(best.x)) if best.fun < nothing - 1e-9 else 0.0
    chance = residual(ratio)
    spread = (vectors * (ratio / (1 + ratio * values))) @ vectors.T
    judge = vectors @ (along * ratio / (1 + ratio * values))
    value = table.means - shared @ judge
    own = ((shared @ spread) * shared).sum(axis=1)
    tested = max(nothing - best.fun, 0.0)
    return Severity(
        between=chance * ratio,
        residual=chance,
        judge=judge,
        judge_error=np.sqrt(np.clip(chance * np.diag(spread), 0, None)),
        entry=value,
        entry_error=np.sqrt(chance * (1 / marks + own)),
        noticeable=float(0.5 * stats.chi2.sf(tested, 1)) if ratio else 1.0,
        spread=spread,
        shared=shared,
        counts=marks,
    )


def winsorised(table: Table) -> tuple[Severity, int]:
    """The estimate with marks drawn in to `FARTHEST` standard deviations from what entry and judge suggest, so that a
    single wild mark makes no judge severe, and how many marks were drawn in."""
    drawn, found = table, estimate(table)
    for _round in range(ROUNDS):
        left, own = residuals(table, found)
        far = FARTHEST * np.sqrt(own)
        value = table.value - left + np.clip(left, -far, far)
        if np.allclose(value, drawn.value, atol=1e-6):
            break
        drawn = replace(table, value=value)
        found = estimate(drawn)
    return found, int((np.abs(drawn.value - table.value) > 1e-6).sum())


def residuals(table: Table, found: Severity) -> tuple[np.ndarray, np.ndarray]:
    """What is left of each mark, and its own variance: chance less what the mark itself pulled."""
    left = table.value - found.entry[table.entry] - found.judge[table.judge]
    own = -found.shared[table.entry]
    own[np.arange(len(own)), table.judge] += 1
    pulled = 1 / found.counts[table.entry] + ((own @ found.spread) * own).sum(axis=1)
    return left, found.residual * np.clip(1 - pulled, 1e-9, None)
