"""The calls for jobs, as the contract has them."""

from dataclasses import replace
from datetime import date

import pytest
from syncer_answers import JOB, JOBS
from syncer_desk import answer
from syncer_xpm_desk import PLANNED, ROOT, api, sent

NO_COSTS = b'<Response api-method="Costs"><Status>OK</Status><Costs /></Response>'
ONE_COST = NO_COSTS.replace(
    b"<Costs />", b"<Costs><Cost><UUID>k-9</UUID><Description>Filing fee</Description></Cost></Costs>"
)


def test_a_jobs_tasks_are_read_in_its_order() -> None:
    tasks = b"<Tasks><Task><UUID>k-2</UUID></Task><Task><UUID>k-1</UUID></Task></Tasks>"
    xpm, script = api(
        answer(200, JOB.replace(b"<Tasks />", tasks)),
        answer(200, NO_COSTS),
        answer(200, JOB),
        answer(200, NO_COSTS),
    )
    assert xpm.contents_of("J000031") == ["k-2", "k-1"]
    assert xpm.contents_of("J000031") == []
    assert [str(one.url).removeprefix(ROOT) for one in script.asked[:2]] == [
        "job.api/get/J000031", "job.api/costs/J000031",
    ]  # fmt: skip
    assert xpm.transport.meter.calls == 4


def test_e11_costs_on_a_job_tell_a_template_of_costs_alone() -> None:
    xpm, _ = api(answer(200, JOB), answer(200, ONE_COST))
    assert xpm.contents_of("J000031") == ["k-9"]


def test_a_job_is_added_with_its_template() -> None:
    xpm, script = api(answer(200, JOB))
    assert xpm.add_job(PLANNED, "x1").number == "J000031"
    assert sent(script) == (
        "POST",
        "job.api/add",
        (
            b"<Job><Name>Tax return</Name><Description>01 Jul, 2026</Description><ClientUUID>x1</ClientUUID>"
            b"<StartDate>20260701</StartDate><DueDate>20260731</DueDate><ClientNumber>PROP-1042</ClientNumber>"
            b"<TemplateUUID>t-1</TemplateUUID></Job>"
        ),
    )


def test_a_job_without_a_template_names_none() -> None:
    xpm, script = api(answer(200, JOB))
    xpm.add_job(replace(PLANNED, template_uuids=()), "x1")
    assert b"TemplateUUID" not in sent(script)[2]


def test_e14_a_job_is_added_with_category_and_budget() -> None:
    xpm, script = api(answer(200, JOB))
    xpm.add_job(replace(PLANNED, category_uuid="cat-1", budget="1200.50"), "x1")
    assert sent(script)[2].endswith(
        b"<TemplateUUID>t-1</TemplateUUID><CategoryUUID>cat-1</CategoryUUID><Budget>1200.50</Budget></Job>"
    )


def test_categories_and_the_jobs_of_some_days_are_read() -> None:
    categories = (
        b'<Response api-method="List"><Status>OK</Status><Categories><Category><UUID>cat-1</UUID>'
        b"<Name>Compliance</Name></Category></Categories></Response>"
    )
    xpm, script = api(answer(200, categories), answer(200, JOBS))
    assert xpm.categories() == {"cat-1"}
    (job,) = xpm.jobs_between(date(2026, 7, 1), date(2027, 6, 30))
    assert (job.number, job.order_number, job.start_date) == ("J000031", "PROP-1042", "2026-07-01")
    assert [str(one.url).removeprefix(ROOT) for one in script.asked] == [
        "category.api/list", "job.api/list?from=20260701&to=20270630",
    ]  # fmt: skip


def test_e11_milestones_on_a_job_are_told_from_later_ones_by_their_place() -> None:
    milestone = b"<Milestone><Date>2026-07-01T00:00:00</Date><Description>Lodge</Description></Milestone>"
    two = JOB.replace(b"<Milestones />", b"<Milestones>" + milestone * 2 + b"</Milestones>")
    xpm, _ = api(answer(200, two), answer(200, NO_COSTS))
    assert xpm.contents_of("J000031") == ["milestone 0", "milestone 1"]


def test_a_further_template_is_applied() -> None:
    xpm, script = api(answer(200, JOB))
    xpm.apply_template("J000031", "t-2")
    assert sent(script) == (
        "POST",
        "job.api/applytemplate",
        b"<Job><ID>J000031</ID><TemplateUUID>t-2</TemplateUUID><TaskMode>AddNew</TaskMode></Job>",
    )


@pytest.mark.parametrize(
    ("manager", "partner", "body"),
    [
        ("s-1", "s-2", b'<Job><ID>J1</ID><add-manager uuid="s-1"></add-manager><add-partner uuid="s-2"></add-partner></Job>'),
        (None, "s-2", b'<Job><ID>J1</ID><add-partner uuid="s-2"></add-partner></Job>'),
        ("s-1", None, b'<Job><ID>J1</ID><add-manager uuid="s-1"></add-manager></Job>'),
    ],
)  # fmt: skip
def test_e16_manager_and_partner_are_assigned(manager: str | None, partner: str | None, body: bytes) -> None:
    xpm, script = api(answer(200, JOB))
    xpm.assign("J1", manager_uuid=manager, partner_uuid=partner)
    assert sent(script) == ("PUT", "job.api/assign", body)


def test_e16_everybody_is_assigned_in_one_call() -> None:
    xpm, script = api(answer(200, JOB))
    xpm.assign("J1", manager_uuid="s-1", partner_uuid="s-2", staff_uuids=["s-3", "s-1"])
    assert sent(script)[2] == (
        b'<Job><ID>J1</ID><add uuid="s-3"></add><add uuid="s-1"></add>'
        b'<add-manager uuid="s-1"></add-manager><add-partner uuid="s-2"></add-partner></Job>'
    )
