-- add: a new case, under the first of three references that nobody has
insert into case_file (id, reference, subject_id, pseudonym, conversation_id, state, level, service,
                       circumstances_sealed, opened_level, opened_by, opened_by_id, owner_id, created_at, next_due_at,
                       next_due_kind, events)
values (%(id)s,
        case when not exists (select from case_file as other where other.reference = %(reference_1)s)
             then %(reference_1)s
             when not exists (select from case_file as other where other.reference = %(reference_2)s)
             then %(reference_2)s
             else %(reference_3)s end,
        %(subject_id)s, %(pseudonym)s, %(conversation_id)s, %(state)s, %(level)s, %(service)s,
        %(circumstances_sealed)s, %(level)s, %(opened_by)s, %(opened_by_id)s, %(owner_id)s, %(now)s, %(next_due_at)s,
        %(next_due_kind)s, %(events)s)
returning reference;

-- tell: an entry of the history
insert into case_event (case_id, position, subject_id, kind, actor_kind, actor_id, facts, note_id, note_sealed, at)
values (%(case_id)s, %(position)s, %(subject_id)s, %(kind)s, %(actor_kind)s, %(actor_id)s, %(facts)s, %(note_id)s,
        %(note_sealed)s, %(now)s);

-- lock: the case, held until the transaction ends; everything that changes it begins here
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file where id = %(id)s for update;

-- lock_of_conversation: the cases of a thread, held, in one order for everybody
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file where conversation_id = %(conversation_id)s order by id for update;

-- lock_of_subject: the cases of a subject, held; resolved ones too, for one of them may be about to be taken up again
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file
where conversation_id in (select conversation.id from conversation where conversation.subject_id = %(subject_id)s)
order by id for update;

-- lock_free: those of the cases that nobody is at work on, held; the sweep comes back for the others
select id, pseudonym from case_file where id = any(%(ids)s) order by id for update skip locked;

-- save: what an act made of a case; the caller holds its row lock
update case_file
set state = %(state)s, level = %(level)s, owner_id = %(owner_id)s, contacted = %(contacted)s, round = %(round)s,
    resolved_at = %(resolved_at)s, waiting_until = %(waiting_until)s, wrote_again_at = %(wrote_again_at)s,
    next_due_at = %(next_due_at)s, next_due_kind = %(next_due_kind)s, events = %(events)s
where id = %(id)s;

-- tell_missed: the sweep's entries in the histories of many cases at once; several clocks of one case are several entries
with given as (
  select case_id, facts, row_number() over (partition by case_id order by facts) as number
  from unnest(%(case_ids)s::uuid[], %(facts)s::text[]) as given (case_id, facts)
), counted as (
  select case_id, count(*) as entries from given group by case_id
), saved as (
  update case_file set events = events + counted.entries
  from counted where case_file.id = counted.case_id
  returning case_file.id, case_file.subject_id, case_file.events - counted.entries as before
)
insert into case_event (case_id, position, subject_id, kind, actor_kind, actor_id, facts, at)
select saved.id, saved.before + given.number, saved.subject_id, %(kind)s, 'desk', null, given.facts::jsonb, %(now)s
from saved join given on given.case_id = saved.id;

-- find: one case
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file where id = %(id)s;

-- find_by_reference: one case by what people call it
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file where reference = %(reference)s;

-- find_of_conversation: the cases of a thread, the newest first
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file where conversation_id = %(conversation_id)s order by created_at desc, id desc;

-- find_of_subject: a subject's cases, the newest first
select id, reference, subject_id, pseudonym, conversation_id, state, level, service, circumstances_sealed, created_at,
       owner_id, contacted, round, resolved_at, waiting_until, wrote_again_at, next_due_at, next_due_kind, events
from case_file
where conversation_id in (select conversation.id from conversation where conversation.subject_id = %(subject_id)s)
order by created_at desc, id desc;

-- events: the history of a case; it begins with the case itself
select id as case_id, 1 as position, 'opened' as kind, opened_by as actor_kind, opened_by_id as actor_id,
       created_at as at, jsonb_build_object('level', opened_level) as facts, null::uuid as note_id,
       null::bytea as note_sealed
from case_file where id = %(case_id)s
union all
select case_id, position, kind, actor_kind, actor_id, at, facts, note_id, note_sealed
from case_event where case_id = %(case_id)s
order by position;

-- queue: open cases by their nearest deadline, a page at a time: the first of those without and of those with an owner
(select id, reference, state, level, service, owner_id, created_at, waiting_until, wrote_again_at, next_due_at,
        next_due_kind
 from case_file
 where owner_id is null and state <> 'resolved' and (next_due_at, id) > (%(after_due)s, %(after_id)s)
 order by next_due_at, id limit %(limit)s)
union all
(select id, reference, state, level, service, owner_id, created_at, waiting_until, wrote_again_at, next_due_at,
        next_due_kind
 from case_file
 where owner_id is not null and state <> 'resolved' and (next_due_at, id) > (%(after_due)s, %(after_id)s)
 order by next_due_at, id limit %(limit)s)
order by next_due_at, id limit %(limit)s;

-- queue_of_owner: the same for one owner
select id, reference, state, level, service, owner_id, created_at, waiting_until, wrote_again_at, next_due_at,
       next_due_kind
from case_file
where owner_id = %(owner_id)s and state <> 'resolved' and (next_due_at, id) > (%(after_due)s, %(after_id)s)
order by next_due_at, id limit %(limit)s;

-- queue_unowned: the same for cases that nobody has taken
select id, reference, state, level, service, owner_id, created_at, waiting_until, wrote_again_at, next_due_at,
       next_due_kind
from case_file
where owner_id is null and state <> 'resolved' and (next_due_at, id) > (%(after_due)s, %(after_id)s)
order by next_due_at, id limit %(limit)s;

-- queue_wrote_again: resolved cases in which the person wrote again, the longest wait first
select id, reference, state, level, service, owner_id, created_at, waiting_until, wrote_again_at, next_due_at,
       next_due_kind
from case_file
where wrote_again_at is not null and (wrote_again_at, id) > (%(after_due)s, %(after_id)s)
order by wrote_again_at, id limit %(limit)s;

-- counts: how long each view of the queue is; counting stops at the limit, so it costs the same at any size
select (select count(*) from (select from case_file where owner_id is null and state <> 'resolved'
                              limit %(limit)s) as u) as unowned,
       (select count(*) from (select from case_file where owner_id is not null and state <> 'resolved'
                              limit %(limit)s) as o) as owned,
       (select count(*) from (select from case_file where owner_id = %(owner_id)s and state <> 'resolved'
                              limit %(limit)s) as m) as mine,
       (select count(*) from (select from case_file where wrote_again_at is not null
                              limit %(limit)s) as w) as wrote_again;
