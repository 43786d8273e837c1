"""What either version of the API tells of a record, transcribed by hand from the documented and recorded orders."""

from tests.contract.xpm import small
from tests.contract.xpm.small import (
    ACME,
    ACME_HEAD,
    ACME_XML,
    ANN,
    BAKER,
    CLOSED,
    DROPPED,
    FAMILY,
    GONE,
    JANE,
    SHARED,
)
from tests.contract.xpm.speaker import Speaker

NO_ADDRESS = (
    "<Address></Address><City></City><Region></Region><PostCode></PostCode><Country></Country>"
    "<PostalAddress></PostalAddress><PostalCity></PostalCity><PostalRegion></PostalRegion>"
    "<PostalPostCode></PostalPostCode><PostalCountry></PostalCountry>"
)
HIDDEN = "<TaxNumber></TaxNumber><CompanyNumber></CompanyNumber><BusinessNumber></BusinessNumber>"
NO_TAX_WORK = (
    "<SignedTaxAuthority>No</SignedTaxAuthority><AgencyStatus></AgencyStatus>"
    "<PrepareActivityStatement>No</PrepareActivityStatement><PrepareTaxReturn>No</PrepareTaxReturn>"
    "<ActiveAtoClient>No</ActiveAtoClient>"
)


def reference(xpm: Speaker, element: str, table: str, uuid: str, name: str) -> str:
    """Return how a record names another one."""
    return f"<{element}>{xpm.ident(table, uuid)}<Name>{name}</Name></{element}>"


def contact(
    xpm: Speaker,
    uuid: str,
    name: str,
    *,
    email: str = "",
    mobile: str = "",
    phone: str = "",
    salutation: str = "",
    addressee: str = "",
    position: str = "",
    primary: str = "No",
    deleted: str = "No",
) -> str:
    head = f"<Contact>{xpm.ident('contacts', uuid)}<Name>{name}</Name>"
    letters = f"<Salutation>{salutation}</Salutation><Addressee>{addressee}</Addressee>"
    reached = f"<Mobile>{mobile}</Mobile><Email>{email}</Email><Phone>{phone}</Phone>"
    mark = f"<IsPrimary>{primary}</IsPrimary>"
    place = f"<Position>{position}</Position>"
    if xpm.version == "3.0":
        return f"{head}{reached}{place}{letters}{mark}</Contact>"
    return f"{head}{letters}{reached}<IsDeleted>{deleted}</IsDeleted>{mark}{place}</Contact>"


def jane(xpm: Speaker, position: str = "Director", primary: str = "Yes") -> str:
    return contact(
        xpm,
        JANE,
        "Jane Doe",
        email="jane@acme.example",
        mobile="04 7",
        phone="02 7",
        salutation="Jane",
        addressee="Ms J Doe",
        position=position,
        primary=primary,
    )


def shared(xpm: Speaker, position: str, *, primary: str = "No", deleted: str = "No") -> str:
    return contact(
        xpm,
        SHARED,
        "Sam Shared",
        email="sam@shared.example",
        position=position,
        primary=primary,
        deleted=deleted,
    )


def plain_client(
    xpm: Speaker,
    uuid: str,
    name: str,
    *,
    email: str = "",
    phone: str = "",
    website: str = "",
    archived: str = "No",
    deleted: str = "No",
    account_manager: str = "",
    job_manager: str = "",
    gst: str = "No",
    contacts: str = "<Contacts />",
    tail: str = "",
) -> str:
    """Return a client of whom little is known, as `small.plain_client` does for 3.1."""
    if xpm.version == "3.1":
        return small.plain_client(
            uuid,
            name,
            email=email,
            phone=phone,
            website=website,
            archived=archived,
            deleted=deleted,
            account_manager=account_manager,
            job_manager=job_manager,
            gst=gst,
            contacts=contacts,
            tail=tail,
        )
    return (
        f"<Client>{xpm.ident('clients', uuid)}<Name>{name}</Name>{email}{NO_ADDRESS}"
        f"<Phone>{phone}</Phone><Fax></Fax><Website>{website}</Website>"
        "<ReferralSource></ReferralSource><ExportCode></ExportCode><IsProspect>No</IsProspect>"
        f"<IsArchived>{archived}</IsArchived><IsDeleted>{deleted}</IsDeleted>{account_manager}{HIDDEN}"
        f"<BranchNumber></BranchNumber><GSTRegistered>{gst}</GSTRegistered><PrepareGST>No</PrepareGST>"
        f"{NO_TAX_WORK}{job_manager}{contacts}{tail}<UUID>{uuid}</UUID></Client>"
    )


def baker(xpm: Speaker, tail: str = "") -> str:
    contacts = f"<Contacts>{shared(xpm, '')}</Contacts>"
    return plain_client(xpm, BAKER, "Baker &amp; Sons", contacts=contacts, tail=tail)


def closed(xpm: Speaker) -> str:
    return plain_client(xpm, CLOSED, "Closed acme", archived="Yes")


def dropped(xpm: Speaker) -> str:
    return plain_client(xpm, DROPPED, "Dropped acme", deleted="Yes")


def acme(xpm: Speaker, *, detailed: bool = True) -> str:
    """Return the client of whom much is known."""
    if xpm.version == "3.1":
        return ACME_XML if detailed else ACME_HEAD + "</Client>"
    details = (
        "<Notes><Note><Title></Title><Text>First &lt;note&gt;</Text><Folder></Folder></Note></Notes>"
        f"<Groups>{reference(xpm, 'Group', 'groups', FAMILY, 'Family')}</Groups><Relationships />"
    )
    return (
        f"<Client>{xpm.ident('clients', ACME)}<Name>Acme Ltd</Name><Email>al@acme.example</Email>"
        "<Address>1 Street</Address><City>Sydney</City><Region>NSW</Region><PostCode>2000</PostCode>"
        "<Country>Australia</Country><PostalAddress>PO Box 1</PostalAddress><PostalCity>Perth</PostalCity>"
        "<PostalRegion>WA</PostalRegion><PostalPostCode>6000</PostalPostCode><PostalCountry>AU</PostalCountry>"
        "<Phone>02 9999</Phone><Fax>02 8888</Fax><Website>https://acme.example/?a=1&amp;b=2</Website>"
        "<ReferralSource>A friend</ReferralSource><ExportCode>EX1</ExportCode><IsProspect>No</IsProspect>"
        "<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>"
        f"{reference(xpm, 'AccountManager', 'staff', ANN, 'Ann Partner')}{HIDDEN}"
        "<BranchNumber>7</BranchNumber><GSTRegistered>Yes</GSTRegistered><PrepareGST>Yes</PrepareGST>"
        f"{NO_TAX_WORK}{reference(xpm, 'JobManager', 'staff', GONE, 'Gone Gary')}"
        "<BusinessStructure>Company</BusinessStructure>"
        f"<Contacts>{jane(xpm)}{shared(xpm, 'Adviser')}</Contacts>"
        f"{details if detailed else ''}<UUID>{ACME}</UUID></Client>"
    )
