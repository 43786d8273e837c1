"""The catalogue: every scenario, in the order in which they are best read."""

from dataclasses import replace

from scenarios.catalogue.another_tenant import ANOTHER_TENANT
from scenarios.catalogue.busy_minutes import BUSY_MINUTES
from scenarios.catalogue.contact_edits import CONTACT_EDITS
from scenarios.catalogue.contacts import CONTACTS
from scenarios.catalogue.daily_edits import DAILY_EDITS
from scenarios.catalogue.end_to_end import END_TO_END
from scenarios.catalogue.first_link import FIRST_LINK
from scenarios.catalogue.half_answers import HALF_ANSWERS
from scenarios.catalogue.lead_import import LEAD_IMPORT
from scenarios.catalogue.leaving import LEAVING
from scenarios.catalogue.limits_and_outages import LIMITS_AND_OUTAGES
from scenarios.catalogue.lost_answers import LOST_ANSWERS
from scenarios.catalogue.lost_webhook import LOST_WEBHOOK
from scenarios.catalogue.name_match import NAME_MATCH
from scenarios.catalogue.near_names import NEAR_NAMES
from scenarios.catalogue.never_imported import NEVER_IMPORTED
from scenarios.catalogue.no_user_sync import NO_USER_SYNC
from scenarios.catalogue.one_way import ONE_WAY
from scenarios.catalogue.partner_and_manager import PARTNER_AND_MANAGER
from scenarios.catalogue.primary_contact import PRIMARY_CONTACT
from scenarios.catalogue.proposal_workflow import PROPOSAL_WORKFLOW
from scenarios.catalogue.reconnect import RECONNECT
from scenarios.catalogue.recurring_jobs import RECURRING_JOBS
from scenarios.catalogue.renames import RENAMES
from scenarios.catalogue.settings import SETTINGS
from scenarios.catalogue.shared_contact import SHARED_CONTACT
from scenarios.catalogue.the_window import THE_WINDOW
from scenarios.catalogue.two_practices import TWO_PRACTICES
from scenarios.catalogue.two_years import TWO_YEARS
from scenarios.catalogue.webhooks import WEBHOOKS
from scenarios.catalogue.what_became import WHAT_BECAME
from scenarios.story import Scenario

GROUPS: dict[str, tuple[Scenario, ...]] = {
    "From the connection to a job": (END_TO_END,),
    "The first sync": (LEAD_IMPORT, FIRST_LINK, NEVER_IMPORTED),
    "Names": (NAME_MATCH, NEAR_NAMES, RENAMES),
    "Every day": (
        DAILY_EDITS, ONE_WAY, CONTACTS, CONTACT_EDITS, SHARED_CONTACT, PRIMARY_CONTACT, PARTNER_AND_MANAGER, LEAVING,
        SETTINGS, NO_USER_SYNC,
    ),
    "Proposals and their jobs": (WHAT_BECAME, PROPOSAL_WORKFLOW, RECURRING_JOBS, TWO_YEARS),
    "When something goes wrong": (
        LOST_WEBHOOK, WEBHOOKS, LOST_ANSWERS, HALF_ANSWERS, BUSY_MINUTES, LIMITS_AND_OUTAGES, THE_WINDOW,
        RECONNECT,
    ),
    "Several practices": (ANOTHER_TENANT, TWO_PRACTICES),
}  # fmt: skip
CATALOGUE = tuple(replace(scenario, group=group) for group, members in GROUPS.items() for scenario in members)
BY_NAME = {scenario.name: scenario for scenario in CATALOGUE}
