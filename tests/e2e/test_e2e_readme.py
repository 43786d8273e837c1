"""The README's lines for a newcomer, run as they stand but for the port."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[2]
TENANT, LINE = "TENANT=c050a637-446e-5164-9d28-5fec5ea7fca1", "\n"
README = (ROOT / "README.md").read_text("utf-8")


def block(first_line: str) -> str:
    """Return the shell block of the README that begins with a line."""
    (found,) = (part for part in README.split("```sh\n")[1:] if part.startswith(first_line))
    return found.partition("\n```")[0]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve a fake's demo on a free port, with more options; its URL."""
    started: list[subprocess.Popen[str]] = []

    def start(module: str, *options: str) -> str:
        command = [sys.executable, "-m", module, "serve", "--demo", "--port", "0", *options]
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
    serve: Callable[..., str],
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


def test_xpm_answers_the_readmes_lines(serve: Callable[..., str]) -> None:
    url = serve("mock_xpm")
    answers = pasted(block(f"{TENANT}\nTOKEN").replace("localhost:18001", url))
    assert answers.startswith('<Response api-method="List"><Status>OK</Status><Clients><Client>')
    assert answers.endswith("</Response>")
    assert '<Response api-method="Add"><Status>OK</Status><Client>' in answers
    assert "<Name>Brand New Ltd</Name>" in answers


def test_a_newcomer_comes_from_connecting_to_a_resolved_conflict(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        callback = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
    urls = [serve(module, "--app", f"syncer:secret:{callback}") for module in ("mock_xpm", "mock_ignition")]
    command = f"{sys.executable} -m syncer"
    environment = {**os.environ, "SYNCER_KEY": Fernet.generate_key().decode()}

    def here(lines: str) -> str:
        for port, url in zip(("18001", "18002"), urls, strict=True):
            lines = lines.replace(f"http://127.0.0.1:{port}", url).replace(f"localhost:{port}", url)
            lines = lines.replace(f"token {port} ", f"token {url.rpartition(':')[2]} ")
        return lines.replace(".venv/bin/syncer", command)

    settings = block("cat > syncer.toml").partition("\nexport ")[0]
    settings = settings.replace("[[practices]]", f'[connect]\nredirect_uri = "{callback}"\n\n[[practices]]')
    subprocess.run(["bash", "-ec", here(settings)], cwd=tmp_path, check=True)
    agree(command.split(), tmp_path, environment)
    walk = here(f"{block(TENANT + LINE + 'token()')}\n{block('xpm client.api/update')}")
    done = subprocess.run(
        ["bash", "-ec", walk],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["<Phone>3</Phone>", '"phone":"3"']


def agree(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run `syncer connect`, opening the links it prints as a person who agrees does."""
    tenants = iter(("c050a637-446e-5164-9d28-5fec5ea7fca1", "prc_harbour"))
    connecting = subprocess.Popen(
        [*command, "connect"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert connecting.stderr is not None
    for line in connecting.stderr:
        if line.startswith("http"):
            form = {"decision": "allow", "tenant_id": next(tenants)}
            requests.post(line.strip(), data=form, timeout=30)
    out, _ = connecting.communicate(timeout=60)
    assert connecting.returncode == 0, out
