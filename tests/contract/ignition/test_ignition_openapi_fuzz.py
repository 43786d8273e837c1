"""schemathesis: the fake does what its document says, and the document says what the fake does."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from ignition_support import Fake
from openapi_document import operations
from openapi_support import CANDIDATES, fill, restore, slugs_of, still_shown
from schemathesis import Case, HookContext, Response, engine
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CaseMetadata, TestPhase
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.schemas import BaseSchema
from schemathesis.transport.wsgi import WSGITransport

from mock_ignition.app import create_app
from mock_kit.kit import Config

LABELS = [f"{method} {path}" for method, path, _operation in operations()]
CALLS = 24
"""How many calls of an operation are made up, beside those that its schema alone suggests."""
SEQUENCES, LONGEST = 70, 12
"""How many sequences of calls are made up along the document's links, and of how many calls at most."""
ENOUGH = 25
"""More operations than these are done in the sequences, and not merely refused."""
DONE = {200, 201, 204}
AS_MADE_UP = 5
"""One call in so many goes out as it was made up."""

CHECKS: dict[str, Any] = {
    # A well-formed If-Match may name a version that the record does not have any more: a 412.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412"]},
}
BEYOND_A_SCHEMA = {
    # These name what must be there already, which a schema cannot tell: a page, another record, an option.
    "cursor", "manager_slug", "partner_slug", "client_slug", "service_slug", "job_template_slug",
    "xpm_staff_uuid", "staff_slugs", "proposal_service_slug", "add_on_slugs", "option", "selected_option",
    # No two of these lists may have one uuid; `uniqueItems` compares whole items.
    "job_templates", "candidates",
    # A job is not due before it starts: no schema compares two members.
    "jobs",
}  # fmt: skip
"""Members for whose sake data that the document calls valid may be refused."""
NAMED_BY = {
    "manager_slug": "users",
    "partner_slug": "users",
    "staff_slugs": "users",
    "client_slug": "clients",
    "service_slug": "services",
    "job_template_slug": "job_templates",
    "xpm_staff_uuid": "staff",
}

moments = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))  # noqa: DTZ001  # some without a zone
schemathesis.openapi.format(
    "iso-8601",
    st.one_of(
        moments.map(lambda moment: moment.isoformat(timespec="seconds")),
        moments.map(lambda moment: moment.isoformat(" ", "milliseconds") + "Z"),
        moments.map(lambda moment: moment.isoformat(timespec="minutes") + "+10:00"),
        moments.map(lambda moment: moment.date().isoformat()),
    ),
)


