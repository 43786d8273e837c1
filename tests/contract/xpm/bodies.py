"""Bodies that several tests send."""

from tests.contract.xpm.small import ACME, ANNUAL, BAKER, JANE, TAX

NEW_JOB = (
    f"<Job><Name>Accounts – July 2026</Name><Description>01 July, 2026\nA &amp; B</Description>"
    f"<ClientUUID>{ACME}</ClientUUID><ContactUUID>{JANE}</ContactUUID><StartDate>20260701</StartDate>"
    f"<DueDate>20260731</DueDate><ClientNumber>PROP-1042</ClientNumber><TemplateUUID>{ANNUAL}</TemplateUUID>"
    f"<CategoryUUID>{TAX}</CategoryUUID><Budget>1200.50</Budget></Job>"
)
SMALL_JOB = (
    f"<Job><Name>Small</Name><ClientUUID>{BAKER}</ClientUUID><StartDate>20260701</StartDate>"
    "<DueDate>20260701</DueDate></Job>"
)
