-- The tamper-evident ledger: outbox, entries, tiles, the unsigned head, the signed checkpoint, sealed details.
-- The triggers are the second fence: they stop the service, not a superuser. What stops a superuser is the signed
-- checkpoint outside the database (docs/adr/0002-ledger.md).

create table ledger_outbox (
  event_id uuid primary key,
  pseudonym uuid,
  leaf bytea not null check (octet_length(leaf) between 1 and 60000),
  recorded_at timestamptz not null default now()
);

create table ledger_entry (
  index bigint primary key check (index >= 0),
  event_id uuid not null unique,
  pseudonym uuid,
  leaf bytea not null check (octet_length(leaf) between 1 and 60000)
);
create index ledger_entry_pseudonym on ledger_entry (pseudonym, index) where pseudonym is not null;

-- Full tiles only; the partial ones stand in the head, and a narrower one is a prefix of a wider one.
create table ledger_tile (
  level smallint not null check (level between 0 and 63),
  position bigint not null check (position >= 0),
  hashes bytea not null check (octet_length(hashes) = 8192),
  primary key (level, position)
);

create table ledger_head (
  singleton boolean primary key default true check (singleton),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  edge bytea[] not null
);
-- RFC 6962 section 2.1: the root of no entries is SHA-256 of nothing.
insert into ledger_head (size, root, edge) values (0, sha256(''), '{}');

create table ledger_checkpoint (
  singleton boolean primary key default true check (singleton),
  size bigint not null check (size >= 0),
  note text not null,
  signed_at timestamptz not null default now()
);

-- Beside the tree and deletable: the leaf keeps only the SHA-256 of these bytes.
create table ledger_detail (
  event_id uuid primary key,
  pseudonym uuid,
  detail_sealed bytea not null
);
create index ledger_detail_pseudonym on ledger_detail (pseudonym) where pseudonym is not null;

-- Hashes do not compress; trying costs time on every seal.
alter table ledger_tile alter column hashes set storage external;
alter table ledger_head alter column edge set storage external;

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
create function ledger_refuse_shrinking() returns trigger language plpgsql as $$
begin
  if new.size < old.size then
    raise exception 'the ledger only grows: % would shrink from % to %', tg_table_name, old.size, new.size
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
  for each statement execute function ledger_refuse_change();
create trigger ledger_tile_append_only before update or delete or truncate on ledger_tile
  for each statement execute function ledger_refuse_change();
create trigger ledger_head_stays before delete or truncate on ledger_head
  for each statement execute function ledger_refuse_change();
create trigger ledger_checkpoint_stays before delete or truncate on ledger_checkpoint
  for each statement execute function ledger_refuse_change();
create trigger ledger_head_grows before update on ledger_head
  for each row execute function ledger_refuse_shrinking();
create trigger ledger_checkpoint_grows before update on ledger_checkpoint
  for each row execute function ledger_refuse_shrinking();

-- ALWAYS: a session that calls itself a replica does not get around them.
alter table ledger_entry enable always trigger ledger_entry_append_only;
alter table ledger_tile enable always trigger ledger_tile_append_only;
alter table ledger_head enable always trigger ledger_head_stays;
alter table ledger_head enable always trigger ledger_head_grows;
alter table ledger_checkpoint enable always trigger ledger_checkpoint_stays;
alter table ledger_checkpoint enable always trigger ledger_checkpoint_grows;
