-- The desk: conversations and messages, calendars, promises and clocks, cases with their visible history, ratings.

create table conversation (
  id uuid primary key,
  subject_id uuid not null,
  channel text not null check (channel in ('web')),
  lang text not null check (lang in ('zh', 'en')),
  opened_at timestamptz not null,
  last_sequence integer not null default 0 check (last_sequence >= 0),
  last_message_at timestamptz not null
);
create index conversation_subject on conversation (subject_id, opened_at);

-- No foreign keys inside the desk: every act that makes rows makes them all in one statement, nothing is ever deleted,
-- and the checks would cost an intake a seventh of its time on the server (docs/adr/0006-clocks.md).
create table message (
  conversation_id uuid not null,
  sequence integer not null check (sequence > 0),
  id uuid not null,
  subject_id uuid not null,
  author text not null check (author in ('visitor', 'staff', 'desk')),
  author_id uuid,
  body_sealed bytea not null,
  masked_sealed bytea not null,
  understanding_sealed bytea,
  answer_sealed bytea,
  at timestamptz not null,
  primary key (conversation_id, sequence)
);

create table calendar_version (
  id uuid primary key,
  name text not null,
  version integer not null,
  body jsonb not null,
  published_at timestamptz not null,
  unique (name, version)
);

create table clock_policy (
  id uuid primary key,
  name text not null,
  version integer not null,
  body jsonb not null,
  published_at timestamptz not null,
  unique (name, version)
);

create table case_file (
  id uuid primary key,
  reference text not null unique,
  subject_id uuid not null,
  pseudonym uuid not null,
  conversation_id uuid not null,
  state text not null check (state in ('waiting_for_us', 'waiting_for_person', 'resolved')),
  level text not null check (level in ('critical', 'urgent', 'priority', 'general', 'dedicated')),
  service text not null,
  circumstances_sealed bytea,
  opened_level text not null,
  opened_by text not null check (opened_by in ('visitor', 'staff', 'desk', 'operator')),
  opened_by_id uuid,
  owner_id uuid,
  contacted boolean not null default false,
  round integer not null default 1 check (round > 0),
  created_at timestamptz not null,
  resolved_at timestamptz,
  waiting_until timestamptz,
  wrote_again_at timestamptz,
  next_due_at timestamptz,
  next_due_kind text,
  events integer not null check (events > 0),
  check ((state = 'resolved') = (resolved_at is not null)),
  check (state = 'resolved' or next_due_at is not null)
);
create index case_conversation on case_file (conversation_id);
-- The queue by deadline: what nobody has taken, what somebody has, what each one has, and words after a resolution.
create index case_unowned on case_file (next_due_at, id) where owner_id is null and state <> 'resolved';
create index case_owned on case_file (next_due_at, id) where owner_id is not null and state <> 'resolved';
create index case_of_owner on case_file (owner_id, next_due_at, id) where owner_id is not null and state <> 'resolved';
create index case_wrote_again on case_file (wrote_again_at, id) where wrote_again_at is not null;

-- The visible history. Its entry number 1, the opening, is the case's own row.
create table case_event (
  case_id uuid not null,
  position integer not null check (position > 1),
  subject_id uuid not null,
  kind text not null,
  actor_kind text not null check (actor_kind in ('visitor', 'staff', 'desk', 'operator')),
  actor_id uuid,
  facts jsonb not null default '{}',
  note_id uuid,
  note_sealed bytea,
  at timestamptz not null,
  check ((note_id is null) = (note_sealed is null)),
  primary key (case_id, position)
);

create table clock (
  case_id uuid not null,
  kind text not null check (kind in ('first_contact', 'resolution', 'update')),
  round integer not null check (round > 0),
  subject_id uuid not null,
  level text not null check (level in ('critical', 'urgent', 'priority', 'general', 'dedicated')),
  policy_id uuid not null,
  calendar_id uuid not null,
  started_at timestamptz not null,
  due_at timestamptz not null,
  paused_until timestamptz,
  stopped_at timestamptz,
  breached_at timestamptz,
  history jsonb not null,
  primary key (case_id, kind, round)
);

create table rating (
  case_id uuid primary key,
  subject_id uuid not null,
  staff_id uuid,
  accuracy smallint not null check (accuracy between 1 and 5),
  privacy smallint not null check (privacy between 1 and 5),
  speed smallint not null check (speed between 1 and 5),
  manner smallint not null check (manner between 1 and 5),
  comment_sealed bytea,
  at timestamptz not null
);
create index rating_staff on rating (staff_id, at);
