"""The practice that `mock-xpm serve --demo` begins with, and the identifier that the README names."""

from pathlib import Path

from flask import Flask

from mock_xpm.cli import DEMO
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.conftest import unlimited

README = Path(__file__).parents[3] / "README.md"


def test_the_demo_is_a_world_whose_practice_the_readme_names(shared_app: Flask) -> None:
    http = unlimited(shared_app).test_client()
    answer = http.post("/_control/world", data=DEMO.read_bytes())
    assert answer.status_code == 200, answer.text
    (tenant,) = http.get("/_control/tenants").get_json()
    assert f"TENANT={tenant['tenant_id']}\n" in README.read_text("utf-8")
    xpm = Caller(shared_app, tenant["tenant_id"])
    assert xpm.get("client.api/list").count("<Client>") == 3
    assert "<Name>Prepare accounts</Name>" in xpm.get("job.api/get/J000001")
