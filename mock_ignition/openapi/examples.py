"""Examples of bodies, by the body's name. What they name is there in the demo (`mock-ignition serve --demo`)."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "ClientCreate": {
        "name": "Rimu Bakery",
        "email": "hello@rimu.example",
        "address": {"line": "9 Cuba St", "city": "Wellington", "postcode": "6011", "country": "New Zealand"},
        "manager_slug": "usr_ana",
        "tags": ["bakery"],
    },
    "ClientPatch": {"phone": "+64 4 555 0133", "address": {"line": "11 Cuba St"}, "fax": None},
    "GroupsBody": {"groups": ["Hospitality", "Wellington"]},
    "BatchBody": {
        "items": [
            {
                "name": "Totara Timber",
                "company_structure": "Company",
                "groups": ["Trades"],
                "contacts": [{"name": "Wiremu Parata", "email": "wiremu@totara.example", "is_primary": True}],
            },
            {"slug": "cli_kauri", "tax_registered": True},
        ]
    },
    "ContactCreate": {"name": "Mere Tane", "email": "mere@kauri.example", "position": "Owner"},
    "ContactPatch": {"mobile": "+64 21 555 0144", "is_signatory": True},
    "ServiceCreate": {"name": "GST returns", "price": 120.5, "cadence": "quarterly", "service_group": "Tax"},
    "ServicePatch": {"price": 1950.0, "job_template_slug": "jtpl_annual"},
    "TemplatesBody": {
        "job_templates": [
            {"name": "Annual accounts", "xpm_template_uuid": "b5b8c469-95c0-5521-bd07-385a7a8f7fb0"},
            {"name": "GST return", "xpm_template_uuid": "0f3c1de2-3f0e-5c56-9a07-5d2c3a1f7b11"},
        ]
    },
    "ProposalCreate": {
        "name": "Accounts 2027",
        "client_slug": "cli_kauri",
        "contract_term": 12,
        "proposal_start_date": "2026-08-01",
        "services": [
            {"service_slug": "svc_annual"},
            {"service_slug": "svc_books", "is_add_on": True, "is_selected_for_acceptance": False},
        ],
    },
    "ProposalPatch": {"name": "Accounts and books 2027", "contract_term": 24},
    "AcceptBody": {"add_on_slugs": []},
    "WorkflowBody": {
        "mode": "one_job",
        "jobs": [{"name": "Accounts 2027", "staff_slugs": ["usr_ana"], "due_date": "2027-03-31"}],
    },
    "DeploymentBody": {
        "status": "deployed",
        "xpm_client_uuid": "7c6f5c3e-8d55-5e0b-8f2e-2f7f0f1e9a10",
        "xpm_client_name": "O'Brien & Söhne <Ltd>",
        "jobs": [{"number": "J000123", "name": "Books 2026"}],
    },
    "UserCreate": {"name": "Priya Nair", "email": "priya@harbour.example"},
    "UserPatch": {"email": "priya.nair@harbour.example"},
    "CandidatesBody": {
        "candidates": [
            {
                "uuid": "2f4f7a52-9a43-57f4-9c1b-0f1a1a0f6c21",
                "name": "Ana Reyes",
                "email": "ana@harbour.example",
            }
        ]
    },
    "IntegrationBody": {
        "status": "connected",
        "tenant_id": "c050a637-446e-5164-9d28-5fec5ea7fca1",
        "tenant_name": "Harbour Accounting",
        "last_synced_at": "2026-07-01T09:00:00Z",
    },
    "WebhookBody": {
        "url": "http://127.0.0.1:18003/webhooks/ignition",
        "types": ["proposal.accepted", "client.updated"],
        "secret": "choose-one",
    },
}
