"""Signatures and page hashes: against exact sets, against brute force, and on real decks."""

from functools import cache
from io import BytesIO
from random import Random

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from projects import similarity
from projects.names import plain, short_company, short_name
from projects.similarity import ALIKE_PICTURE, Page
from seeds.story.decks import deck
from seeds.story.projects import project

SIGNS = "智能农用地膜海藻降解平台服务医疗康养数据装备材料青岛济南研发团队企业市场技术成本效率提升"
FIRST_MARKS = [-7440888475098333927, 226802642926502165]


@st.composite
def signs(draw) -> str:
    """A text of random signs: nearly every stretch of it is another."""
    chance = Random(draw(st.integers(0, 10**9)))
    return "".join(chance.choices(SIGNS, k=draw(st.integers(300, 600))))


def estimate(one: str, other: str) -> float:
    return float(similarity.likenesses(similarity.signature(one), [similarity.signature(other)])[0])


def exact(one: str, other: str) -> float:
    return similarity.jaccard(similarity.shingles(one), similarity.shingles(other))


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ＡＩ 智慧农场（创业项目）", "AI智慧农场"),
            ("海藻基农用地膜研发及产业化", "海藻基农用地膜"),
            ("“海藻基”农用地膜项目", "海藻基农用地膜"),
            ("Sea Farm Co., Ltd.", "ｓｅａｆａｒｍ"),
        ],
    )
    def test_dress_does_not_count(self, one, other):
        assert short_name(one) == short_name(other)

    @pytest.mark.parametrize(("one", "other"), [("海藻基农用地膜", "海藻基食用胶"), ("一号项目", "二号项目")])
    def test_other_names_stay_apart(self, one, other):
        assert short_name(one) != short_name(other)

    def test_companies_without_province_and_form(self):
        assert short_company("山东省蓝海科技股份有限公司") == short_company("蓝海科技（有限公司）") == "蓝海科技"
        assert short_company("山东有限公司") != ""

    @given(st.text(max_size=80))
    def test_twice_is_once(self, text):
        assert plain(plain(text)) == plain(text)
        assert short_name(short_name(text)) == short_name(text)


class TestTexts:
    @settings(max_examples=60)
    @given(text=signs(), other=signs(), cut=st.integers(0, 300))
    def test_the_estimate_is_near_the_exact_overlap(self, text, other, cut):
        mixed = text[:cut] + other[cut:]

        assert abs(estimate(text, mixed) - exact(text, mixed)) <= 5 * 0.0442

    @given(text=signs())
    @settings(max_examples=20)
    def test_dress_and_the_day_make_no_difference(self, text):
        dressed = "，".join(text[start : start + 9] for start in range(0, len(text), 9))

        assert similarity.signature(dressed) == similarity.signature(text)

    def test_the_same_text_gives_the_same_numbers_for_ever(self):
        made = similarity.signature(SIGNS * 4 + "".join(reversed(SIGNS)))

        assert similarity.text_marks(made)[:2] == FIRST_MARKS
        assert len(set(similarity.text_marks(made))) == similarity.TEXT_BANDS

    def test_a_short_text_has_no_signature(self):
        assert similarity.signature("简介" * 30) == b""
        assert similarity.text_marks(b"") == []
        assert list(similarity.likenesses(b"", [b"x" * 512])) == [0]

    def test_copies_share_a_mark_and_others_hardly_ever(self):
        """Against brute force on 300 told projects, every tenth a copy in which part of the sentences is another's."""
        told = [project(index).texts for index in range(270)]
        texts = [f"{one.one_line}{one.summary}{one.innovation}{one.business_model}{one.market}" for one in told]
        texts += [texts[n][: int(len(texts[n]) * 0.8)] + texts[n + 40][-100:] for n in range(30)]
        kept = [similarity.signature(text) for text in texts]
        marks = [set(similarity.text_marks(one)) for one in kept]
        sets = [similarity.shingles(text) for text in texts]
        alike, found, checked = set(), set(), 0
        for one in range(len(texts)):
            for other in range(one):
                if similarity.jaccard(sets[one], sets[other]) >= similarity.ALIKE_TEXT + 0.05:
                    alike.add((one, other))
                if marks[one] & marks[other]:
                    checked += 1
                    if similarity.likenesses(kept[one], [kept[other]])[0] >= similarity.ALIKE_TEXT:
                        found.add((one, other))

        assert len(alike) >= 15
        assert len(alike - found) <= 1
        assert checked < 0.1 * len(texts) ** 2 / 2
        assert {pair for pair in found - alike if exact(texts[pair[0]], texts[pair[1]]) < 0.45} == set()


@cache
def drawn(index: int, width: int = 640) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(deck(project(index)))
    return [page.render(scale=width / page.get_width()).to_pil().convert("L") for page in document]


