-- Due work, idempotency, live events, rate limits and the head of the published edition.

create table schedule (
  id uuid primary key,
  kind text not null,
  key text not null,
  lane text not null default 'normal' check (lane in ('urgent', 'normal', 'bulk')),
  subject_id uuid,
  ref jsonb not null default '{}',
  due_at timestamptz not null,
  attempts integer not null default 0,
  lease_until timestamptz,
  last_error_code text,
  dead_at timestamptz,
  unique (kind, key)
);
create index schedule_due on schedule (lane, due_at) where dead_at is null;
create index schedule_dead on schedule (dead_at) where dead_at is not null;

create table idempotency (
  principal text not null,
  route text not null,
  key text not null,
  body_hmac bytea not null,
  status integer,
  object_id text,
  subject_id uuid,
  created_at timestamptz not null,
  primary key (principal, route, key)
);
create index idempotency_age on idempotency (created_at);
create index idempotency_subject on idempotency (subject_id) where subject_id is not null;

-- Changed topics that the dispatcher has not announced yet; a row lives for milliseconds.
create table live_event (
  id uuid primary key,
  topic text not null,
  kind text not null,
  at timestamptz not null
);

create table rate_limit (
  bucket text not null,
  window_start timestamptz not null,
  used integer not null,
  primary key (bucket, window_start)
);

create table blob (
  id uuid primary key,
  subject_id uuid not null,
  size bigint not null check (size between 0 and 20971520),
  complete boolean not null default false,
  created_at timestamptz not null
);
create table blob_chunk (
  blob_id uuid not null references blob on delete cascade,
  position integer not null,
  content_sealed bytea not null,
  primary key (blob_id, position)
);

create table edition_head (
  singleton boolean primary key default true check (singleton),
  number bigint not null,
  digest text not null,
  published_at timestamptz not null
);
