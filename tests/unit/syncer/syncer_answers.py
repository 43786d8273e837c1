"""Answers of XPM, written out by hand from the order of elements that its contract gives."""

CLIENT = (
    b'<Response api-method="List"><Status>OK</Status><Clients><Client>'
    b"<UUID>2f8d2a2e-0000-4000-8000-000000000001</UUID><Name>Smith &amp; Co</Name><Email>office@smith.test</Email>"
    b"<DateOfBirth></DateOfBirth><Address>1 High St</Address><City>Leeds</City><Region></Region>"
    b"<PostCode>LS1 1AA</PostCode><Country>United Kingdom</Country><PostalAddress>PO Box 9</PostalAddress>"
    b"<PostalCity>York</PostalCity><PostalRegion>Yorkshire</PostalRegion><PostalPostCode>YO1</PostalPostCode>"
    b"<PostalCountry>United Kingdom</PostalCountry><Phone>0113 496 0000</Phone><Fax></Fax>"
    b"<Website>https://smith.test</Website><ReferralSource></ReferralSource><ExportCode></ExportCode>"
    b"<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>"
    b"<AccountManager><UUID>s-ann</UUID><Name>Ann</Name></AccountManager>"
    b"<TaxNumber></TaxNumber><GSTRegistered>Yes</GSTRegistered>"
    b"<JobManager><UUID>s-bob</UUID><Name>Bob</Name></JobManager><BusinessStructure>Trust</BusinessStructure>"
    b"<Contacts><Contact><UUID>c-1</UUID><Name>Al Smith</Name><Salutation>Al</Salutation><Addressee></Addressee>"
    b"<Mobile>0770</Mobile><Email>al@smith.test</Email><Phone></Phone><IsDeleted>No</IsDeleted>"
    b"<IsPrimary>Yes</IsPrimary><Position>Owner</Position></Contact>"
    b"<Contact><UUID>c-2</UUID><Name>Gone</Name><Salutation></Salutation><Addressee></Addressee><Mobile></Mobile>"
    b"<Email></Email><Phone></Phone><IsDeleted>Yes</IsDeleted><IsPrimary>No</IsPrimary><Position></Position></Contact>"
    b"</Contacts><Notes /><Groups><Group><UUID>g-2</UUID><Name>Trusts</Name></Group><Group><UUID>g-1</UUID>"
    b"<Name>Farms</Name></Group></Groups><Relationships /></Client></Clients></Response>"
)
BARE = (
    b'<Response api-method="List"><Status>OK</Status><Clients><Client><UUID>x2</UUID><Name>Jones</Name>'
    b"<Address></Address><City></City><Region></Region><PostCode></PostCode><Country></Country>"
    b"<PostalAddress></PostalAddress><PostalCity></PostalCity><PostalRegion></PostalRegion>"
    b"<PostalPostCode></PostalPostCode><PostalCountry></PostalCountry><Phone></Phone><Fax></Fax>"
    b"<Website></Website><ReferralSource></ReferralSource><ExportCode></ExportCode><IsArchived>Yes</IsArchived>"
    b"<IsDeleted>No</IsDeleted><GSTRegistered>No</GSTRegistered><Contacts /><Notes /><Groups />"
    b"<Relationships /></Client></Clients></Response>"
)
JOB = (
    b'<Response api-method="Add"><Status>OK</Status><Job><ID>J000031</ID><UUID>j-1</UUID><Name>Tax return</Name>'
    b"<Description>01 May, 2020\nhttps://app.test/prop_1\nTax return</Description><State>Planned</State>"
    b"<ClientOrderNumber>PROP-1042</ClientOrderNumber><Budget></Budget><Type></Type>"
    b"<StartDate>2026-07-01T00:00:00</StartDate><DueDate>2026-07-31T00:00:00</DueDate>"
    b"<Client><UUID>x1</UUID><Name>Smith &amp; Co</Name></Client>"
    b"<Manager><UUID>s-bob</UUID><Name>Bob</Name></Manager><Assigned /><Tasks /><Milestones /><Notes /></Job></Response>"
)
JOBS = JOB.replace(b"<Job>", b"<Jobs><Job>").replace(b"</Job>", b"</Job></Jobs>")
STAFF = (
    b'<Response api-method="List"><Status>OK</Status><StaffList><Staff><UUID>s-ann</UUID><Name>Ann</Name>'
    b"<Email>ann@practice.test</Email><Phone></Phone><Mobile></Mobile><Address></Address><PayrollCode></PayrollCode>"
    b"</Staff><Staff><UUID>s-bob</UUID><Name>Bob</Name></Staff></StaffList></Response>"
)
TEMPLATES = (
    b'<Response api-method="List"><Status>OK</Status><Templates><Template><UUID>t-1</UUID><Name>Tax</Name></Template>'
    b"</Templates></Response>"
)
