-- Identity: sessions and what they may see, secret links to a case, staff and their one-time sign-in links.

create table staff (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('agent', 'supervisor', 'editor', 'security', 'operator')),
  created_at timestamptz not null,
  disabled_at timestamptz
);
create unique index staff_name on staff (name) where disabled_at is null;

create table session (
  id uuid primary key,
  kind text not null check (kind in ('visitor', 'staff')),
  staff_id uuid references staff,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((kind = 'staff') = (staff_id is not null))
);
create index session_staff on session (staff_id) where staff_id is not null;
create index session_age on session (expires_at);

create table session_grant (
  session_id uuid not null references session on delete cascade,
  subject_id uuid not null references subject,
  case_id uuid,
  granted_at timestamptz not null,
  unique nulls not distinct (session_id, subject_id, case_id)
);
create index session_grant_subject on session_grant (subject_id);

create table secret_link (
  id uuid primary key,
  subject_id uuid not null references subject,
  case_id uuid not null,
  token_sha256 bytea not null unique,
  token_sealed bytea,
  reference_hmac bytea not null,
  attempts smallint not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  dead_at timestamptz
);
create index secret_link_case on secret_link (case_id);
create index secret_link_age on secret_link (expires_at);

create table sign_in_link (
  id uuid primary key,
  staff_id uuid not null references staff,
  token_sha256 bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  dead_at timestamptz
);
create index sign_in_link_staff on sign_in_link (staff_id);