class Reality:
    """Lets most calls be of what is there, so that they get past the first refusal; mends no invalid part."""

    def __init__(self, there: dict[str, list[str]]) -> None:
        self._there = {**there, "staff": [one["uuid"] for one in CANDIDATES]}
        self.left: list[str] = []
        """What was removed, and is there all the same."""
        self.begin()

    def begin(self) -> None:
        self._number = 0

    def touch(self, case: Case) -> None:
        self._number += 1
        if case.meta is None or self._number % AS_MADE_UP == 0:
            return
        if case.query:
            # That it is no cursor of this list would hide what is wrong with the limit.
            case.query.pop("cursor", None)
        if case.path_parameters and _is_free(case.meta):
            case.path_parameters["slug"] = self._one_of(case.operation.path.split("/")[1])
        if isinstance(case.body, dict) and not case.meta.is_negative_at(ParameterLocation.BODY):
            case.body = self._real(deepcopy(case.body))

    def _one_of(self, name: str) -> str:
        known = self._there[name]
        return known[self._number % len(known)]

    def _real(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._real(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: self._named(name, member) for name, member in value.items()}

    def _named(self, name: str, member: Any) -> Any:
        if name not in NAMED_BY or not member:
            return self._real(member)
        one = self._one_of(NAMED_BY[name])
        return [one] if isinstance(member, list) else one


def _is_free(meta: CaseMetadata) -> bool:
    """Tell whether a call may be of any record: its slug is not what is wrong with it, nor a link's."""
    elsewhere = (ParameterLocation.BODY, ParameterLocation.QUERY, ParameterLocation.HEADER)
    if meta.phase.name == TestPhase.STATEFUL:
        return False
    return meta.generation.mode.is_positive or any(meta.is_negative_at(place) for place in elsewhere)


def filter_failure(_context: HookContext, failure: Failure, _case: Case, response: Response) -> bool:
    """Keep a failure, unless valid data was refused for what no schema can tell."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    details = response.json()["error"]["details"]
    fields = [set(detail["field"].split(".")) for detail in details]
    return not fields or not all(BEYOND_A_SCHEMA & field for field in fields)


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of sockets from the app: 4.32 hands them over when it tries a call without its token."""
    send = WSGITransport.send

    def without(self: WSGITransport, case: Case, *, session: Any = None, **told: Any) -> Response:
        told = {
            name: value for name, value in told.items() if name not in {"max_redirects", "verify", "cert"}
        }
        return send(self, case, session=session, **told)

    monkeypatch.setattr(WSGITransport, "send", without)


@pytest.fixture(scope="module")
def fake() -> Fake:
    return fill(Fake(create_app(Config(limits={"hour": None}))))


@pytest.fixture
def reality(fake: Fake) -> Iterator[Reality]:
    """Have calls changed on their way as `Reality` says, and made from the rich state each, but in a sequence."""
    restore(fake)
    reality = Reality(slugs_of(fake))

    def before_call(_context: HookContext, case: Case, _told: dict[str, Any]) -> None:
        reality.touch(case)

    def after_call(_context: HookContext, case: Case, response: Response) -> None:
        if case.method == "DELETE" and response.status_code in DONE and "slug" in case.path_parameters:
            reality.left += still_shown(fake, case.operation.path, case.path_parameters["slug"])
        alone = case.meta is not None and case.meta.phase.name != TestPhase.STATEFUL
        if alone and case.method != "GET" and response.status_code < 300:
            restore(fake)

    schemathesis.hook(before_call)
    schemathesis.hook(after_call)
    yield reality
    schemathesis.hooks.unregister(before_call)
    schemathesis.hooks.unregister(after_call)


def before_load_schema(_context: HookContext, document: dict[str, Any]) -> None:
    """Have no URL made up that is just as long as it may be: its pattern takes twenty seconds for that."""
    del document["components"]["schemas"]["WebhookBody"]["properties"]["url"]["maxLength"]


def published(fake: Fake, *, stateful: bool = False) -> BaseSchema:
    """Return the document that a fake serves, ready to be tried."""
    told = {
        "seed": 20_260_701,
        "suppress-health-check": ["too_slow"],  # a machine that is busy is no failure; the other checks stay
        "auth": {"openapi": {"token": {"bearer": fake.token}}},
        "generation": {"max-examples": CALLS, "deterministic": True, "database": "none"},
        "checks": CHECKS,
        "phases": {
            "coverage": {"generate-duplicate-query-parameters": True},
            "stateful": {"enabled": stateful},
        },
        # The words of whatever sources happen to be imported are no part of what is tried.
        "analysis": {"constants": {"enabled": False}},
    }
    config = SchemathesisConfig.from_dict(told)
    schemathesis.hook(before_load_schema)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", fake.app, config=config)
    schemathesis.hooks.unregister(before_load_schema)
    schema.hook(filter_failure)
    return schema


def tried(schema: BaseSchema) -> tuple[list[str], set[int]]:
    """Try each operation for itself; what does not hold, and the statuses of the answers."""
    broken: list[str] = []
    statuses: set[int] = set()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, engine.events.NonFatalError | engine.events.FatalError):
            broken.append(str(event))
        if not isinstance(event, engine.events.ScenarioFinished):
            continue
        for case_id, checks in event.recorder.checks.items():
            answer = event.recorder.interactions[case_id].response
            statuses.add(answer.status_code)
            for found in (check.failure_info for check in checks if check.failure_info is not None):
                told = (found.failure.title, found.failure.message, found.code_sample, answer.text)
                broken.append("\n".join(told))
    return broken, statuses


@pytest.mark.parametrize("label", LABELS)
def test_an_operation_and_its_document_agree(fake: Fake, reality: Reality, label: str) -> None:
    broken, statuses = tried(published(fake).include(name=label))
    assert "\n\n".join(broken) == ""
    assert reality.left == []
    assert statuses & DONE  # it was not refused each time


def test_sequences_of_calls_and_the_document_agree(fake: Fake, reality: Reality) -> None:
    done: set[str] = set()

    class Sequence(published(fake, stateful=True).as_state_machine()):
        def setup(self) -> None:
            restore(fake)
            reality.begin()

        def validate_response(self, response: Response, case: Case, **told: Any) -> None:
            super().validate_response(response, case, **told)
            if response.status_code in DONE:
                done.add(case.operation.label)

    patient = settings(suppress_health_check=[HealthCheck.too_slow])
    Sequence.run(settings=settings(patient, max_examples=SEQUENCES, stateful_step_count=LONGEST))
    assert len(done) > ENOUGH
    assert reality.left == []
