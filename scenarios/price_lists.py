"""What practices of several sizes sell, and the job templates they work by, in the words of their country.

Where a service is linked to a job template, Ignition knows the templates already: the practice was connected once,
a person linked what had come across (R3), and its clients' links are gone since. Names in braces stand in `WORDS`.
"""

from collections.abc import Iterable
from dataclasses import replace

from scenarios.offering import Offer, Offering, ServiceForm, TemplateForm, usual
from scenarios.people import CountryCode

WORDS: dict[CountryCode, dict[str, str]] = {
    "AU": {
        "authority": "the ATO", "registrar": "ASIC", "file": "Lodge with",
        "company": "Company Tax Return", "personal": "Individual Tax Return", "trust": "Trust Tax Return",
        "partnership": "Partnership Tax Return", "sales": "BAS", "instalments": "PAYG Instalments",
        "instalments_cadence": "quarterly", "benefits": "FBT Return",
        "contractors": "Taxable Payments Annual Report", "contractors_cadence": "yearly",
        "property": "Capital Gains Calculation", "register": "ASIC Annual Review", "fund": "SMSF Accounts & Audit",
        "fund_authority": "the ATO",
        "payroll_year": "STP Finalisation", "pension": "Superannuation Guarantee",
    },
    "NZ": {
        "authority": "Inland Revenue", "registrar": "the Companies Office", "file": "File with",
        "company": "IR4 Tax Return", "personal": "IR3 Tax Return", "trust": "IR6 Tax Return",
        "partnership": "IR7 Tax Return", "sales": "GST Return", "instalments": "Provisional Tax",
        "instalments_cadence": "half_yearly", "benefits": "FBT Return",
        "contractors": "Schedular Payments", "contractors_cadence": "monthly",
        "property": "Bright-line Property Calculation", "register": "Companies Office Annual Return",
        "fund": "Charities Services Annual Return", "fund_authority": "Charities Services",
        "payroll_year": "Payday Filing Reconciliation", "pension": "KiwiSaver Contributions",
    },
    "GB": {
        "authority": "HMRC", "registrar": "Companies House", "file": "File with",
        "company": "Corporation Tax Return", "personal": "Self Assessment Return",
        "trust": "Trust & Estate Return", "partnership": "Partnership Tax Return", "sales": "VAT Return",
        "instalments": "Payments on Account", "instalments_cadence": "half_yearly", "benefits": "P11D Benefits",
        "contractors": "CIS Return", "contractors_cadence": "monthly",
        "property": "Capital Gains Property Return", "register": "Confirmation Statement",
        "fund": "Charity Accounts & Examination", "fund_authority": "the Charity Commission",
        "payroll_year": "Payroll Year End & P60s", "pension": "Auto-enrolment Contributions",
    },
}  # fmt: skip

Tasks = tuple[tuple[str, int], ...]
CHECKLIST = ("Plan and send checklist", 30)
RECONCILE = ("Bank and loan reconciliation", 90)
REVIEW = ("Partner review", 45)
SIGN_OFF = ("Client meeting & sign-off", 60)
FILE = ("{file} {authority}", 15)
FUND = ("{file} {fund_authority}", 20)
REGISTER = ("{file} {registrar}", 15)
ASSETS = ("Fixed assets and depreciation", 60)
STATEMENTS = ("Prepare financial statements", 180)
ASSESSMENT = ("Check what was assessed", 15)

