"""Pages of certificates: the public check, the winner's own, the officer's, and who may print what."""

from io import BytesIO

import pikepdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext, override

from certificates import printing, services
from certificates.models import Award, Certificate
from certificates.queries import certificates_visible_to
from certificates.states import CertificateState
from core.models import Job
from tests import factories
from tests.certificates.finals import Final
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def final():
    return Final().issued()


def says(page, text: str) -> bool:
    with override("zh-hans"):
        return gettext(text) in page.content.decode()


def verify(client, certificate):
    return client.get(reverse("certificates:verify", args=[certificate.token]))


class TestVerify:
    def test_anybody_sees_number_award_and_project_but_the_leader_in_part(self, client, final):
        for certificate in final.certificates[:2]:  # One of a company, one of a team that bears its leader's name.
            page = verify(client, certificate)
            text = page.content.decode()

            assert page.status_code == 200
            assert says(page, "This certificate is genuine and valid.")
            assert all(certificate.fields[name] in text for name in ("number", "award", "project", "contest"))
            assert "林**" in text
            assert not any(name in text for name in ("林晓棠", "赵一", "钱二", "周四"))

    def test_an_old_number_says_it_was_replaced(self, client, final):
        old = final.certificates[0]
        new = services.reissue(old, reason="姓名更正", by=final.by, at=NOW)

        assert says(verify(client, old), "This certificate was replaced by a newer one.")
        assert not says(verify(client, old), "This certificate is genuine and valid.")
        assert says(verify(client, new), "This certificate is genuine and valid.")
        assert "姓名更正" not in verify(client, old).content.decode()

    def test_a_revoked_one_has_no_force(self, client, final):
        services.revoke(final.certificates[0], reason="异议成立", by=final.by, at=NOW)

        assert says(verify(client, final.certificates[0]), "This certificate was revoked and has no force.")

    def test_an_unknown_code_is_not_found(self, client, final):
        page = client.get(reverse("certificates:verify", args=["0" * 20]))

        assert page.status_code == 404
        assert says(page, "No certificate has this code.")

    @pytest.mark.parametrize("typed", ["T-00002", " t-00002 "])
    def test_the_printed_number_leads_to_the_page(self, client, final, typed):
        page = client.get(reverse("certificates:check"), {"number": typed})

        assert page.url == reverse("certificates:verify", args=[final.certificates[1].token])

    def test_an_unknown_number_is_not_found_and_none_is_asked_for(self, client, final):
        address = reverse("certificates:check")

        assert client.get(address, {"number": "T-09999"}).status_code == 404
        assert client.get(address).status_code == 200

    def test_costs_one_query(self, client, final, django_assert_num_queries):
        services.reissue(final.certificates[0], reason="姓名更正", by=final.by, at=NOW)
        for certificate in final.certificates[:2]:
            with django_assert_num_queries(1):
                verify(client, certificate)


def people(final) -> dict:
    return {
        "winner": final.entries[0].project.owner,
        "loser": final.entries[3].project.owner,
        "province": final.by,
        "administrator": factories.administrator(),
        "supervisor": factories.supervisor(final.season),
        "other province": factories.province(factories.SeasonFactory()),
        "clerk": factories.clerk(final.unit),
        "city": factories.city(final.unit),
        "stranger": factories.UserFactory(),
    }


