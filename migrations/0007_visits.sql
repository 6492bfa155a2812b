-- Visits: what a browser answered in guides and life events, and the links with which its results were shared.

create table visit (
  id uuid primary key,
  subject_id uuid not null,
  body_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index visit_subject on visit (subject_id);
create index visit_age on visit (expires_at);

create table visit_share (
  id uuid primary key,
  visit_id uuid not null references visit on delete cascade,
  subject_id uuid not null,
  token_sha256 bytea not null unique,
  body_sealed bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index visit_share_visit on visit_share (visit_id);
create index visit_share_age on visit_share (expires_at);