ACCOUNTS: tuple[TemplateForm, ...] = (
    TemplateForm(
        "Annual Accounts – Company",
        (
            CHECKLIST, RECONCILE, ASSETS, ("Shareholders' loans and dividends", 45), STATEMENTS,
            ("Directors' minutes", 20), REVIEW, SIGN_OFF,
        ),
    ),
    TemplateForm(
        "Annual Accounts – Partnership",
        (CHECKLIST, RECONCILE, ASSETS, ("Partners' current accounts", 60), STATEMENTS, REVIEW, SIGN_OFF),
    ),
    TemplateForm("Annual Accounts – Sole Trader", (CHECKLIST, RECONCILE, STATEMENTS, SIGN_OFF)),
    TemplateForm(
        "Annual Accounts – Trust",
        (CHECKLIST, RECONCILE, STATEMENTS, ("Trustees' resolutions", 40), ("Beneficiaries' statements", 45), REVIEW),
    ),
)  # fmt: skip
RETURNS: tuple[TemplateForm, ...] = (
    TemplateForm("{company}", (("Tax reconciliation", 60), ("Prepare return", 45), REVIEW, FILE, ASSESSMENT)),
    TemplateForm("{personal}", (CHECKLIST, ("Income and deductions", 45), ("Prepare return", 30), FILE, ASSESSMENT)),
    TemplateForm("{partnership}", (("Profit shares", 30), ("Prepare return", 40), REVIEW, FILE)),
    TemplateForm("{trust}", (("Distributions", 45), ("Prepare return", 45), REVIEW, FILE, ASSESSMENT)),
    TemplateForm("{sales}", (RECONCILE, ("Check tax codes", 30), ("Prepare {sales}", 40), FILE)),
    TemplateForm("{instalments}", (("Estimate the year's profit", 40), ("Tell client what to pay and when", 15))),
    TemplateForm("{benefits}", (("Vehicles and log books", 60), ("Entertainment", 30), ("Prepare return", 45), FILE)),
    TemplateForm("{contractors}", (("Check contractors' numbers", 40), ("Prepare report", 30), FILE)),
    TemplateForm("{property}", (("Contracts and settlement dates", 30), ("Calculate gain", 75), REVIEW, FILE)),
    TemplateForm("{register}", (("Check officers and shareholders", 20), ("Directors' confirmation", 15), REGISTER)),
    TemplateForm(
        "{fund}", (CHECKLIST, RECONCILE, STATEMENTS, ("Papers for the auditor", 90), ("Auditor's queries", 60), FUND)
    ),
)  # fmt: skip
BOOKS: tuple[TemplateForm, ...] = (
    TemplateForm("Bookkeeping – Weekly", (("Code transactions", 45), ("Pay suppliers", 30), ("Chase debtors", 20))),
    TemplateForm("Bookkeeping – Monthly", (("Code transactions", 120), RECONCILE, ("Report to client", 20))),
    TemplateForm("Payroll", (("Timesheets and leave", 20), ("Pay run and payslips", 25), FILE)),
    TemplateForm("{payroll_year}", (("Reconcile pay to ledger", 60), ("Check allowances", 30), FILE)),
    TemplateForm("{pension}", (("Check contributions", 25), ("Pay by the due date", 15))),
)  # fmt: skip
ADVICE: tuple[TemplateForm, ...] = (
    TemplateForm("Management Reports", (RECONCILE, ("Accruals and prepayments", 45), ("Prepare report", 60), REVIEW)),
    TemplateForm("Business Review", (("Figures against budget", 60), ("Agenda", 20), SIGN_OFF, ("Action list", 30))),
    TemplateForm("Budget & Cash Flow Forecast", (("Assumptions with client", 60), ("Build model", 180), REVIEW)),
    TemplateForm("Tax Planning", (("Estimate the year's profit", 60), ("Write recommendations", 90), SIGN_OFF)),
    TemplateForm("Company Set-up", (("Reserve name", 10), ("Register with {registrar}", 40), ("Register for tax", 30))),
    TemplateForm("Xero Set-up & Training", (("Chart of accounts", 60), ("Opening balances", 90), ("Train client", 120))),
)  # fmt: skip
UNLINKED: tuple[TemplateForm, ...] = (
    TemplateForm("New Client Onboarding", (("Identity checks", 30), ("Letter to last accountant", 15), ("Register as agent", 15))),
    TemplateForm("Letter from {authority}", (("Read and scan", 10), ("Reply", 45))),
    # Set up by two offices, or copied: XPM takes any name, and only the UUID tells them apart.
    TemplateForm("Annual Accounts – Company", (CHECKLIST, STATEMENTS, SIGN_OFF)),
    TemplateForm("Annual accounts - company", (CHECKLIST, RECONCILE, STATEMENTS, REVIEW)),
)  # fmt: skip

