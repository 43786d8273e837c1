"""Two runs that reports are made of, one that passed and one that failed; and a page as its reader has it."""

from functools import cache
from html.parser import HTMLParser

from scenarios.builders import client
from scenarios.catalogue import CATALOGUE
from scenarios.runner import Result, play
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

HOSTILE = "<script>alert('a')</script> & Söhne"


def _world(seed: int, size: int) -> Worlds:
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(HOSTILE, phone="1", website="https://old.example")]
    return worlds


def _play(story: Story) -> None:
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    (there,), (here,) = practice.xpm.named(HOSTILE), practice.ignition.named(HOSTILE)
    with story.step("Both sides type a phone, and Ignition a website"):
        practice.xpm.update_client(there["UUID"], Phone="2")
        practice.ignition.update_client(here["slug"], phone="3", website="https://mine.example")
        story.note(f"“{HOSTILE}” is what it is about")
    with story.step("XPM is not well, and the sync meets it"):
        fault = {"kind": "status", "status": 503, "times": 1, "operation": "staff.api/list", "name": "ill"}
        practice.stage.xpm.post("faults", fault)
        practice.sync()
        story.expect("nobody is called so", "<b>nobody</b>", HOSTILE)


FAILING = Scenario(
    "made-to-fail", "It fails, and its report says where.", ("E3", "R7"), _play, _world, group="Tests"
)


@cache
def failed() -> Result:
    return play(FAILING, 7, 3, looks=True)


@cache
def passed() -> Result:
    return play(next(one for one in CATALOGUE if one.name == "end-to-end"), 7, 3, looks=True)


class Text(HTMLParser):
    """The texts of a page, those within elements of a class or an id apart, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.links += [str(told["href"])] if "href" in told else []
        self.ids += [str(told["id"])] if "id" in told else []

    def handle_data(self, data: str) -> None:
        self.text += data
