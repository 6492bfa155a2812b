-- add: a wake-up, or a new time for one that is there already; what was dead lives again
insert into schedule (id, kind, key, lane, subject_id, ref, due_at)
values (%(id)s, %(kind)s, %(key)s, %(lane)s, %(subject_id)s, %(ref)s, %(due_at)s)
on conflict (kind, key) do update
set due_at = excluded.due_at, ref = excluded.ref, lane = excluded.lane, subject_id = excluded.subject_id,
    attempts = 0, lease_until = null, last_error_code = null, dead_at = null;

-- add_all: many at once
insert into schedule (id, kind, key, lane, subject_id, ref, due_at)
select id, kind, key, lane, subject_id, ref, due_at
from unnest(%(ids)s::uuid[], %(kinds)s::text[], %(keys)s::text[], %(lanes)s::text[], %(subject_ids)s::uuid[],
            %(refs)s::jsonb[], %(due_ats)s::timestamptz[]) as given (id, kind, key, lane, subject_id, ref, due_at)
on conflict (kind, key) do update
set due_at = excluded.due_at, ref = excluded.ref, lane = excluded.lane, subject_id = excluded.subject_id,
    attempts = 0, lease_until = null, last_error_code = null, dead_at = null;

-- cancel: the wake-up is no longer needed
delete from schedule where kind = %(kind)s and key = %(key)s;

-- claim: due rows of a lane, skipping what another worker holds; leases use the database clock
select id, kind, key, ref, due_at, attempts
from schedule
where lane = %(lane)s and dead_at is null and due_at <= %(now)s
  and (lease_until is null or lease_until < now()) and kind = any(%(kinds)s)
order by due_at
limit %(limit)s
for update skip locked;

-- take: rows that are done in this very transaction
delete from schedule where id = any(%(ids)s);

-- lease: rows whose work happens outside a transaction
update schedule set lease_until = now() + %(lease)s, attempts = attempts + 1
where id = any(%(ids)s)
returning id, lease_until;

-- finish: done, unless somebody added the work anew meanwhile
delete from schedule where id = %(id)s and lease_until = %(lease_until)s;

-- fail: try again at due_at, or dead when there is no next time; work added anew meanwhile is left as it is
update schedule
set attempts = %(attempts)s, due_at = coalesce(%(retry_at)s, due_at), lease_until = null,
    last_error_code = %(code)s, dead_at = case when %(retry_at)s::timestamptz is null then %(now)s::timestamptz end
where id = %(id)s and (%(lease_until)s::timestamptz is null or lease_until = %(lease_until)s);

-- backlog: how late each lane is, and what died
select lane, count(*) filter (where dead_at is null and due_at <= %(now)s) as due,
       count(*) filter (where dead_at is not null) as dead,
       min(due_at) filter (where dead_at is null and due_at <= %(now)s) as oldest
from schedule
where due_at <= %(now)s or dead_at is not null
group by lane;
