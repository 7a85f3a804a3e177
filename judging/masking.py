"""The names that entries and judges bear on a draw's public record.

A record must hold what was drawn from, conflicts included, and may name nobody. So entries and judges go by the start
of an HMAC of their number under a mask that stays inside. The mask can't be chosen after the witness has spoken: the
secret whose check code was published is itself the SHA-256 of the mask.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

LENGTH = 16


def secret_of(mask: str) -> str:
    """The secret that belongs to a mask; nobody finds the mask from it, nor another mask for it."""
    return hashlib.sha256(f"luyan:{mask}".encode()).hexdigest()


@dataclass(frozen=True)
class Names:
    """Names under one mask; without a mask everything keeps its plain number."""

    mask: str

    def of(self, kind: str, plain: object) -> str:
        if not self.mask:
            return str(plain)
        code = hmac.digest(self.mask.encode(), f"{kind}:{plain}".encode(), "sha256").hex()
        return f"{kind[0]}{code[:LENGTH]}"

    def entry(self, number: str) -> str:
        return self.of("entry", number)

    def judge(self, seat: object) -> str:
        return self.of("judge", seat)

    def entries(self, numbers: Iterable[str]) -> dict[str, str]:
        """Name on the record → entry number."""
        return {self.entry(number): number for number in numbers}

    def judges(self, seats: Iterable[object]) -> dict[str, int]:
        """Name on the record → seat."""
        return {self.judge(seat): int(seat) for seat in seats}
