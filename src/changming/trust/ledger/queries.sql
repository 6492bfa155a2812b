-- outbox_add: the one insert of an act; no lock is shared with other acts
insert into ledger_outbox (event_id, pseudonym, leaf) values (%(event_id)s, %(pseudonym)s, %(leaf)s);

-- outbox_add_all: several acts of one transaction in one statement
insert into ledger_outbox (event_id, pseudonym, leaf)
select event_id, pseudonym, leaf
from unnest(%(event_ids)b::uuid[], %(pseudonyms)b::uuid[], %(leaves)b::bytea[]) as given (event_id, pseudonym, leaf);

-- outbox_add_with_detail: the same, with the sealed detail beside the tree, still one statement
with beside as (
  insert into ledger_detail (event_id, pseudonym, detail_sealed)
  values (%(event_id)s, %(pseudonym)s, %(detail_sealed)s)
)
insert into ledger_outbox (event_id, pseudonym, leaf) values (%(event_id)s, %(pseudonym)s, %(leaf)s);

-- outbox_take: what waits for its place, oldest id first; the single sequencer needs no lock on the rows
select event_id, leaf from ledger_outbox order by event_id limit %(limit)s;

-- outbox_move: numbers the taken rows in the given order; the leaf bytes never leave the server again
with place as (
  select event_id, ordinality from unnest(%(event_ids)b::uuid[]) with ordinality as given (event_id, ordinality)
), taken as (
  delete from ledger_outbox where event_id = any(%(event_ids)b::uuid[]) returning event_id, pseudonym, leaf
)
insert into ledger_entry (index, event_id, pseudonym, leaf)
select %(size)s + place.ordinality - 1, taken.event_id, taken.pseudonym, taken.leaf
from taken join place using (event_id);

-- outbox_state: how many events wait for their place and since when
select count(*) as waiting, min(recorded_at) as oldest_at from ledger_outbox;

-- head_get: the tree as it stands
select size, root, edge from ledger_head;

-- head_advance: only from the size that the batch was built on
update ledger_head set size = %(size)s, root = %(root)s, edge = %(edge)s where size = %(old_size)s;

-- tile_add: one full tile, for ever
insert into ledger_tile (level, position, hashes) values (%(level)s, %(position)s, %(hashes)s);

-- tiles_get: the full tiles among those asked for
select level, position, hashes from ledger_tile
join unnest(%(levels)s::smallint[], %(positions)s::bigint[]) as wanted (level, position) using (level, position);

-- entries_get: a run of entries in order
select index, event_id, pseudonym, leaf from ledger_entry
where index >= %(start)s and index < %(stop)s order by index;

-- checkpoint_get: the newest signed checkpoint
select size, note, signed_at from ledger_checkpoint;

-- checkpoint_put: stores a newer checkpoint; an older one never replaces it
insert into ledger_checkpoint (singleton, size, note, signed_at) values (true, %(size)s, %(note)s, now())
on conflict (singleton) do update
set size = excluded.size, note = excluded.note, signed_at = excluded.signed_at
where ledger_checkpoint.size <= excluded.size;

-- event_sealed: whether an event stands under the newest signed checkpoint
select exists (
  select 1 from ledger_entry where event_id = %(event_id)s and index < (select size from ledger_checkpoint)
) as sealed;

-- event_index: the place of an event
select index from ledger_entry where event_id = %(event_id)s;

-- trace_get: the newest entries about one pseudonym
select index, leaf from ledger_entry where pseudonym = %(pseudonym)s order by index desc limit %(limit)s;

-- detail_get: the sealed detail of an event, while it exists
select detail_sealed from ledger_detail where event_id = %(event_id)s;

-- details_forget: the sealed details about one pseudonym, on erasure
delete from ledger_detail where pseudonym = %(pseudonym)s;

-- sequencer_lock: whether this connection is now the only sequencer
select pg_try_advisory_lock(%(key)s) as held;

-- rows_beyond: entries and full tiles that a tree of this size does not have
select 'ledger_entry' as kept_in, index from ledger_entry where index >= %(size)s
union all
select 'ledger_tile', position from ledger_tile
where level > 7 or position >= (%(size)s::bigint >> (8 * level)) / 256
order by 1, 2 limit 100;

-- details_in_range: the sealed details that still exist, by the place of their event
select index, sha256(detail_sealed) as digest from ledger_detail join ledger_entry using (event_id)
where index >= %(start)s and index < %(stop)s order by index;
