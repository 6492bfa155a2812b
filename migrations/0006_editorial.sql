-- Editorial: versions of entries, editions, drafts, retractions, what the release brought, typed inputs for replay.

-- One version of one entry. Its digest is the SHA-256 of the canonical JSON; the authored text keeps comments and layout.
create table pack_version (
  digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
  service text not null,
  version text not null,
  document text not null,
  authored text not null,
  bundled boolean not null,
  created_at timestamptz not null
);

create table edition (
  number bigint primary key check (number > 0),
  digest text not null,
  cause text not null check (cause in ('bundled', 'publish', 'retract', 'restore')),
  services text[] not null,
  staff_id uuid,
  published_at timestamptz not null
);
create table edition_pack (
  number bigint not null references edition,
  service text not null,
  digest text not null references pack_version,
  primary key (number, service)
);

-- What the newest release brought for each service; waiting: editors' own work stood in its way.
create table bundled_pack (
  service text primary key,
  digest text not null references pack_version,
  waiting boolean not null
);

create table draft (
  id uuid primary key,
  service text not null,
  base_digest text references pack_version,
  authored text not null,
  revision integer not null check (revision > 0),
  state text not null check (state in ('open', 'submitted', 'published', 'withdrawn')),
  authors uuid[] not null check (cardinality(authors) > 0),
  remark text not null default '',
  created_at timestamptz not null,
  changed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  number bigint references edition,
  check ((state = 'published') = (number is not null))
);
create index draft_live on draft (changed_at, id) where state in ('open', 'submitted');
create index draft_service on draft (service, changed_at);

create table retraction (
  id uuid primary key,
  service text not null,
  digest text not null references pack_version,
  number bigint not null references edition,
  reason text not null,
  staff_id uuid,
  retracted_at timestamptz not null,
  outcome text check (outcome in ('confirmed', 'restored', 'replaced')),
  decided_by uuid,
  decided_at timestamptz,
  check ((outcome is null) = (decided_at is null))
);
create index retraction_open on retraction (retracted_at) where outcome is null;
create index retraction_service on retraction (service, retracted_at);

-- What was consulted, for replay: counted by day, written apart from the acts, linked to nobody.
create table consulted (
  service text not null,
  digest text not null,
  day date not null,
  given jsonb not null,
  times bigint not null check (times > 0),
  primary key (service, digest, day, given)
);
create index consulted_day on consulted (day);
