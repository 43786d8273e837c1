"""The README's lines for a newcomer, run as they stand but for the port."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def block(first_line: str) -> str:
    """Return the shell block of the README that begins with a line."""
    (found,) = (part for part in README.split("```sh\n")[1:] if part.startswith(first_line))
    return found.partition("\n```")[0]


@pytest.fixture
def serve() -> Iterator[Callable[[str], str]]:
    """Serve a fake's demo on a free port; its URL."""
    started: list[subprocess.Popen[str]] = []

    def start(module: str) -> str:
        command = [sys.executable, "-m", module, "serve", "--demo", "--port", "0"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stderr is not None
        return process.stderr.readline().split()[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait(30)
        assert process.stderr is not None
        process.stderr.close()


def pasted(lines: str) -> str:
    """Paste lines into a shell; what they print."""
    done = subprocess.run(["bash", "-ec", lines], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_a_proposal_is_made_sent_and_accepted_with_the_readmes_four_lines(
    serve: Callable[[str], str],
) -> None:
    url = serve("mock_ignition")
    lines = block("TOKEN=$(curl -s localhost:18002")
    assert len(lines.splitlines()) == 4
    token_line = lines.splitlines()[0].replace("localhost:18002", url)
    answers = pasted(lines.replace("localhost:18002", url)).replace("}}{", "}}\n{").splitlines()
    sent, accepted = (json.loads(answer)["data"] for answer in answers)
    assert (sent["state"], accepted["state"]) == ("awaiting_acceptance", "accepted")
    token = pasted(f"{token_line}\necho $TOKEN").strip()
    rows = requests.get(
        f"{url}/external/api/v1/reporting/clients", headers={"Authorization": f"Bearer {token}"}, timeout=30
    ).json()["data"]
    assert next(row["state"] for row in rows if row["slug"] == "cli_kauri") == "active"


def test_xpm_answers_the_readmes_lines(serve: Callable[[str], str]) -> None:
    url = serve("mock_xpm")
    answers = pasted(block("TENANT=").replace("localhost:18001", url))
    assert answers.startswith('<Response api-method="List"><Status>OK</Status><Clients><Client>')
    assert answers.endswith("</Response>")
    assert '<Response api-method="Add"><Status>OK</Status><Client>' in answers
    assert "<Name>Brand New Ltd</Name>" in answers
