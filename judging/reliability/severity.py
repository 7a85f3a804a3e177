"""The second opinion: entries fixed, judges random, by restricted maximum likelihood.

A mark is the entry's value, the judge's severity (drawn from a normal distribution) and chance. Entries are swept out,
so that what remains is a table of judges only, and one ratio of variances is searched on its eigenvalues: exact, and
quick for thousands of entries.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from judging.reliability.table import Table

WIDEST = 25.0


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

    def apart(self, one: int, other: int) -> float:
        """Standard error of the difference of two entries' adjusted values."""
        weights = self.shared[one] - self.shared[other]
        chance = 1 / self.counts[one] + 1 / self.counts[other]
        return float(np.sqrt(self.residual * (chance + weights @ self.spread @ weights)))


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
    own = np.einsum("ej,jk,ek->e", shared, spread, shared)
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


def residuals(table: Table, found: Severity) -> tuple[np.ndarray, np.ndarray]:
    """What is left of each mark, and its own variance: chance less what the mark itself pulled."""
    left = table.value - found.entry[table.entry] - found.judge[table.judge]
    own = -found.shared[table.entry]
    own[np.arange(len(own)), table.judge] += 1
    pulled = 1 / found.counts[table.entry] + np.einsum("ij,jk,ik->i", own, found.spread, own)
    return left, found.residual * np.clip(1 - pulled, 1e-9, None)
