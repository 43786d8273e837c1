"""A ledger of an older version is brought up to date, and is then as if it were new."""

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from syncer_desk import ledger

from syncer import ledger_tables as t
from syncer.errors import LedgerError
from syncer.job_records import proposal_from_json
from syncer.jobbook import made_of
from syncer.jobs import Made
from syncer.ledger import Ledger
from syncer.model import Workflow

OLD = sorted((Path(__file__).parent / "old_ledgers").glob("*.sql"))
VERSIONS = Path(__file__).parents[3] / "syncer" / "migrations" / "versions"


def old_ledger(path: Path, script: Path) -> Path:
    with sqlite3.connect(path) as file:
        file.executescript(script.read_text("utf-8"))
    file.close()
    return path


def shape(found: Ledger) -> dict[str, list[tuple[str, str, bool, bool]]]:
    """Return each table's columns: name, type, whether it may be null, whether it is of the key."""
    with found.begin() as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            table: [
                (name, kind, not filled, bool(key))
                for _, name, kind, filled, _, key in connection.execute(f"PRAGMA table_info({table})")
            ]
            for table in sorted(names)
        }


def version(found: Ledger) -> str:
    with found.begin() as connection:
        ((told,),) = connection.execute("SELECT version_num FROM alembic_version")
        return str(told)


@pytest.mark.parametrize("script", OLD, ids=lambda path: path.stem)
def test_an_old_ledger_gets_the_schema_of_a_new_one_and_keeps_what_it_knew(
    tmp_path: Path, script: Path
) -> None:
    found = ledger(old_ledger(tmp_path / "l.db", script))
    assert shape(found) == shape(ledger())
    assert version(found) == t.SCHEMA
    own = found.of("north")
    assert [row["ignition_id"] for row in own.rows(t.links)] == ["i1"]
    (conflict,) = own.rows(t.conflicts)
    assert (conflict["xpm"], conflict["kind"], conflict["settled_at"]) == ('"3"', "changed", None)


def test_there_is_an_old_ledger_for_each_version_but_the_newest() -> None:
    versions = sorted(path.name[1:5] for path in VERSIONS.glob("v*.py"))
    assert versions[-1] == t.SCHEMA
    assert [path.stem for path in OLD] == versions[:-1]


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = old_ledger(tmp_path / "l.db", OLD[0])
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE leases (taken TEXT)")
    file.close()
    with pytest.raises(LedgerError, match=r"l\.db"):
        ledger(path)
    with sqlite3.connect(path) as file:
        tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = [row[1] for row in file.execute("PRAGMA table_info(conflicts)")]
    file.close()
    assert "alembic_version" not in tables
    assert "kind" not in columns


def test_a_ledger_of_a_newer_version_is_refused_with_both_versions(tmp_path: Path) -> None:
    ledger(tmp_path / "l.db").close()
    with sqlite3.connect(tmp_path / "l.db") as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    wanted = rf"l\.db has ledger schema 9999, this syncer knows {t.SCHEMA}: use the version that wrote it"
    with pytest.raises(LedgerError, match=wanted):
        ledger(tmp_path / "l.db")


def test_a_ledger_from_before_plans_were_kept_knows_what_its_jobs_were_made_for(tmp_path: Path) -> None:
    own = ledger(old_ledger(tmp_path / "l.db", OLD[0].with_name("0002.sql"))).of("north")
    (deployment,) = own.rows(t.deployments)
    old = proposal_from_json(deployment["proposal"])
    assert (old.reference, old.workflow, old.lines[0].slug) == ("PROP-1001", Workflow(), "")
    (job,) = own.rows(t.deployed_jobs)
    assert (job["plan"], job["notes"], job["audited"]) == (None, "[]", True)
    now = replace(old, lines=(replace(old.lines[0], slug="pss_1"),))
    assert made_of([job], now) == [
        Made("monthly", 0, frozenset({"pss_1"}), date(2026, 7, 1), date(2026, 7, 31))
    ]


def test_e14_an_old_ledger_has_its_proposals_read_again_since_it_never_saw_their_workflow(
    tmp_path: Path,
) -> None:
    own = ledger(old_ledger(tmp_path / "l.db", OLD[0].with_name("0002.sql"))).of("north")
    assert own.cursor("proposals") is None