class TestWhoPrints:
    def test_list_and_rule_agree(self, final):
        other = Final().awarded().designed("U")
        other.certificates = services.issue_certificates(other.season, by=other.by, at=NOW)
        watches = factories.supervisor(final.season)
        factories.grant(watches, "province", contest=other.season.contest)
        everybody = {**people(final), "watches one, runs another": watches, "nobody": AnonymousUser()}
        expected = {
            "winner": {final.certificates[0]},
            "province": set(final.certificates),
            "administrator": {*final.certificates, *other.certificates},
            "watches one, runs another": set(other.certificates),
        }

        for name, user in everybody.items():
            seen = set(certificates_visible_to(user))
            may = {one for one in Certificate.objects.all() if user.has_perm("certificates.print", one)}
            assert seen == may == expected.get(name, set()), name

    def test_one_pdf_for_its_winner_and_its_organiser_only(self, final, signed_in):
        address = reverse("certificates:single", args=[final.certificates[0].pk])
        answers = {name: signed_in(user).get(address) for name, user in people(final).items()}

        assert {name for name, one in answers.items() if one.status_code == 200} == {
            "winner", "province", "administrator",
        }  # fmt: skip
        assert {one.status_code for one in answers.values()} == {200, 404}
        paper = pikepdf.open(BytesIO(answers["winner"].content))
        assert len(paper.pages) == 1
        assert "T-00001" in answers["winner"]["Content-Disposition"]

    def test_no_pdf_of_one_without_force(self, final, signed_in):
        old = final.certificates[0]
        services.reissue(old, reason="姓名更正", by=final.by, at=NOW)

        answer = signed_in(old.award.entry.project.owner).get(reverse("certificates:single", args=[old.pk]))

        assert answer.url == reverse("certificates:mine")

    def test_mine_are_mine_even_for_an_organiser(self, final, signed_in):
        address = reverse("certificates:mine")

        assert set(signed_in(final.entries[0].project.owner).get(address).context["page"]) == {final.certificates[0]}
        assert set(signed_in(final.by).get(address).context["page"]) == set()

    def test_seasons_are_those_one_gives_awards_in(self, final, signed_in):
        for name, user in people(final).items():
            listed = set(signed_in(user).get(reverse("certificates:seasons")).context["page"])
            opened = signed_in(user).get(reverse("certificates:season", args=[final.season.pk])).status_code == 200
            assert (final.season in listed) == opened == (name in {"province", "administrator"}), name


