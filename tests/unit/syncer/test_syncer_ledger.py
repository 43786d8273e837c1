import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select
from syncer_desk import KEY, OTHER_KEY, PAIR, connected, ledger

from syncer import ledger_tables as t
from syncer.errors import LedgerError
from syncer.ledger import Ledger
from syncer.ledger_statements import Prepared, among
from syncer.vault import Vault

WRITER = """
import os, signal, sys
from pathlib import Path
from syncer import ledger_tables as t
from syncer.ledger import Ledger
from syncer.vault import Vault
own = Ledger(Path(sys.argv[1]), Vault(None)).of("north")
for number in range(40):
    own.put(t.cursors, {"name": f"n{number:02}", "value": str(number)})
print("committed", flush=True)
with own.together() as batch:
    batch.put(t.cursors, [{"name": "never", "value": "committed"}])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_row_that_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    first = ledger(tmp_path / "l.db")
    first.of("north").put(t.cursors, {"name": "clients", "value": "2026-07-01T00:00:00Z"})
    first.close()
    assert ledger(tmp_path / "l.db").of("north").cursor("clients") == "2026-07-01T00:00:00Z"


def test_putting_again_overwrites_only_the_columns_given() -> None:
    own = ledger().of("north")
    own.put(t.user_links, {"staff_uuid": "s", "user_slug": "u", "name": "Ann", "standing": "live"})
    own.put(t.user_links, {"staff_uuid": "s", "user_slug": "u", "name": "Ann", "standing": "user_deleted"})
    own.change(t.user_links, {"name": "Anne"}, staff_uuid="s")
    assert own.rows(t.user_links) == [
        {"practice": "north", "staff_uuid": "s", "user_slug": "u", "name": "Anne", "standing": "user_deleted"}
    ]


def test_several_rows_are_kept_together_or_not_at_all() -> None:
    own = ledger().of("north")
    with pytest.raises(LedgerError, match=r"cannot use None as a ledger: NOT NULL"):
        own.put(t.cursors, {"name": "a", "value": "1"}, {"name": "b", "value": None})
    assert own.rows(t.cursors) == []


def test_a_batch_that_fails_leaves_nothing() -> None:
    own = ledger().of("north")

    def fail() -> None:
        with own.together() as batch:
            batch.put(t.cursors, [{"name": "a", "value": "1"}])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert own.cursor("a") is None


def test_practices_never_see_change_or_remove_each_others_rows() -> None:
    whole = ledger()
    north, south = whole.of("north"), whole.of("south")
    for own in (north, south):
        own.put(t.cursors, {"name": "clients", "value": own.practice})
    north.change(t.cursors, {"value": "moved"}, name="clients")
    with north.together() as batch:
        batch.change(t.cursors, {"value": "moved again"}, name="clients")
    assert (north.cursor("clients"), south.cursor("clients")) == ("moved again", "south")
    north.remove(t.cursors, name="clients")
    assert (north.cursor("clients"), south.cursor("clients")) == (None, "south")
    assert [row["practice"] for row in south.rows(t.cursors)] == ["south"]


def test_practices_number_their_runs_for_themselves() -> None:
    whole = ledger()
    numbers = [whole.of(name).start_run("sync", "now") for name in ("north", "north", "south", "north")]
    assert numbers == [1, 2, 1, 3]


def test_a_run_is_noted_when_it_begins_and_when_it_ends() -> None:
    own = ledger().of("north")
    number = own.start_run("sync", "2026-07-01T09:00:00Z")
    (row,) = own.rows(t.runs)
    assert (row["outcome"], row["ended_at"]) == ("running", None)
    own.end_run(number, "2026-07-01T09:01:00Z", "done", {"practice": "Café"})
    (row,) = own.rows(t.runs)
    assert (row["outcome"], row["ended_at"], row["report"]) == (
        "done",
        "2026-07-01T09:01:00Z",
        '{"practice": "Café"}',
    )


def test_tokens_come_back_and_their_file_shows_nothing_of_them(tmp_path: Path) -> None:
    own = connected(tmp_path / "l.db")
    assert own.tokens("xpm") == PAIR
    assert own.tokens("ignition") is None
    own.save_tokens("xpm", {**PAIR, "access_token": "access-2"})
    assert own.tokens("xpm") == {**PAIR, "access_token": "access-2"}
    raw = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert b"tenant-north" in raw
    for secret in (b"access-1", b"access-2", b"refresh-1", b"access_token", KEY.encode()):
        assert secret not in raw


def test_tokens_are_of_one_practice_alone() -> None:
    own = connected()
    assert own.ledger.of("south").tokens("xpm") is None
    own.ledger.of("south").save_tokens("xpm", {"access_token": "stray"})
    assert own.tokens("xpm") == PAIR


def test_a_wrong_key_says_so_and_the_old_one_behind_it_helps(tmp_path: Path) -> None:
    connected(tmp_path / "l.db").ledger.close()
    wrong = Ledger(tmp_path / "l.db", Vault(OTHER_KEY))
    with pytest.raises(LedgerError, match=r"encrypted with another key"):
        wrong.of("north").tokens("xpm")
    wrong.close()
    rotated = Ledger(tmp_path / "l.db", Vault(f"{OTHER_KEY},{KEY}"))
    assert rotated.of("north").tokens("xpm") == PAIR


def test_the_dump_holds_no_tokens_and_no_runs() -> None:
    own = connected()
    own.start_run("sync", "now")
    own.put(t.cursors, {"name": "clients", "value": "then"})
    dump = own.ledger.dump()
    assert sorted(dump) == [
        "conflicts", "cursors", "deployed_jobs", "deployments", "doubts", "inbox", "intents", "links", "mirror", "user_links",
    ]  # fmt: skip
    assert dump["cursors"] == [{"practice": "north", "name": "clients", "value": "then"}]
    assert "tenant-north" not in str(dump)


def test_the_digest_follows_what_is_kept_and_not_the_order_it_came_in() -> None:
    one, other = ledger(), ledger()
    empty = one.digest()
    for name in ("a", "b"):
        one.of("north").put(t.cursors, {"name": name, "value": "1"})
    assert one.digest() != empty
    for name in ("b", "a"):
        other.of("north").put(t.cursors, {"name": name, "value": "1"})
    assert one.digest() == other.digest()


def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE songs (title TEXT)")
    file.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"other\.db is another program's database, not a ledger"):
        ledger(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["other.db"]


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database at all. " * 40)
    with pytest.raises(LedgerError) as refused:
        ledger(path)
    assert str(refused.value) == f"cannot use {path} as a ledger: file is not a database"


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        LedgerError, match=r"cannot use .*missing/l\.db as a ledger: unable to open database file"
    ):
        ledger(tmp_path / "missing" / "l.db")


def test_a_ledger_lets_readers_and_a_writer_work_side_by_side(tmp_path: Path) -> None:
    ledger(tmp_path / "l.db").close()
    with sqlite3.connect(tmp_path / "l.db") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_two_processes_worth_of_ledgers_see_each_others_rows(tmp_path: Path) -> None:
    one, other = ledger(tmp_path / "l.db").of("north"), ledger(tmp_path / "l.db").of("north")
    assert one.start_run("sync", "now") == 1
    assert other.start_run("serve", "now") == 2
    assert [row["command"] for row in one.rows(t.runs)] == ["sync", "serve"]


def test_a_process_that_is_killed_loses_nothing_committed_and_keeps_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    killed = subprocess.run(  # this interpreter, a program of this file
        [sys.executable, "-c", WRITER, str(path)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        timeout=60,
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "committed\n")
    rows = ledger(path).of("north").rows(t.cursors)
    assert [row["value"] for row in rows] == [str(number) for number in range(40)]


def test_a_query_of_ones_own_is_answered_in_rows() -> None:
    own = ledger().of("north")
    own.put(t.cursors, {"name": "a", "value": "1"})
    own.ledger.of("south").put(t.cursors, {"name": "a", "value": "2"})
    mine = (t.cursors.c.practice == bindparam("practice"), t.cursors.c.name.in_(among("names")))
    query = Prepared(select(t.cursors.c.value).where(*mine))
    assert own.read(query, names='["a", "b"]') == [{"value": "1"}]
    assert own.read(query, names="[]") == []


def test_flags_of_a_prepared_query_are_flags() -> None:
    own = ledger().of("north")
    for name, dirty in (("x1", True), ("x2", False)):
        own.put(t.mirror, {"side": "xpm", "id": name, "name": "A", "standing": "live", "lead": False, "dirty": dirty,
                           "version": 1, "record": "{}", "overwritten": "[]"})  # fmt: skip
    query = Prepared(
        select(t.mirror.c.dirty).where(t.mirror.c.practice == bindparam("practice")).order_by(t.mirror.c.id)
    )
    assert [row["dirty"] for row in own.read(query)] == [True, False]
    assert own.read(query)[0]["dirty"] is True


def test_a_row_that_is_not_there_is_none() -> None:
    own = ledger().of("north")
    assert own.row(t.cursors, name="a") is None
    assert own.cursor("a") is None


def test_a_row_of_keys_alone_is_kept_once() -> None:
    own = ledger().of("north")
    for _ in range(2):
        own.put(t.cursors, {"name": "a", "value": "1"})
    assert len(own.rows(t.cursors)) == 1


def test_a_new_ledger_is_its_owners_alone_with_all_that_sqlite_puts_beside_it(tmp_path: Path) -> None:
    kept = ledger(tmp_path / "l.db")
    kept.of("north").put(t.cursors, {"name": "clients", "value": "1"})
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"l.db": 0o600, "l.db-shm": 0o600, "l.db-wal": 0o600}


def test_a_ledger_that_is_there_keeps_the_rights_it_was_given(tmp_path: Path) -> None:
    ledger(tmp_path / "l.db").close()
    (tmp_path / "l.db").chmod(0o640)
    ledger(tmp_path / "l.db").close()
    assert (tmp_path / "l.db").stat().st_mode & 0o777 == 0o640
