"""FIDELITY.md says of each method what the route table does."""

from pathlib import Path

import mock_xpm
from mock_xpm.routes import METHODS

PAGE = Path(mock_xpm.__file__).with_name("FIDELITY.md").read_text(encoding="utf-8")
KNOWN = {"recorded", "documented", "ours"}
CONTRACT = """
GET client.api/list
GET client.api/paged-list
GET client.api/search
GET client.api/get/{uuid}
POST client.api/add
PUT client.api/update
PUT client.api/archive
POST client.api/delete
GET client.api/contacts
GET client.api/contact/{uuid}
PUT client.api/contact/{uuid}
DELETE client.api/contact/{uuid}
POST client.api/contact
POST client.api/client/{uuid}/contacts
GET client.api/documents/{uuid}
POST client.api/document
POST client.api/addrelationship
PUT client.api/updaterelationship
POST client.api/deleterelationship
GET client.api/get/{uuid}/customfield
PUT client.api/update/{uuid}/customfield
GET job.api/current
GET job.api/get/{number}
GET job.api/list
GET job.api/staff/{uuid}
GET job.api/client/{uuid}
GET job.api/tasks
POST job.api/add
PUT job.api/update
PUT job.api/state
PUT job.api/assign
POST job.api/delete
POST job.api/applytemplate
POST job.api/task
PUT job.api/task
PUT job.api/task/{uuid}/complete
PUT job.api/task/{uuid}/reopen
PUT job.api/reordertasks
POST job.api/note
GET job.api/documents/{number}
POST job.api/document
GET job.api/costs/{number}
POST job.api/cost
PUT job.api/cost
POST job.api/createquote/{number}
POST job.api/createestimate/{number}
GET staff.api/list
GET staff.api/get/{uuid}
POST staff.api/add
POST staff.api/delete
POST staff.api/enable
POST staff.api/disable
POST staff.api/forgottenpassword
PUT staff.api/update
GET template.api/list
GET category.api/list
GET task.api/list
GET task.api/get/{uuid}
GET clientgroup.api/list
GET clientgroup.api/get/{uuid}
POST clientgroup.api/add
POST clientgroup.api/delete
PUT clientgroup.api/members
GET customfield.api/definition
GET customfield.api/get/{uuid}
POST customfield.api/add
POST customfield.api/delete
PUT customfield.api/update
GET quote.api/current
GET quote.api/draft
GET quote.api/list
GET quote.api/get/{number}
GET invoice.api/current
GET invoice.api/draft
GET invoice.api/list
GET invoice.api/get/{number}
"""
"""The methods of the contract, transcribed. Both versions have them all."""


def rows() -> dict[tuple[str, str], str]:
    cells = [
        [cell.strip() for cell in line.split("|")] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    return {(row[2], row[1].strip("`")): row[3] for row in cells}


def test_every_method_has_a_line_and_every_line_a_method() -> None:
    paths = [
        (method.verb, method.path.replace("<key>", "{uuid}").replace("<number>", "{number}"))
        for method in METHODS
    ]
    assert list(rows()) == paths


def test_each_line_says_where_the_behaviour_comes_from() -> None:
    assert set(rows().values()) <= KNOWN


def test_the_api_has_the_methods_of_the_contract_and_no_others() -> None:
    there = {
        f"{method.verb} {method.path.replace('<key>', '{uuid}').replace('<number>', '{number}')}"
        for method in METHODS
    }
    assert there == set(CONTRACT.split("\n")[1:-1])