class TestOfficer:
    def test_from_the_published_final_to_the_certificates(self, signed_in):
        final = Final().published().designed()
        client = signed_in(final.by)
        client.post(reverse("certificates:give", args=[final.season.pk]))
        assert Award.objects.count() == 3
        client.post(reverse("certificates:issue", args=[final.season.pk]))

        page = client.get(reverse("certificates:season", args=[final.season.pk]))
        assert [award.valid_certificate.number for award in page.context["page"]] == ["T-00001", "T-00002", "T-00003"]

    def test_without_a_design_nothing_is_issued_and_the_page_says_why(self, signed_in):
        final = Final().awarded()
        client = signed_in(final.by)
        page = client.post(reverse("certificates:issue", args=[final.season.pk]), follow=True)

        assert says(page, "This season has no certificate design yet. Set one up, then issue.")
        assert not Certificate.objects.exists()

    def test_replacing_and_revoking_with_a_reason(self, final, signed_in):
        client, (one, two, three) = signed_in(final.by), final.certificates
        client.post(reverse("certificates:reissue", args=[one.pk]), {"reason": "姓名更正"})
        client.post(reverse("certificates:revoke", args=[two.pk]), {"reason": "异议成立"})
        client.post(reverse("certificates:revoke", args=[three.pk]), {"reason": " "})

        states = Certificate.objects.order_by("number").values_list("state", flat=True)
        assert list(states) == ["replaced", "revoked", "valid", "valid"]

    def test_the_batch_prints_every_valid_one(self, final, signed_in, django_capture_on_commit_callbacks):
        services.revoke(final.certificates[0], reason="异议成立", by=final.by, at=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            answer = signed_in(final.by).post(reverse("certificates:batch", args=[final.season.pk]))

        job = Job.objects.get()
        assert answer.url == reverse("core:job", args=[job.pk])
        assert (job.state, job.by, job.failures) == ("done", final.by, [])
        valid = Certificate.objects.filter(state=CertificateState.VALID).count()
        assert len(pikepdf.open(BytesIO(job.result.read())).pages) == valid == 2


@pytest.mark.parametrize("rows", [1, 3])
class TestCosts:
    """Queries with session and account, at one row and at three."""

    def test_season(self, signed_in, django_assert_num_queries, rows):
        final = Final(entries=rows).issued()
        client = signed_in(final.by)

        with django_assert_num_queries(13):
            page = client.get(reverse("certificates:season", args=[final.season.pk]))
        assert len(page.context["page"]) == rows

    def test_mine(self, signed_in, django_assert_num_queries, rows):
        final = Final(entries=rows)
        owner = factories.UserFactory()
        for entry in final.entries:
            entry.project.owner = owner
            entry.project.save()
        final.issued()
        client = signed_in(owner)

        with django_assert_num_queries(6):
            page = client.get(reverse("certificates:mine"))
        assert len(page.context["page"]) == rows


class TestDesignPage:
    """The page of the design: what was typed stands at its field, and what was issued keeps its look."""

    @pytest.fixture
    def organised(self, signed_in):
        final = Final(entries=2)
        return final, signed_in(final.by)

    def typed(self, browser, season, **changed) -> dict:
        form = browser.get(reverse("certificates:design", args=[season.pk])).context["form"]
        data = {"blocks-count": len(form.blocks), "seals-count": len(form.seals)}
        data |= {f"{block['key']}-count": block["count"] for block in form.blocks}
        for piece in (form, *form.pieces):
            for field in piece:
                value = field.value()
                if value is not None and value is not False:
                    data[field.html_name] = "on" if value is True else value
        return {**data, **changed}

    def test_a_design_is_begun_looked_at_and_changed(self, organised):
        final, browser = organised
        address = reverse("certificates:design", args=[final.season.pk])
        picture = browser.get(reverse("certificates:design_picture", args=[final.season.pk]))
        assert picture.content[:4] == b"RIFF"

        answer = browser.post(address, self.typed(browser, final.season, **{"block-0-0-text": "*获奖证书*"}))
        assert answer.status_code == 302
        kept = final.season.certificate_designs.get()
        assert kept.data["blocks"][0]["paragraphs"][0]["text"] == "*获奖证书*"
        assert browser.get(reverse("certificates:design_picture", args=[final.season.pk])).content != picture.content

    def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(self, organised):
        final, browser = organised
        address = reverse("certificates:design", args=[final.season.pk])
        wrong = {"block-1-0-text": "{contest} [", "seal-0-x": "290", "qr_size": "9"}
        answer = browser.post(address, self.typed(browser, final.season, **wrong))

        form = answer.context["form"]
        assert answer.status_code == 422
        assert "text" in form.blocks[1]["paragraphs"][0].errors
        assert "x" in form.seals[0].errors
        assert "qr_size" in form.errors
        assert form.blocks[1]["paragraphs"][0]["text"].value() == "{contest} ["
        assert not final.season.certificate_designs.exists()

    def test_another_paragraph_costs_nothing_that_was_typed(self, organised):
        final, browser = organised
        address = reverse("certificates:design", args=[final.season.pk])
        data = self.typed(browser, final.season, **{"block-0-0-text": "新标题", "more": "block-0"})
        form = browser.post(address, data).context["form"]
        assert [one["text"].value() for one in form.blocks[0]["paragraphs"]] == ["新标题", ""]

    def test_issued_certificates_keep_their_design(self, organised):
        final, browser = organised
        final.issued()
        first = final.season.certificate_designs.get()
        address = reverse("certificates:design", args=[final.season.pk])
        new = {"block-0-0-text": "*获奖证书*"}
        assert "reason" in browser.post(address, self.typed(browser, final.season, **new)).context["form"].errors

        assert browser.post(address, self.typed(browser, final.season, **new, reason="厅名更改")).status_code == 302
        second = final.season.certificate_designs.current().get()
        assert (second.replaces, second.next_number) == (first, first.next_number)
        assert {one.design for one in final.certificates} == {first}
        made = services.reissue(final.certificates[0], reason="错字", by=final.by)
        assert made.design == second
        out = BytesIO()
        printing.batch_pdf(final.season, out)
        assert len(pikepdf.open(out).pages) == len(final.certificates)
