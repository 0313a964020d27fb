-- A database as the program wrote it at revision 0002: who recorded is one text, steps and rules of deadlines are sentences.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE alerts (
	id INTEGER NOT NULL, 
	notice_id INTEGER, 
	case_id INTEGER NOT NULL, 
	about_id INTEGER NOT NULL, 
	rung VARCHAR(40) NOT NULL, 
	occurrence INTEGER DEFAULT '0' NOT NULL, 
	destination VARCHAR(40) DEFAULT 'channel' NOT NULL, 
	due_at DATETIME NOT NULL, 
	state VARCHAR(12) DEFAULT 'planned' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (id), 
	CONSTRAINT fk_alerts_about_id FOREIGN KEY(about_id) REFERENCES events (id), 
	CONSTRAINT fk_alerts_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_alerts_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id), 
	CONSTRAINT uq_alerts_case_id_about_id_rung_occurrence_destination UNIQUE (case_id, about_id, rung, occurrence, destination)
);
CREATE TABLE cases (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	letter_id INTEGER NOT NULL, 
	jurisdiction_id INTEGER NOT NULL, 
	tracked_since DATETIME NOT NULL, 
	looked_at DATETIME, 
	look_at DATETIME, 
	CONSTRAINT pk_cases PRIMARY KEY (id), 
	CONSTRAINT fk_cases_jurisdiction_id FOREIGN KEY(jurisdiction_id) REFERENCES jurisdictions (id), 
	CONSTRAINT fk_cases_letter_id FOREIGN KEY(letter_id) REFERENCES letters (id), 
	CONSTRAINT fk_cases_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_cases_letter_id_jurisdiction_id UNIQUE (letter_id, jurisdiction_id), 
	CONSTRAINT uq_cases_server_id_number UNIQUE (server_id, number)
);
INSERT INTO "cases" VALUES(1,1,1,1,1,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 18:00:00.000000');
INSERT INTO "cases" VALUES(2,1,2,1,2,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 19:00:00.000000');
INSERT INTO "cases" VALUES(3,1,3,1,3,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 20:00:00.000000');
INSERT INTO "cases" VALUES(4,1,4,1,4,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(5,1,5,1,5,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(6,1,6,1,6,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(7,1,7,1,7,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(8,1,8,1,8,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(9,1,9,1,9,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(10,1,10,1,10,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(11,1,11,1,11,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(12,1,12,1,12,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(13,1,13,1,13,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
INSERT INTO "cases" VALUES(14,1,14,1,14,'2018-01-24 17:00:00.000000',NULL,'2018-01-24 17:00:00.000000');
CREATE TABLE closures (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	day DATE NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	sources JSON NOT NULL, 
	recorded_by VARCHAR(100) NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	CONSTRAINT pk_closures PRIMARY KEY (id), 
	CONSTRAINT fk_closures_server_id FOREIGN KEY(server_id) REFERENCES servers (id)
);
INSERT INTO "closures" VALUES(1,1,'2018-02-23','snow','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]','Alice (123)','2018-01-24 17:00:00.000000',NULL);
CREATE TABLE documents (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	url VARCHAR(2000) DEFAULT '' NOT NULL, 
	media_type VARCHAR(100) NOT NULL, 
	read_at DATETIME NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (id), 
	CONSTRAINT fk_documents_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_documents_server_id_sha256 UNIQUE (server_id, sha256)
);
CREATE TABLE drafts (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	made_at DATETIME NOT NULL, 
	body JSON NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT fk_drafts_server_id FOREIGN KEY(server_id) REFERENCES servers (id)
);
INSERT INTO "drafts" VALUES(1,1,123,'2018-01-24 17:00:00.000000','{"draft": {"text": "Answer within 30 days.", "source": {"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24", "sha256": "", "read_on": ""}, "title": "Demand", "authority": null, "letter_date": {"value": "2018-01-24", "span": null, "doubt": ""}, "deadline": {"value": {"date": "2018-02-26", "zone": "America/New_York", "time": null, "words": "", "rule": "30 days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 30 is Friday, 23 February 2018", "Friday 23 February is closed (snow)", "due Monday, 26 February 2018"], "start": "2018-01-24", "calendar": "US"}, "span": null, "doubt": ""}, "demand": null, "legal_basis": [], "threatened": [], "recipients": [], "cleared": [], "stated_count": null, "questions": []}, "name": "letter.txt", "media_type": "text/plain", "read_at": "2018-01-24T17:00:00Z", "letter_id": null, "needs_source": false}',X'416E737765722077697468696E20333020646179732E');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	case_id INTEGER, 
	jurisdiction_id INTEGER NOT NULL, 
	happened VARCHAR(60) NOT NULL, 
	zone VARCHAR(64) NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by VARCHAR(100) NOT NULL, 
	certainty VARCHAR(20) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	detail JSON NOT NULL, 
	text TEXT NOT NULL, 
	sources JSON NOT NULL, 
	amount JSON, 
	"conflict" TEXT DEFAULT '' NOT NULL, 
	replaces INTEGER, 
	"key" VARCHAR(200), 
	operation VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT fk_events_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_events_jurisdiction_id FOREIGN KEY(jurisdiction_id) REFERENCES jurisdictions (id), 
	CONSTRAINT fk_events_replaces FOREIGN KEY(replaces) REFERENCES events (id), 
	CONSTRAINT fk_events_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_events_replaces UNIQUE (replaces), 
	CONSTRAINT uq_events_server_id_key UNIQUE (server_id, "key")
);
INSERT INTO "events" VALUES(1,1,1,1,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(2,1,1,1,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-23", "zone": "America/New_York", "time": null, "words": "", "rule": "a date", "steps": [], "start": "", "calendar": ""}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(3,1,2,2,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(4,1,2,2,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-16", "zone": "America/Los_Angeles", "time": "17:00:00", "words": "", "rule": "a date and a time", "steps": ["the time zone is the one that is written, America/Los_Angeles, not America/New_York"], "start": "", "calendar": ""}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(5,1,3,3,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(6,1,3,3,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-26", "zone": "America/New_York", "time": null, "words": "", "rule": "30 days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 30 is Friday, 23 February 2018", "Friday 23 February is closed (snow)", "due Monday, 26 February 2018"], "start": "2018-01-24", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(7,1,4,4,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(8,1,4,4,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-12", "zone": "America/New_York", "time": null, "words": "", "rule": "14 days + mail", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 14 is Wednesday, 7 February 2018", "3 days more for mail: Saturday, 10 February 2018", "due Monday, 12 February 2018"], "start": "2018-01-24", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(9,1,5,5,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(10,1,5,5,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-26", "zone": "America/New_York", "time": "10:23:00", "words": "", "rule": "72 hours", "steps": ["counted from 10:23 EST on Tuesday, 20 February 2018", "72 hours later is 10:23 EST on Friday, 23 February 2018", "Friday 23 February is closed (snow)", "due at the same time on Monday, 26 February 2018"], "start": "2018-02-20T10:23-05:00", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(11,1,6,6,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(12,1,6,6,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-22", "zone": "America/New_York", "time": null, "words": "20 business days of receipt", "rule": "20 business days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "Saturdays, Sundays and 19 February 2018 (Washington''s Birthday) are not counted", "business day 20 is Thursday, 22 February 2018"], "start": "2018-01-24", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(13,1,7,7,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(14,1,7,7,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-01-26", "zone": "America/New_York", "time": null, "words": "", "rule": "a date", "steps": ["\u201cfriday\u201d, on Wednesday, 24 January 2018, is Friday, 26 January 2018"], "start": "", "calendar": ""}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(15,1,8,8,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(16,1,8,8,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-03-02", "zone": "America/New_York", "time": "17:00:00", "words": "", "rule": "14 days", "steps": ["extends the deadline of Friday, 16 February 2018, 17:00", "counted from Friday, 16 February 2018, which is not counted", "day 14 is Friday, 2 March 2018", "the time of day stays: 17:00"], "start": "2018-02-16", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(17,1,9,9,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(18,1,9,9,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-24", "zone": "America/New_York", "time": null, "words": "", "rule": "thirty days or so", "steps": ["counted by hand", "on a Saturday"], "start": "2018-01-25", "calendar": ""}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(19,1,10,10,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(20,1,10,10,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-24", "zone": "America/New_York", "time": null, "words": "", "rule": "31 days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 31 is Saturday, 24 February 2018"], "start": "2018-01-24", "calendar": "none"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(21,1,11,11,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(22,1,11,11,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-24", "zone": "America/New_York", "time": null, "words": "", "rule": "30 days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 30 is Friday, 23 February 2018", "Friday 23 February is closed (snow)", "due Saturday, 24 February 2018"], "start": "2018-01-24", "calendar": "none"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(23,1,12,12,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(24,1,12,12,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-16", "zone": "America/New_York", "time": null, "words": "", "rule": "10 days before", "steps": ["counted back from Thursday, 1 March 2018, which is not counted", "day 10 is Monday, 19 February 2018", "Monday 19 February is Washington''s Birthday", "due Friday, 16 February 2018"], "start": "2018-03-01", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(25,1,13,13,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(26,1,13,13,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-02-23", "zone": "America/New_York", "time": null, "words": "", "rule": "30 days", "steps": [], "start": "", "calendar": ""}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(27,1,14,14,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','sent','{"kind": "sent"}','The authority sent the letter “Demand”.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(28,1,14,14,'2018-01-24','America/New_York','2018-01-24 17:00:00.000000','Alice (123)','confirmed','deadline','{"deadline": {"date": "2018-03-15", "zone": "America/New_York", "time": "11:00:00", "words": "", "rule": "240 hours", "steps": ["counted from 10:00 EST on Monday, 5 March 2018", "the clocks go forward 1 hour in between", "240 hours later is 11:00 EDT on Thursday, 15 March 2018"], "start": "2018-03-05T10:00-05:00", "calendar": "US"}, "basis": "original", "granted_by": "", "kind": "deadline"}','','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'the-letter');
INSERT INTO "events" VALUES(29,1,1,1,'2018-01-24','America/New_York','2018-01-24 18:00:00.000000','Bob (the builder) (456)','confirmed','answer','{"extent": "partial", "kind": "answer"}','Some.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'bobs-answer');
INSERT INTO "events" VALUES(30,1,2,2,'2018-01-24','America/New_York','2018-01-24 19:00:00.000000','import of record (1)','confirmed','court','{"step": "filed", "court": "S.D.N.Y.", "docket": "1:18-cv-1", "stops_clock": false, "kind": "court"}','Suit.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,'suit','an-import');
INSERT INTO "events" VALUES(31,1,3,3,'2018-01-24','America/New_York','2018-01-24 20:00:00.000000','a script','confirmed','note','{"kind": "note"}','Seen.','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]',NULL,'',NULL,NULL,'a-script');
CREATE TABLE heartbeat (
	id INTEGER NOT NULL, 
	ticked_at DATETIME NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (id)
);
CREATE TABLE jurisdictions (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	state VARCHAR(2) DEFAULT '' NOT NULL, 
	aliases JSON NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	sources JSON NOT NULL, ocd_id VARCHAR(200) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_jurisdictions PRIMARY KEY (id), 
	CONSTRAINT fk_jurisdictions_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_jurisdictions_server_id_name_state_kind UNIQUE (server_id, name, state, kind)
);
INSERT INTO "jurisdictions" VALUES(1,1,'Albany','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(2,1,'Boston','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(3,1,'Chicago','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(4,1,'Denver','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(5,1,'Elgin','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(6,1,'Fresno','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(7,1,'Gary','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(8,1,'Houston','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(9,1,'Ithaca','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(10,1,'Juneau','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(11,1,'Kansas City','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(12,1,'Lincoln','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(13,1,'Miami','city','NY','[]','','[]','');
INSERT INTO "jurisdictions" VALUES(14,1,'Nome','city','NY','[]','','[]','');
CREATE TABLE letters (
	id INTEGER NOT NULL, 
	server_id BIGINT NOT NULL, 
	slug VARCHAR(80) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	authority VARCHAR(200) NOT NULL, 
	sent VARCHAR(60) NOT NULL, 
	zone VARCHAR(64) NOT NULL, 
	demand TEXT NOT NULL, 
	legal_basis JSON NOT NULL, 
	threatened JSON NOT NULL, 
	sources JSON NOT NULL, 
	amounts JSON NOT NULL, 
	conflicts JSON NOT NULL, 
	deadline JSON, 
	deadline_note TEXT DEFAULT '' NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	operation VARCHAR(32) NOT NULL, 
	taken_back_at DATETIME, 
	CONSTRAINT pk_letters PRIMARY KEY (id), 
	CONSTRAINT fk_letters_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_letters_server_id_slug UNIQUE (server_id, slug)
);
INSERT INTO "letters" VALUES(1,1,'2018-01-24-demand','Demand','The authority','2018-01-24','America/New_York','all documents','[]','["subpoena"]','[{"title": "Press release", "url": "https://example.org/release", "publisher": "The authority", "published": "2018-01-24"}]','[]','[]','{"date": "2018-02-26", "zone": "America/New_York", "rule": "30 days", "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 30 is Friday, 23 February 2018", "Friday 23 February is closed (snow)", "due Monday, 26 February 2018"], "start": "2018-01-24", "calendar": "US"}','','2018-01-24 17:00:00.000000','the-letter',NULL);
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	token VARCHAR(25) NOT NULL, 
	server_id BIGINT NOT NULL, 
	channel_id BIGINT NOT NULL, 
	letter_id INTEGER NOT NULL, 
	rung VARCHAR(40) NOT NULL, 
	occurrence INTEGER DEFAULT '0' NOT NULL, 
	due_at DATETIME NOT NULL, 
	part INTEGER DEFAULT '0' NOT NULL, 
	state VARCHAR(12) DEFAULT 'pending' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	claim VARCHAR(32), 
	lease_until DATETIME, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	maybe_sent BOOLEAN DEFAULT 0 NOT NULL, 
	not_before DATETIME NOT NULL, 
	message_id BIGINT, 
	sent_at DATETIME, 
	late_by INTEGER, 
	CONSTRAINT pk_notices PRIMARY KEY (id), 
	CONSTRAINT fk_notices_letter_id FOREIGN KEY(letter_id) REFERENCES letters (id), 
	CONSTRAINT fk_notices_server_id FOREIGN KEY(server_id) REFERENCES servers (id), 
	CONSTRAINT uq_notices_server_id_channel_id_letter_id_rung_occurrence_due_at_part UNIQUE (server_id, channel_id, letter_id, rung, occurrence, due_at, part), 
	CONSTRAINT uq_notices_token UNIQUE (token)
);
CREATE TABLE place_names (
	server_id BIGINT NOT NULL, 
	"key" VARCHAR(250) NOT NULL, 
	jurisdiction_id INTEGER NOT NULL, 
	CONSTRAINT pk_place_names PRIMARY KEY (server_id, "key", jurisdiction_id), 
	CONSTRAINT fk_place_names_jurisdiction_id FOREIGN KEY(jurisdiction_id) REFERENCES jurisdictions (id), 
	CONSTRAINT fk_place_names_server_id FOREIGN KEY(server_id) REFERENCES servers (id)
);
INSERT INTO "place_names" VALUES(1,'albany',1);
INSERT INTO "place_names" VALUES(1,'albany ny',1);
INSERT INTO "place_names" VALUES(1,'albany new york',1);
INSERT INTO "place_names" VALUES(1,'boston',2);
INSERT INTO "place_names" VALUES(1,'boston ny',2);
INSERT INTO "place_names" VALUES(1,'boston new york',2);
INSERT INTO "place_names" VALUES(1,'chicago',3);
INSERT INTO "place_names" VALUES(1,'chicago ny',3);
INSERT INTO "place_names" VALUES(1,'chicago new york',3);
INSERT INTO "place_names" VALUES(1,'denver',4);
INSERT INTO "place_names" VALUES(1,'denver ny',4);
INSERT INTO "place_names" VALUES(1,'denver new york',4);
INSERT INTO "place_names" VALUES(1,'elgin',5);
INSERT INTO "place_names" VALUES(1,'elgin ny',5);
INSERT INTO "place_names" VALUES(1,'elgin new york',5);
INSERT INTO "place_names" VALUES(1,'fresno',6);
INSERT INTO "place_names" VALUES(1,'fresno ny',6);
INSERT INTO "place_names" VALUES(1,'fresno new york',6);
INSERT INTO "place_names" VALUES(1,'gary',7);
INSERT INTO "place_names" VALUES(1,'gary ny',7);
INSERT INTO "place_names" VALUES(1,'gary new york',7);
INSERT INTO "place_names" VALUES(1,'houston',8);
INSERT INTO "place_names" VALUES(1,'houston ny',8);
INSERT INTO "place_names" VALUES(1,'houston new york',8);
INSERT INTO "place_names" VALUES(1,'ithaca',9);
INSERT INTO "place_names" VALUES(1,'ithaca ny',9);
INSERT INTO "place_names" VALUES(1,'ithaca new york',9);
INSERT INTO "place_names" VALUES(1,'juneau',10);
INSERT INTO "place_names" VALUES(1,'juneau ny',10);
INSERT INTO "place_names" VALUES(1,'juneau new york',10);
INSERT INTO "place_names" VALUES(1,'kansas city',11);
INSERT INTO "place_names" VALUES(1,'kansas city ny',11);
INSERT INTO "place_names" VALUES(1,'kansas city new york',11);
INSERT INTO "place_names" VALUES(1,'lincoln',12);
INSERT INTO "place_names" VALUES(1,'lincoln ny',12);
INSERT INTO "place_names" VALUES(1,'lincoln new york',12);
INSERT INTO "place_names" VALUES(1,'miami',13);
INSERT INTO "place_names" VALUES(1,'miami ny',13);
INSERT INTO "place_names" VALUES(1,'miami new york',13);
INSERT INTO "place_names" VALUES(1,'nome',14);
INSERT INTO "place_names" VALUES(1,'nome ny',14);
INSERT INTO "place_names" VALUES(1,'nome new york',14);
CREATE TABLE servers (
	id BIGINT NOT NULL, 
	name VARCHAR(100) DEFAULT '' NOT NULL, 
	zone VARCHAR(64) DEFAULT 'America/New_York' NOT NULL, 
	hour INTEGER DEFAULT '9' NOT NULL, 
	posting_since DATETIME, 
	channel_id BIGINT, 
	desk_role_id BIGINT, 
	escalation_role_id BIGINT, 
	announce BOOLEAN DEFAULT 1 NOT NULL, calendar VARCHAR(20) DEFAULT 'none' NOT NULL, 
	CONSTRAINT pk_servers PRIMARY KEY (id)
);
INSERT INTO "servers" VALUES(1,'Newsroom','America/New_York',9,NULL,100,NULL,NULL,1,'US');
CREATE TABLE synced_commands (
	application_id BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_synced_commands PRIMARY KEY (application_id)
);
CREATE INDEX ix_cases_jurisdiction_id ON cases (jurisdiction_id);
CREATE INDEX ix_cases_look_at ON cases (look_at);
CREATE INDEX ix_notices_waiting ON notices (state, not_before);
CREATE INDEX ix_events_case_id ON events (case_id);
CREATE INDEX ix_events_jurisdiction_id ON events (jurisdiction_id);
CREATE INDEX ix_events_operation ON events (operation);
CREATE INDEX ix_alerts_notice_id ON alerts (notice_id);
CREATE TRIGGER events_are_never_altered BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: record a correction instead'); END;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: record a correction instead'); END;
CREATE INDEX ix_closures_server_id ON closures (server_id);
CREATE UNIQUE INDEX uq_closures_standing ON closures (server_id, day) WHERE removed_at IS NULL;
CREATE INDEX ix_drafts_server_id ON drafts (server_id);
CREATE INDEX ix_drafts_made_at ON drafts (made_at);
COMMIT;