def hashed(picture: Image.Image) -> bytes:
    side = similarity.SIDE
    return similarity.picture_hash(picture.convert("L").resize((side, side), Image.Resampling.LANCZOS).tobytes())


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    kept = BytesIO()
    picture.convert("RGB").save(kept, "JPEG", quality=quality)
    return Image.open(BytesIO(kept.getvalue()))


def cropped(picture: Image.Image, part: float) -> Image.Image:
    wide, high = picture.size
    return picture.crop((round(wide * part), round(high * part), wide - round(wide * part), high - round(high * part)))


class TestPages:
    @pytest.mark.parametrize(
        "change",
        [
            lambda one: compressed(one, 50),
            lambda one: one.resize((360, 203), Image.Resampling.BICUBIC),
            lambda one: one.resize((1280, 720), Image.Resampling.BICUBIC),
            lambda one: one.point(lambda value: int(255 * (value / 255) ** 1.2)),
            lambda one: cropped(one, 0.002),
        ],
        ids=["jpeg", "smaller", "larger", "darker", "cropped"],
    )
    def test_the_same_page_in_another_dress(self, change):
        pages = [page for index in (3, 17) for page in drawn(index)]
        near = [similarity.distance(hashed(page), hashed(change(page))) <= ALIKE_PICTURE for page in pages]

        assert sum(near) >= 0.9 * len(near)

    def test_a_page_drawn_larger_is_mostly_the_same(self):
        near = [
            similarity.distance(hashed(one), hashed(other)) <= ALIKE_PICTURE
            for one, other in zip(drawn(3), drawn(3, 1000), strict=True)
        ]

        assert sum(near) >= 0.8 * len(near)

    def test_pages_of_one_deck_and_of_other_decks_differ(self):
        pages = [page for index in (3, 17, 29, 41) for page in drawn(index)]
        hashes = [hashed(page) for page in pages]
        near = [
            (one, other)
            for one in range(len(hashes))
            for other in range(one)
            if similarity.distance(hashes[one], hashes[other]) <= ALIKE_PICTURE
        ]

        assert near == []

    def test_a_blank_page_has_no_hash(self):
        assert hashed(Image.new("L", (640, 360), 255)) == b""
        faint = Image.new("L", (640, 360), 255)
        ImageDraw.Draw(faint).text((5, 5), "3", fill=0)
        assert hashed(faint) == b""
        assert similarity.picture_marks(b"") == []

    def test_few_words_say_nothing(self):
        assert similarity.words_mark("谢谢观看，欢迎交流！") is None
        assert similarity.words_mark("海藻" * 30) == similarity.words_mark("海 藻，" * 30) != None  # noqa: E711

    @given(st.binary(min_size=128, max_size=128), st.lists(st.integers(1, 1023), unique=True, max_size=60))
    def test_distance_counts_bits(self, picture, flipped):
        other = int.from_bytes(picture)
        for bit in flipped:
            other ^= 1 << bit

        assert similarity.distance(picture, other.to_bytes(128)) == len(flipped)


class TestMatching:
    def pages(self, index: int) -> list[Page]:
        return [Page(number, hashed(page)) for number, page in enumerate(drawn(index), 1)]

    def test_a_copied_deck_with_pages_moved_and_one_new(self):
        newer, older = self.pages(3), self.pages(3)
        copied = [Page(number, page.picture) for number, page in enumerate([*older[2:], older[0]], 1)]
        pairs = similarity.matching_pages(copied, newer)

        assert [one for one, _other in pairs] == list(range(1, len(copied) + 1))
        assert [other for _one, other in pairs] == [*range(3, len(older) + 1), 1]
        assert similarity.is_copied(len(pairs), len(copied), len(newer))

    def test_other_decks_do_not_match(self):
        assert similarity.matching_pages(self.pages(3), self.pages(17)) == []

    def test_equal_words_match_whatever_the_picture(self):
        one, other = Page(1, b"\x00" * 128, words=7), Page(4, b"\xff" * 128, words=7)

        assert similarity.matching_pages([one], [other]) == [(1, 4)]

    @given(st.lists(st.binary(min_size=128, max_size=128), max_size=6), st.randoms(use_true_random=False))
    @settings(max_examples=40)
    def test_no_page_is_used_twice(self, pictures, chance):
        newer = [Page(number, picture) for number, picture in enumerate(pictures * 2, 1)]
        older = [Page(number, picture) for number, picture in enumerate(chance.sample(pictures, len(pictures)), 1)]
        pairs = similarity.matching_pages(newer, older)

        assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
        assert len(pairs) >= len({*pictures} - {b""})

    @pytest.mark.parametrize(
        ("matching", "newer", "older", "copied"),
        [(3, 20, 20, True), (2, 4, 30, True), (2, 5, 30, False), (1, 2, 2, False), (0, 0, 0, False)],
    )
    def test_how_many_pages_say_something(self, matching, newer, older, copied):
        assert similarity.is_copied(matching, newer, older) is copied
