-- add_key: a new subject's wrapped key
insert into data_key (subject_id, key_id, pseudonym, epoch, wrapped, created_at)
values (%(subject_id)s, %(key_id)s, %(pseudonym)s, %(epoch)s, %(wrapped)s, %(now)s);

-- find_key: a subject's key row
select subject_id, key_id, epoch, wrapped from data_key where subject_id = %(subject_id)s;

-- erase_key: zeros over the wrapped key; the row stays as the sign that it is gone
update data_key set epoch = null, wrapped = %(zeros)s, erased_at = %(now)s
where subject_id = %(subject_id)s and erased_at is null
returning subject_id;

-- drop_indexes_of_subject: blind indexes are personal data and go with the key
delete from blind_index where subject_id = %(subject_id)s;

-- end_viewings_of_subject: the proofs about an erased subject
update viewing set ended_at = %(now)s
where subject_id = %(subject_id)s and expires_at > %(now)s and ended_at is null;

-- end_viewings_of_actor: the proofs of somebody who may look no longer
update viewing set ended_at = %(now)s
where actor_id = %(actor_id)s and actor_kind = %(actor_kind)s and expires_at > %(now)s and ended_at is null;

-- find_viewing: the subject's pseudonym beside the newest live proof that covers the request, if there is one
select k.pseudonym, k.erased_at,
  v.id, v.actor_kind, v.actor_id, v.subject_id, v.case_id, v.fields, v.purpose, v.single_use, v.granted_at,
  v.expires_at, v.event_id, v.sealed
from data_key k
left join lateral (
  select id, actor_kind, actor_id, subject_id, case_id, fields, purpose, single_use, granted_at, expires_at,
    event_id, sealed
  from viewing
  where subject_id = k.subject_id and expires_at > %(now)s and granted_at <= %(now)s and ended_at is null
    and not single_use and actor_kind = %(actor_kind)s and actor_id is not distinct from %(actor_id)s
    and case_id is not distinct from %(case_id)s and purpose = %(purpose)s and fields @> %(fields)s
  order by expires_at desc
  limit 1
) v on true
where k.subject_id = %(subject_id)s;

-- add_viewing: a proof whose event is recorded but not sealed yet
insert into viewing (id, actor_kind, actor_id, subject_id, case_id, fields, purpose, single_use, granted_at,
  expires_at, event_id)
values (%(id)s, %(actor_kind)s, %(actor_id)s, %(subject_id)s, %(case_id)s, %(fields)s, %(purpose)s, %(single_use)s,
  %(granted_at)s, %(expires_at)s, %(event_id)s);

-- mark_sealed: its event stands under a signed checkpoint
update viewing set sealed = true where id = %(id)s;

-- find_proof: a subject's key row beside the stored proof in hand, in one statement
select k.subject_id as key_subject_id, k.key_id, k.epoch, k.wrapped,
  v.id, v.actor_kind, v.actor_id, v.subject_id, v.case_id, v.fields, v.purpose, v.single_use, v.granted_at,
  v.expires_at, v.event_id, v.sealed, v.ended_at is not null as ended
from data_key k
left join viewing v on v.id = %(id)s and v.subject_id = k.subject_id
where k.subject_id = %(subject_id)s;

-- spend_viewing: a proof that opens once is over
update viewing set ended_at = %(now)s where id = %(id)s and ended_at is null returning id;

-- add_index: a blind index
insert into blind_index (row_id, field, subject_id, epoch, digest, fingerprint_sealed)
values (%(row_id)s, %(field)s, %(subject_id)s, %(epoch)s, %(digest)s, %(fingerprint_sealed)s);

-- find_indexed: the rows whose value has one of these digests
select subject_id, row_id from blind_index
where digest = any(%(digests)s) and field = %(field)s
order by row_id;

-- drop_indexes_of_row: the row is gone or has another value
delete from blind_index where row_id = %(row_id)s;

-- rotation_lock: whether this connection is now the only one that rotates
select pg_try_advisory_lock(%(key)s) as held;

-- rotation_unlock: another may rotate
select pg_advisory_unlock(%(key)s);

-- keys_to_rewrap: a batch of live keys under older epochs; those being erased at this moment are left alone
select subject_id, key_id, epoch, wrapped from data_key
where epoch < %(epoch)s
limit %(limit)s
for no key update skip locked;

-- rewrap_keys: the same keys under the new epoch
update data_key k set epoch = %(epoch)s, wrapped = n.wrapped
from unnest(%(subject_ids)s::uuid[], %(wrapped)s::bytea[]) as n (subject_id, wrapped)
where k.subject_id = n.subject_id;

-- indexes_to_renew: a batch of blind indexes under older epochs beside the keys that open their fingerprints
select b.row_id, b.field, b.fingerprint_sealed, k.subject_id, k.key_id, k.epoch, k.wrapped
from blind_index b join data_key k using (subject_id)
where b.epoch < %(epoch)s
limit %(limit)s
for no key update of b skip locked;

-- renew_indexes: the same values under the new epoch
update blind_index b set epoch = %(epoch)s, digest = n.digest
from unnest(%(row_ids)s::uuid[], %(fields)s::text[], %(digests)s::bytea[]) as n (row_id, field, digest)
where b.row_id = n.row_id and b.field = n.field;

-- older_rows: how many live rows still rest on older epochs
select (select count(*) from data_key where epoch < %(epoch)s)
  + (select count(*) from blind_index where epoch < %(epoch)s) as waiting;

-- hold_writers: nobody adds or changes a key row or an index row until this transaction ends
lock table data_key, blind_index in share row exclusive mode;

-- rows_on_epoch: whether anything rests on an epoch
select exists (select from data_key where epoch = %(number)s)
  or exists (select from blind_index where epoch = %(number)s) as used;

-- mark_destroyed: from this commit on no row can come to rest on the epoch
insert into destroyed_epoch (number, destroyed_at) values (%(number)s, %(now)s);

-- destroyed_epochs: those whose key file must not be there either
select number from destroyed_epoch order by number;

-- count_keys: live keys by epoch
select epoch, count(*) as rows from data_key where epoch is not null group by epoch;

-- count_indexes: blind indexes by epoch
select epoch, count(*) as rows from blind_index group by epoch;

-- count_erased: subjects whose key is gone
select count(*) as rows from data_key where erased_at is not null;
