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

-- add: a new clock
insert into clock (case_id, kind, round, subject_id, level, policy_id, calendar_id, started_at, due_at, paused_until,
                   stopped_at, breached_at, history)
values (%(case_id)s, %(kind)s, %(round)s, %(subject_id)s, %(level)s, %(policy_id)s, %(calendar_id)s, %(started_at)s,
        %(due_at)s, %(paused_until)s, %(stopped_at)s, %(breached_at)s, %(history)s);

-- update: what happened to a clock; the caller holds the row lock of its case
update clock
set level = %(level)s, policy_id = %(policy_id)s, calendar_id = %(calendar_id)s, due_at = %(due_at)s,
    paused_until = %(paused_until)s, stopped_at = %(stopped_at)s, breached_at = %(breached_at)s, history = %(history)s
where case_id = %(case_id)s and kind = %(kind)s and round = %(round)s;

-- find_of_case: all clocks of a case, the first one first
select case_id, kind, round, history::text as history from clock where case_id = %(case_id)s
order by started_at, kind, round;

-- mark_breached: unmarked clocks of these cases past their deadline; broken at the deadline, whenever the sweep came by
update clock
set breached_at = due_at,
    history = history || jsonb_build_object('event', 'breached', 'at', %(at)s::text, 'due_at', history -> -1 -> 'due_at')
where case_id = any(%(case_ids)s) and stopped_at is null and breached_at is null and due_at < %(now)s
returning case_id, kind, round, due_at;

-- next_due: the nearest deadline of each of these cases that may still be missed
select case_id, min(due_at) as due_at from clock
where case_id = any(%(case_ids)s) and stopped_at is null and breached_at is null
group by case_id;

-- find_stale: cases with a running clock under another policy than the present one, in id order
select distinct case_id from clock
where stopped_at is null and policy_id <> %(policy_id)s and case_id > %(after)s
order by case_id limit %(limit)s;

-- find_batch: clocks in the order of their cases, for the replay
select case_id, kind, round, level, policy_id, calendar_id, started_at, due_at, paused_until, stopped_at, breached_at,
       history::text as history
from clock
where case_id in (select distinct case_id from clock where case_id > %(after)s order by case_id limit %(limit)s)
order by case_id, kind, round;
