CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE conflicts (
	practice VARCHAR NOT NULL, 
	id INTEGER NOT NULL, 
	xpm_id TEXT NOT NULL, 
	ignition_id TEXT NOT NULL, 
	client_name TEXT NOT NULL, 
	contact TEXT, 
	field TEXT NOT NULL, 
	base TEXT NOT NULL, 
	ignition TEXT NOT NULL, 
	xpm TEXT NOT NULL, 
	winner TEXT NOT NULL, 
	state TEXT NOT NULL, 
	at TEXT NOT NULL, 
	kind TEXT DEFAULT 'changed' NOT NULL, 
	xpm_contact TEXT, 
	ignition_contact TEXT, 
	settled_at TEXT, superseded_by INTEGER, 
	PRIMARY KEY (practice, id)
);
INSERT INTO "conflicts" VALUES('north',1,'x1','i1','Smith',NULL,'phone','"1"','"2"','"3"','xpm','open','2026-07-01T09:00:00Z','changed',NULL,NULL,NULL,NULL);
CREATE TABLE connections (
	practice VARCHAR NOT NULL, 
	system VARCHAR NOT NULL, 
	status TEXT NOT NULL, 
	tenant_id TEXT, 
	tenant_name TEXT, 
	tokens TEXT NOT NULL, 
	PRIMARY KEY (practice, system)
);
CREATE TABLE cursors (
	practice VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (practice, name)
);
CREATE TABLE deployed_jobs (
	practice VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	proposal_slug TEXT NOT NULL, 
	name TEXT NOT NULL, 
	start_date TEXT NOT NULL, 
	number TEXT NOT NULL, 
	steps INTEGER NOT NULL, "plan" TEXT, notes TEXT DEFAULT '[]' NOT NULL, audited BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (practice, "key")
);
INSERT INTO "deployed_jobs" VALUES('north','prop_1/monthly/0','prop_1','Books – July 2026','2026-07-01','J000001',1,NULL,'[]',1);
CREATE TABLE deployments (
	practice VARCHAR NOT NULL, 
	proposal_slug VARCHAR NOT NULL, 
	reference TEXT NOT NULL, 
	client_slug TEXT NOT NULL, 
	status TEXT NOT NULL, 
	xpm_uuid TEXT, 
	chosen_uuid TEXT, 
	message TEXT NOT NULL, 
	candidates TEXT NOT NULL, 
	proposal TEXT NOT NULL, 
	shown TEXT NOT NULL, 
	PRIMARY KEY (practice, proposal_slug)
);
INSERT INTO "deployments" VALUES('north','prop_1','PROP-1001','i1','deployed','x1',NULL,'','[]','{"slug": "prop_1", "name": "Care", "reference": "PROP-1001", "state": "accepted", "client_slug": "i1", "client_name": "Smith", "accepted_at": "2026-07-01T00:00:00Z", "start_date": "2026-07-01", "end_date": "2027-06-30", "term_months": 12, "link": "https://app.test/prop_1", "lines": [{"service_slug": "svc_1", "name": "Books", "cadence": "monthly", "selected": true}]}','{}');
CREATE TABLE doubts (
	practice VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	kind TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	settles_at TEXT NOT NULL, 
	audited BOOLEAN NOT NULL, 
	PRIMARY KEY (practice, "key")
);
CREATE TABLE inbox (
	practice VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	type TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	state TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	PRIMARY KEY (practice, event_id)
);
CREATE TABLE intents (
	practice VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	at TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	outcome TEXT, 
	PRIMARY KEY (practice, "key")
);
CREATE TABLE leases (
	scope VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	holder TEXT NOT NULL, 
	until TEXT NOT NULL, 
	PRIMARY KEY (scope, name)
);
CREATE TABLE links (
	practice VARCHAR NOT NULL, 
	xpm_id VARCHAR NOT NULL, 
	ignition_id TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	standing TEXT NOT NULL, 
	receives_only BOOLEAN NOT NULL, 
	etag TEXT, 
	base TEXT NOT NULL, 
	contacts TEXT NOT NULL, made_at TEXT, sent TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (practice, xpm_id)
);
INSERT INTO "links" VALUES('north','x1','i1','imported','live',0,NULL,'{"name":"Smith"}','[]',NULL,'[]');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE mirror (
	practice VARCHAR NOT NULL, 
	side VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	name TEXT NOT NULL, 
	standing TEXT NOT NULL, 
	lead BOOLEAN NOT NULL, 
	dirty BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	record TEXT NOT NULL, overwritten TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (practice, side, id)
);
CREATE TABLE runs (
	practice VARCHAR NOT NULL, 
	id INTEGER NOT NULL, 
	command TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	ended_at TEXT, 
	outcome TEXT NOT NULL, 
	report TEXT NOT NULL, 
	PRIMARY KEY (practice, id)
);
CREATE TABLE user_links (
	practice VARCHAR NOT NULL, 
	staff_uuid VARCHAR NOT NULL, 
	user_slug TEXT NOT NULL, 
	name TEXT NOT NULL, 
	standing TEXT NOT NULL, 
	PRIMARY KEY (practice, staff_uuid)
);
CREATE INDEX ix_mirror_dirty ON mirror (dirty);
CREATE INDEX ix_mirror_name ON mirror (name);
CREATE INDEX ix_links_ignition_id ON links (ignition_id);
