"""`make up`: both fakes and the syncer's service on ports, as a newcomer meets them."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from e2e_up import Up, started


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with started(tmp_path) as found:
        yield found


def test_it_prints_a_first_call_that_works_when_pasted_and_ends_whole_on_sigterm(
    up: Up,
) -> None:
    process, text = up.process, up.text
    match = re.search(r"^    (curl -s .*\n.*)$", text, re.MULTILINE)
    assert match, text
    answer = subprocess.run(["bash", "-c", match[1]], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.startswith('<Response api-method="List"><Status>OK</Status><Clients><Client><UUID>')
    assert answer.stdout.count("<Client><UUID>") == 4

    status = up.syncer("status", "--json")
    assert '"xpm": "connected"' in status.stdout

    service = re.search(r"^syncer +(http://\S+)", text, re.MULTILINE)
    assert service
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{service[1]}/health", timeout=5)
