-- Vault: data keys, blind indexes, proofs of viewing. People: subjects, links, contacts, erasures.

-- One data key per subject, wrapped by an epoch key that is never in this database. The row outlives its key.
create table data_key (
  subject_id uuid primary key,
  key_id uuid not null,
  pseudonym uuid not null,
  epoch integer,
  wrapped bytea not null,
  created_at timestamptz not null,
  erased_at timestamptz,
  check ((epoch is null) = (erased_at is not null))
);
create index data_key_epoch on data_key (epoch) where epoch is not null;

-- Epochs whose key is destroyed. A row that came to rest on one would be lost at once, so the trigger below refuses it.
create table destroyed_epoch (
  number integer primary key,
  destroyed_at timestamptz not null
);

create table blind_index (
  row_id uuid not null,
  field text not null,
  subject_id uuid not null,
  epoch integer not null,
  digest bytea not null check (octet_length(digest) = 16),
  fingerprint_sealed bytea not null,
  primary key (row_id, field)
);
create index blind_index_digest on blind_index (digest, field);
create index blind_index_subject on blind_index (subject_id);
create index blind_index_epoch on blind_index (epoch);

create function vault_refuse_destroyed_epoch() returns trigger language plpgsql as $$
begin
  if exists (select from destroyed_epoch where number = new.epoch) then
    raise exception 'the key of epoch % is destroyed: nothing may rest on it', new.epoch
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger data_key_epoch_lives before insert or update of epoch on data_key
  for each row execute function vault_refuse_destroyed_epoch();
create trigger blind_index_epoch_lives before insert or update of epoch on blind_index
  for each row execute function vault_refuse_destroyed_epoch();

create table viewing (
  id uuid primary key,
  actor_kind text not null,
  actor_id uuid,
  subject_id uuid not null,
  case_id uuid,
  fields text[] not null,
  purpose text not null,
  single_use boolean not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > granted_at),
  event_id uuid not null,
  sealed boolean not null default false,
  ended_at timestamptz
);
create index viewing_subject on viewing (subject_id, expires_at);
create index viewing_actor on viewing (actor_id, expires_at) where actor_id is not null;

-- Old row versions hold old wrapped keys and ended proofs: vacuum these small tables eagerly.
alter table data_key set (autovacuum_vacuum_scale_factor = 0.01);

create table subject (
  id uuid primary key,
  kind text not null check (kind in ('person', 'organisation', 'visitor')),
  pseudonym uuid not null,
  created_at timestamptz not null,
  erased_at timestamptz
);

create table subject_link (
  visitor_id uuid primary key references subject,
  person_id uuid not null references subject,
  linked_at timestamptz not null,
  check (visitor_id <> person_id)
);
create index subject_link_person on subject_link (person_id);

create table contact (
  id uuid primary key,
  subject_id uuid not null references subject,
  kind text not null check (kind in ('phone', 'email')),
  value_sealed bytea not null,
  normaliser smallint not null,
  created_at timestamptz not null
);
create index contact_subject on contact (subject_id);

-- One receipt for a person and the visitors linked to them.
create table erasure (
  subject_id uuid primary key references subject,
  receipt_id uuid not null,
  erased_at timestamptz not null,
  everywhere_by timestamptz not null,
  event_id uuid not null
);
create index erasure_receipt on erasure (receipt_id);