MANY: tuple[ServiceForm, ...] = (
    *(
        ServiceForm(name, "yearly", price, name, "Compliance")
        for name, price in (
            ("Annual Accounts – Company", 2400.0), ("Annual Accounts – Partnership", 1800.0),
            ("Annual Accounts – Sole Trader", 950.0), ("Annual Accounts – Trust", 1500.0),
            ("{company}", 650.0), ("{personal}", 320.0), ("{partnership}", 480.0), ("{trust}", 540.0),
            ("{benefits}", 420.0), ("{register}", 180.0), ("{fund}", 2200.0), ("{payroll_year}", 350.0),
        )
    ),
    ServiceForm("{sales} – Quarterly", "quarterly", 360.0, "{sales}", "Compliance"),
    ServiceForm("{sales} – Monthly", "monthly", 180.0, "{sales}", "Compliance"),
    ServiceForm("{instalments}", "{instalments_cadence}", 90.0, "{instalments}", "Compliance"),
    ServiceForm("Contractor Reporting", "{contractors_cadence}", 240.0, "{contractors}", "Compliance"),
    ServiceForm("{property}", "once_off", 380.0, "{property}", "Compliance"),
    ServiceForm("Tax Investigation Cover", "yearly", 220.0, None, "Compliance"),
    ServiceForm("Bookkeeping – Weekly", "weekly", 160.0, "Bookkeeping – Weekly", "Bookkeeping"),
    ServiceForm("Bookkeeping – Fortnightly", "fortnightly", 290.0, "Bookkeeping – Weekly", "Bookkeeping"),
    ServiceForm("Bookkeeping – Monthly", "monthly", 550.0, "Bookkeeping – Monthly", "Bookkeeping"),
    ServiceForm("Payroll – Weekly", "weekly", 65.0, "Payroll", "Bookkeeping"),
    ServiceForm("Payroll – Fortnightly", "fortnightly", 120.0, "Payroll", "Bookkeeping"),
    ServiceForm("{pension}", "quarterly", 110.0, "{pension}", "Bookkeeping"),
    ServiceForm("Debtor Management", "monthly", 210.0, None, "Bookkeeping"),
    ServiceForm("Management Reports", "quarterly", 750.0, "Management Reports", "Advisory"),
    ServiceForm("Half-yearly Business Review", "half_yearly", 1200.0, "Business Review", "Advisory"),
    ServiceForm("Budget & Cash Flow Forecast", "yearly", 1400.0, "Budget & Cash Flow Forecast", "Advisory"),
    ServiceForm("Tax Planning", "half_yearly", 900.0, "Tax Planning", "Advisory"),
    ServiceForm("Virtual Finance Director", "monthly", 2500.0, None, "Advisory"),
    ServiceForm("General Advice", "once_off", 250.0, None, "Advisory"),
    ServiceForm("Company Set-up", "once_off", 900.0, "Company Set-up", "Set-up"),
    ServiceForm("Xero Set-up & Training", "once_off", 780.0, "Xero Set-up & Training", "Set-up"),
    ServiceForm("Xero Subscription", "monthly", 45.0, None, "Set-up"),
    ServiceForm("Registered Office", "yearly", 240.0, None, "Set-up"),
)  # fmt: skip
FEW: tuple[ServiceForm, ...] = (
    ServiceForm("Annual Accounts", "yearly", 950.0, "Annual Accounts"),
    ServiceForm("{personal}", "yearly", 320.0, "{personal}"),
    ServiceForm("{sales}", "quarterly", 240.0),
    ServiceForm("General Advice", "once_off", 150.0),
)


def few(country: CountryCode) -> Offering:
    """Return what one accountant sells who does most of it without a template."""
    accounts = TemplateForm("Annual Accounts", (CHECKLIST, RECONCILE, STATEMENTS, SIGN_OFF))
    personal = next(form for form in RETURNS if form.name == "{personal}")
    return _in_words(country, FEW, (accounts, personal))


def many(country: CountryCode) -> Offering:
    """Return what a firm with several departments sells."""
    return _in_words(country, MANY, (*ACCOUNTS, *RETURNS, *BOOKS, *ADVICE, *UNLINKED))


def muddled(country: CountryCode) -> Offering:
    """Return the usual offering after years of copying: services and templates of one name, or nearly one."""
    known = usual(country)
    accounts, sales, books = known.templates
    templates = (
        *known.templates,
        accounts,
        replace(accounts, name="ANNUAL ACCOUNTS", tasks=accounts.tasks[:2]),
        replace(accounts, name="Annual  Accounts", tasks=()),
        replace(accounts, name="Annual Accounts (copy)"),
        replace(sales, name=f"{sales.name} "),
        replace(books, name="Book-keeping"),
    )
    linked = {form.name for form in known.templates[:2]}
    services = (
        *(replace(form, template=form.name if form.name in linked else None) for form in known.services),
        ServiceForm("Bookkeeping", "weekly", 140.0, "Book-keeping"),
        ServiceForm("Annual Accounts", "yearly", 1900.0, "Annual Accounts (copy)"),
        ServiceForm("annual accounts", "yearly", 2400.0),
    )
    return Offering(services, templates)


OFFERS: dict[str, Offer] = {"few": few, "usual": usual, "many": many, "muddled": muddled}


def _in_words(
    country: CountryCode, services: Iterable[ServiceForm], templates: Iterable[TemplateForm]
) -> Offering:
    words = WORDS[country]

    def said(text: str) -> str:
        return text.format_map(words)

    return Offering(
        tuple(
            replace(
                form,
                name=said(form.name),
                cadence=said(form.cadence),
                template=said(form.template) if form.template else None,
            )
            for form in services
        ),
        tuple(
            TemplateForm(said(form.name), tuple((said(task), minutes) for task, minutes in form.tasks))
            for form in templates
        ),
    )
