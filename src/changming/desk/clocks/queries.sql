-- seed_policy: a release stores the versions it knows; the id is the content, so the same again is nothing
insert into clock_policy (id, name, version, body, published_at)
values (%(id)s, %(name)s, %(version)s, %(body)s, %(now)s)
on conflict (id) do nothing;

-- seed_calendar: the same for calendars
insert into calendar_version (id, name, version, body, published_at)
values (%(id)s, %(name)s, %(version)s, %(body)s, %(now)s)
on conflict (id) do nothing;

-- find_policies: versions that this release does not carry in itself
select id, body from clock_policy where id = any(%(ids)s);

-- find_calendars: the same for calendars
select id, body from calendar_version where id = any(%(ids)s);

-- save: new clocks and changed ones in one statement
insert into clock (id, case_id, subject_id, kind, round, level, policy_id, calendar_id,
                   started_at, due_at, paused_until, stopped_at, breached_at, history)
select id, case_id, %(subject_id)s, kind, round, level, policy_id, calendar_id,
       started_at, due_at, paused_until, stopped_at, breached_at, history::jsonb
from unnest(%(ids)s::uuid[], %(case_ids)s::uuid[], %(kinds)s::text[], %(rounds)s::integer[], %(levels)s::text[],
            %(policy_ids)s::uuid[], %(calendar_ids)s::uuid[], %(started_ats)s::timestamptz[],
            %(due_ats)s::timestamptz[], %(paused_untils)s::timestamptz[], %(stopped_ats)s::timestamptz[],
            %(breached_ats)s::timestamptz[], %(histories)s::text[])
  as given (id, case_id, kind, round, level, policy_id, calendar_id, started_at, due_at, paused_until, stopped_at,
            breached_at, history)
on conflict (id) do update
set level = excluded.level, policy_id = excluded.policy_id, calendar_id = excluded.calendar_id,
    due_at = excluded.due_at, paused_until = excluded.paused_until, stopped_at = excluded.stopped_at,
    breached_at = excluded.breached_at, history = excluded.history;

-- find_of_case: all clocks of a case, the first one first; the caller holds the case's row lock if it will change them
select id, case_id, kind, round, history::text as history from clock where case_id = %(case_id)s
order by started_at, kind, round;

-- find_overdue: which of these clocks passed their deadline unmarked
select id, case_id, kind, due_at from clock
where id = any(%(ids)s) and stopped_at is null and breached_at is null and due_at < %(now)s
for update;

-- mark_breached: many at once; the promise was broken at its deadline, whenever the sweep came by
update clock set breached_at = clock.due_at, history = clock.history || given.event::jsonb
from unnest(%(ids)s::uuid[], %(events)s::text[]) as given (id, event)
where clock.id = given.id;

-- find_stale: running clocks that rest on another policy than the present one, batch by batch of cases
select distinct case_id from clock
where stopped_at is null and policy_id <> %(policy_id)s and case_id > %(after)s
order by case_id limit %(limit)s;

-- find_batch: clocks in id order, for the nightly replay
select id, case_id, kind, round, level, policy_id, calendar_id, started_at, due_at, paused_until, stopped_at,
       breached_at, history::text as history
from clock where id > %(after)s order by id limit %(limit)s;
