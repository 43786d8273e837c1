"""Under which tags a plan's picture of Ignition's clients still holds (E23)."""

from collections.abc import Mapping, Sequence

from syncer.actions import WriteClient
from syncer.books import Books
from syncer.errors import ApiError, LimitError, StaleError, UnreachableError
from syncer.fields import CONTACT_OWN_FIELDS
from syncer.ignition import Json, read_client, read_contact
from syncer.model import Client, Contact, Values
from syncer.practice import Practice
from syncer.view import View

STALE_STATUS = 412
Tag = str | None


class Tags:
    """The tags of one practice's clients in one run: those that writes left behind, else as a look shows them."""

    def __init__(self, practice: Practice, books: Books) -> None:
        self._ignition = practice.ignition
        self._books = books
        self._kept: dict[str, Tag] = {}
        self._fields_alone: set[str] = set()
        """The clients that were looked at without their contacts: of these a tag of this run says nothing."""
        self._news: Mapping[str, int] = {}
        self._seen: Mapping[str, Client] = {}
        self._pages = 0.0
        """How many calls a list of all linked clients takes, about."""
        self._listed: dict[str, Json] | None = None
        """What that list showed: once for a plan. A tag that has grown old since is refused, and looked at anew."""

    def begin(self, view: View) -> None:
        """Take up what a plan was made from."""
        self._news = view.news_ignition
        self._seen = view.ignition
        self._pages, self._listed = 1 + len(view.links) / self._ignition.page, None

    def keep(self, slug: str, tag: Tag) -> None:
        """Keep the tag that a write of this run left behind."""
        self._kept[slug] = tag

    def kept(self, action: WriteClient) -> Tag:
        """Return the tag that our last write left, if Ignition has shown nothing new of the client since."""
        tag = self._kept.get(action.ignition_id)
        if action.contacts and action.ignition_id in self._fields_alone:
            return None
        if tag is None and action.ignition_id not in self._news:
            tag = self._books.link(action.xpm_id).etag
        return tag

    def of(self, actions: Sequence[WriteClient]) -> dict[str, Tag | ApiError]:
        """Return each client's tag by its slug; an error in place of it where it is not to be written to.

        Clients are looked at one by one, or in a list of all, whichever takes fewer calls.
        """
        found: dict[str, Tag | ApiError] = {one.ignition_id: self.kept(one) for one in actions}
        unknown = [one for one in actions if found[one.ignition_id] is None]
        if self._listed is None and len(unknown) > self._pages:
            self._listed = self._list()
        listed = self._listed or {}
        for one in unknown:
            try:
                found[one.ignition_id] = self.look(one, listed.get(one.ignition_id))
            except (LimitError, UnreachableError):
                raise
            except ApiError as error:
                found[one.ignition_id] = error
        return found

    def _list(self) -> dict[str, Json]:
        """Return the clients by slug; none where the list cannot be had, so that each is looked at for itself."""
        try:
            return {row["slug"]: row for row in self._ignition.tagged_clients()}
        except (LimitError, UnreachableError):
            raise
        except ApiError:
            return {}

    def look(self, action: WriteClient, row: Json | None = None) -> Tag:
        """Return the tag under which the plan's picture of a client still holds; `row` is what a list showed of it.

        The client is looked at once more, and with it the contacts that are to be changed. Raises StaleError,
        which leaves it all to the next sync, when they are no longer what the plan saw.
        """
        tag = row.get("etag") if row else None
        if row is None or tag is None:
            row, tag = self._ignition.client(action.ignition_id)
        seen = self._seen[action.ignition_id]
        known = {one.id: one for one in seen.contacts or ()}
        same = read_client(row, None).values == seen.values
        if action.contacts:
            same = same and set(row["contact_slugs"]) == known.keys()
        for write in action.contacts:
            if same and write.id:
                same = is_same(read_contact(self._ignition.contact(write.id)[0]), known[write.id].values)
        if not same:
            what = "it changed while the sync was running"
            raise StaleError("Ignition", "GET /clients/{slug}", what, STALE_STATUS)
        if action.contacts:
            self._fields_alone.discard(action.ignition_id)
        else:
            self._fields_alone.add(action.ignition_id)
        return tag


def is_same(found: Contact, seen: Values) -> bool:
    """Tell whether a contact still is what was seen; who is the primary one changes by itself."""
    return all(found.values[row.name] == seen[row.name] for row in CONTACT_OWN_FIELDS)
