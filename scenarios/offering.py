"""What an accounting practice sells and how it works: services, job templates and their tasks."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scenarios.people import CountryCode

TAX_RETURN: dict[CountryCode, str] = {
    "AU": "Income Tax Return",
    "NZ": "IR4 Tax Return",
    "GB": "Self Assessment Return",
}
SALES_TAX: dict[CountryCode, str] = {"AU": "BAS", "NZ": "GST Return", "GB": "VAT Return"}
CURRENCIES: dict[CountryCode, str] = {"AU": "AUD", "NZ": "NZD", "GB": "GBP"}


@dataclass(frozen=True)
class TemplateForm:
    """A job template: its name, and its tasks with their minutes."""

    name: str
    tasks: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ServiceForm:
    """A service: its name, cadence and price for each period."""

    name: str
    cadence: str
    price: float
    template: str | None = None
    """The name of the job template that it is linked to: the first one of that name."""
    group: str | None = None
    """The group it stands in; None: Ignition's general one."""


@dataclass(frozen=True)
class Offering:
    """What a practice sells, and the job templates it works by."""

    services: tuple[ServiceForm, ...]
    templates: tuple[TemplateForm, ...]


Offer = Callable[[CountryCode], Offering]
"""What a practice sells depends on its country."""


def usual(country: CountryCode) -> Offering:
    """Return what a practice sells unless its profile says otherwise: nothing is linked to a template yet."""
    return Offering(services(country), templates(country))


def keys_of(forms: Iterable[TemplateForm | ServiceForm]) -> list[tuple[str | int, ...]]:
    """Return what tells each form from the others: its name, and from the second of a name on, which one it is."""
    before: Counter[str] = Counter()
    found: list[tuple[str | int, ...]] = []
    for form in forms:
        nth = before[form.name]
        found.append((form.name, nth) if nth else (form.name,))
        before[form.name] += 1
    return found


def templates(country: CountryCode) -> tuple[TemplateForm, ...]:
    """Return the job templates of a practice in this country."""
    return (
        TemplateForm(
            "Annual Accounts",
            (
                ("Plan and send checklist", 30),
                ("Bank and loan reconciliation", 90),
                ("Fixed assets and depreciation", 60),
                ("Prepare financial statements", 180),
                ("Partner review", 45),
                ("Client meeting & sign-off", 60),
            ),
        ),
        TemplateForm(
            SALES_TAX[country],
            (
                ("Bank and loan reconciliation", 45),
                ("Check tax codes", 30),
                (f"Prepare {SALES_TAX[country]}", 40),
                ("Lodge", 10),
            ),
        ),
        TemplateForm(
            "Bookkeeping",
            (("Code transactions", 120), ("Bank and loan reconciliation", 60), ("Report to client", 20)),
        ),
    )


def services(country: CountryCode) -> tuple[ServiceForm, ...]:
    """Return the services of a practice in this country: recurring ones, and single ones."""
    return (
        ServiceForm("Annual Accounts", "yearly", 2400.0),
        ServiceForm(TAX_RETURN[country], "yearly", 480.0),
        ServiceForm(SALES_TAX[country], "quarterly", 360.0),
        ServiceForm("Bookkeeping", "monthly", 550.0),
        ServiceForm("Payroll", "fortnightly", 120.0),
        ServiceForm("Company Set-up", "once_off", 900.0),
    )


CATEGORIES = ("Compliance", "Advisory", "Bookkeeping", "Internal")
GROUPS = ("Family businesses", "Farms & orchards", "Hospitality", "Key clients")
NOTES = (
    "Prefers a call to an e-mail.",
    "Year end moved; see the correspondence folder.",
    "Sends the shoebox in June – allow an extra week.",  # people type dashes
    'Says "urgent" about everything; check <before> escalating.',
    "Kia ora! Speaks te reo Māori; greet accordingly.",
)
POSITIONS = ("Director", "Office Manager", "Bookkeeper", "Trustee", "Partner", "Accounts Payable")
