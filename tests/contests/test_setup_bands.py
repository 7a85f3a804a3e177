"""Bands of a criterion: on its step, without gap or overlap, from 0 to the maximum."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contests.forms.judged import BANDS, bands

NAMES = [name for name, _low in BANDS]


@given(st.integers(4, 200), st.sampled_from(["0.1", "0.25", "0.5", "1", "2"]))
def test_every_mark_lies_in_the_band_that_its_share_says(steps, step):
    step = Decimal(step)
    maximum = steps * step
    found = [(one["name"], Decimal(one["from"]), Decimal(one["to"])) for one in bands(maximum, step, NAMES)]
    for number in range(steps + 1):
        mark = number * step
        expected = next(name for name, low in BANDS if mark * 100 >= maximum * low)
        assert [name for name, low, high in found if low <= mark <= high] == [expected]
