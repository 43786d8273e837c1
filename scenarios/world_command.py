"""`python -m scenarios world` and `profiles`: write a world for both fakes, and say what is in it."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from scenarios.knobs import NAMES, refuse_nonsense
from scenarios.options import Real, json_option, seed_option
from scenarios.profiles import BY_NAME, PROFILES, Profile, make
from scenarios.report.folder import ready, writing
from scenarios.world import Worlds
from scenarios.world_summary import summary
from syncer.words import counted

FOLDER = Path("var/worlds")
FILES = ("xpm.json", "ignition.json", "summary.json")
Json = dict[str, Any]
SHOWN = 5
"""Of how many practices the figures are printed; a file has all."""
KNOB = Real(0, 1)


def profile_option(default: str | None) -> Callable[[Any], Any]:
    """Return the option that names a profile."""
    return click.option(
        "--profile", type=click.Choice(list(BY_NAME)), default=default, show_default=default is not None
    )


def _knobs(function: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(NAMES):
        function = click.option(
            f"--{name.replace('_', '-')}",
            name,
            type=KNOB,
            help="A share from 0 to 1; the profile's where not given.",
        )(function)
    return function


def _folder(_ctx: click.Context, _option: click.Parameter, given: Path | None) -> Path | None:
    """Return the folder that was given. Raises BadParameter for a file."""
    if given is not None and given.is_file():
        raise click.BadParameter(f"{given} is a file: name a folder")
    return given


@click.command("world")
@seed_option
@profile_option("small")
@click.option("--practices", type=click.IntRange(1, 10_000), default=1, show_default=True)
@click.option(
    "--clients", type=click.IntRange(0, 100_000), help="Of each practice; the profile's where not given."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=_folder,
    help="Default: var/worlds/PROFILE-seedSEED, and what is not the profile's.",
)
@click.option("--force", is_flag=True, help="Write into a folder that holds something else too.")
@json_option
@_knobs
def write_world(
    seed: int,
    profile: str,
    practices: int,
    clients: int | None,
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
    **turned: float | None,
) -> None:
    """Write the world documents of both fakes to a folder, and say what is in them."""
    chosen = BY_NAME[profile]
    given = {name: one for name, one in turned.items() if one is not None}
    folder = out or FOLDER / _name(chosen, seed, {"practices": practices, "clients": clients, **given})
    try:
        refuse_nonsense(replace(chosen.knobs, **given))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    ready(folder)
    with writing(folder):
        others = sorted(one.name for one in folder.iterdir() if one.name not in FILES)
    if others and not force:
        raise click.ClickException(
            f"{folder} holds something else ({', '.join(others[:3])}): "
            "name another folder with --out, or add --force"
        )
    each = chosen.clients if clients is None else clients
    click.echo(f"making {counted(practices, 'practice')} of {counted(each, 'client')} …", err=True)
    worlds = make(chosen, seed, practices, each, **given)
    told = {"profile": profile, "seed": seed, "practices": summary(worlds)}
    with writing(folder):
        told |= _written(worlds, folder)
        (folder / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(told)))


@click.command("profiles")
@json_option
def list_profiles(*, as_json: bool) -> None:
    """List the profiles of practices, with their figures."""
    if as_json:
        click.echo(json.dumps([_figures(one) for one in PROFILES], ensure_ascii=False))
        return
    for one in PROFILES:
        click.echo(f"{one.name:12}{one.clients:7,} clients, {one.staff:3} staff  {one.what}")
        knobs = {name: share for name, share in asdict(one.knobs).items() if share}
        shares = ", ".join(f"{name.replace('_', '-')} {share:g}" for name, share in knobs.items())
        click.echo(f"{'':12}{one.services:7} services, {one.job_templates} job templates; {shares}")


def _name(profile: Profile, seed: int, given: dict[str, float | None]) -> str:
    """Return what a world's folder is called: what was asked for is told where it is not the profile's, in one order."""
    own = {"practices": 1, "clients": profile.clients, **asdict(profile.knobs)}
    asked = {name: given[name] for name in own if given.get(name) is not None and given[name] != own[name]}
    told = [f"-{name.replace('_', '-')}{str(one).removesuffix('.0')}" for name, one in asked.items()]
    return f"{profile.name}-seed{seed}{''.join(told)}"


def _figures(profile: Profile) -> Json:
    return {**asdict(profile), "services": profile.services, "job_templates": profile.job_templates}


def _written(worlds: Worlds, folder: Path) -> Json:
    """Write both documents, each whole or not at all; the summary, which comes last, says that they are there."""
    (folder / "summary.json").unlink(missing_ok=True)
    paths = {}
    for system, document in (("xpm", worlds.xpm), ("ignition", worlds.ignition)):
        path = folder / f"{system}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")
        part.replace(path)
        paths[system] = str(path)
    known = asdict(worlds.credentials)
    return {"files": paths, "credentials": known}


def _lines(told: Json) -> list[str]:
    found = []
    for practice in told["practices"][:SHOWN]:
        found.append(
            f"{practice['name']}: XPM tenant {practice['xpm_tenant_id']}, Ignition {practice['ignition_tenant_id']}"
        )
        for system in ("xpm", "ignition"):
            figures = ", ".join(
                f"{name.replace('_', ' ')} {count:,}" for name, count in practice[system].items()
            )
            found.append(f"  {'XPM' if system == 'xpm' else 'Ignition'}: {figures}")
    if len(told["practices"]) > SHOWN:
        found.append(f"and {len(told['practices']) - SHOWN:,} more practices: see summary.json")
    files = told["files"]
    return [
        *found,
        f"written: {files['xpm']}, {files['ignition']}",
        "load them into fakes that are up:",
        f"  curl -s localhost:18001/_control/world -H 'Content-Type: application/json' --data-binary @{files['xpm']}",
        f"  curl -s localhost:18002/_control/world -H 'Content-Type: application/json' --data-binary @{files['ignition']}",
        f"or start them with it: mock-xpm serve --world {files['xpm']}, mock-ignition serve --world {files['ignition']}",
    ]
