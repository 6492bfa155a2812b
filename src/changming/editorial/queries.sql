-- head: the edition in force; every request reads it
select number, digest from edition_head;

-- lock: one at a time moves the head
select pg_advisory_xact_lock(%(key)s);

-- set_head: the new edition is in force from this commit on
insert into edition_head (singleton, number, digest, published_at) values (true, %(number)s, %(digest)s, %(now)s)
on conflict (singleton) do update set number = excluded.number, digest = excluded.digest,
  published_at = excluded.published_at;

-- add_version: a version of an entry; the same document again is the same version
insert into pack_version (digest, service, version, document, authored, bundled, created_at)
values (%(digest)s, %(service)s, %(version)s, %(document)s, %(authored)s, %(bundled)s, %(now)s)
on conflict (digest) do update set bundled = pack_version.bundled or excluded.bundled;

-- version: one version with its texts
select digest, service, version, document, authored, bundled, created_at from pack_version where digest = %(digest)s;

-- documents: what has to be compiled
select digest, service, document from pack_version where digest = any(%(digests)s);

-- bundled_digests: what releases have brought so far
select digest from pack_version where bundled;

-- add_edition: a new edition
insert into edition (number, digest, cause, services, staff_id, published_at)
values (%(number)s, %(digest)s, %(cause)s, %(services)s, %(staff_id)s, %(now)s);

-- add_packs: which version of each service it holds
insert into edition_pack (number, service, digest)
select %(number)s, service, digest from unnest(%(services)s::text[], %(digests)s::text[]) as given (service, digest);

-- packs_of: the versions of an edition
select service, digest from edition_pack where number = %(number)s;

-- packs_of_all: every edition with its versions; one without any has a single row
select e.number, e.digest as edition_digest, p.service, p.digest from edition e
left join edition_pack p on p.number = e.number order by e.number;

-- altered_versions: versions whose document is not what their digest, service and version say
select service, version from pack_version
where encode(sha256(convert_to(document, 'UTF8')), 'hex') <> digest
  or position('"service":' || to_json(service)::text in document) = 0
  or position('"version":' || to_json(version)::text in document) = 0
order by service, version;

-- edition: one edition
select number, digest, cause, services, staff_id, published_at from edition where number = %(number)s;

-- editions: the newest first
select number, digest, cause, services, staff_id, published_at from edition order by number desc limit %(most)s;

-- bundled: what the newest release brought
select service, digest, waiting from bundled_pack;

-- set_bundled: what this release brings for a service
insert into bundled_pack (service, digest, waiting) values (%(service)s, %(digest)s, %(waiting)s)
on conflict (service) do update set digest = excluded.digest, waiting = excluded.waiting;

-- bundled_settled: editors have dealt with what the release brought
update bundled_pack set waiting = false where service = %(service)s and waiting returning digest;

-- usages: when which version of a service came into force or went out of it; an edition without it has no digest
select e.number, e.cause, e.staff_id, e.published_at, p.digest, v.version
from edition e
left join edition_pack p on p.number = e.number and p.service = %(service)s
left join pack_version v on v.digest = p.digest
where %(service)s = any(e.services)
order by e.number desc limit %(most)s;

-- add_draft: the first words of a draft
insert into draft (id, service, base_digest, authored, revision, state, authors, created_at, changed_at)
values (%(id)s, %(service)s, %(base_digest)s, %(authored)s, 1, 'open', array[%(staff_id)s::uuid], %(now)s, %(now)s);

-- draft: one draft
select id, service, base_digest, authored, revision, state, authors, remark, created_at, changed_at, decided_by,
  decided_at, number
from draft where id = %(id)s;

-- lock_draft: one at a time writes or decides
select id, service, base_digest, authored, revision, state, authors, remark, created_at, changed_at, decided_by,
  decided_at, number
from draft where id = %(id)s for update;

-- drafts_live: what is being written or waits, the oldest first
select id, service, base_digest, authored, revision, state, authors, remark, created_at, changed_at, decided_by,
  decided_at, number
from draft where state in ('open', 'submitted') order by changed_at, id;

-- drafts_of: all drafts of a service, the newest first
select id, service, base_digest, authored, revision, state, authors, remark, created_at, changed_at, decided_by,
  decided_at, number
from draft where service = %(service)s order by changed_at desc, id limit %(most)s;

-- save_draft: new words; whoever wrote them is an author from now on
update draft set authored = %(authored)s, base_digest = %(base_digest)s, revision = revision + 1, changed_at = %(now)s,
  authors = case when %(staff_id)s = any(authors) then authors else authors || %(staff_id)s::uuid end
where id = %(id)s;

-- move_draft: to another state
update draft set state = %(state)s, remark = %(remark)s, decided_by = %(staff_id)s, decided_at = %(now)s,
  changed_at = %(now)s, number = %(number)s
where id = %(id)s;

-- add_retraction: an entry was taken out of force
insert into retraction (id, service, digest, number, reason, staff_id, retracted_at)
values (%(id)s, %(service)s, %(digest)s, %(number)s, %(reason)s, %(staff_id)s, %(now)s);

-- lock_retraction: one at a time decides
select id, service, digest, number, reason, staff_id, retracted_at, outcome, decided_by, decided_at
from retraction where id = %(id)s for update;

-- retractions_open: those that nobody else has looked at, the oldest first
select id, service, digest, number, reason, staff_id, retracted_at, outcome, decided_by, decided_at
from retraction where outcome is null order by retracted_at, id;

-- retractions_of: all of a service, the newest first
select id, service, digest, number, reason, staff_id, retracted_at, outcome, decided_by, decided_at
from retraction where service = %(service)s order by retracted_at desc, id limit %(most)s;

-- settle_retraction: what became of it
update retraction set outcome = %(outcome)s, decided_by = %(staff_id)s, decided_at = %(now)s where id = %(id)s;

-- replace_retractions: a new version of the entry is in force
update retraction set outcome = 'replaced', decided_by = %(staff_id)s, decided_at = %(now)s
where service = %(service)s and outcome is null;

-- add_consulted: typed inputs, counted
insert into consulted (service, digest, day, given, times)
values (%(service)s, %(digest)s, %(day)s, %(given)s, %(times)s)
on conflict (service, digest, day, given) do update set times = consulted.times + excluded.times;

-- consulted_of: the newest typed inputs of a service, those of many consultations first within a day
select service, digest, day, given, times from consulted where service = %(service)s
order by day desc, times desc, given limit %(most)s;

-- forget_consulted: kept long enough
delete from consulted where day < %(before)s;
