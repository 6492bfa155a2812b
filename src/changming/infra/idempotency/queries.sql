-- reserve: first come; a concurrent twin waits here for the first one's commit
insert into idempotency (principal, route, key, body_hmac, created_at)
values (%(principal)s, %(route)s, %(key)s, %(body_hmac)s, %(now)s)
on conflict (principal, route, key) do nothing
returning key;

-- find: what the first one left
select body_hmac, status, object_id from idempotency
where principal = %(principal)s and route = %(route)s and key = %(key)s;

-- finish: the result to give again
update idempotency set status = %(status)s, object_id = %(object_id)s, subject_id = %(subject_id)s
where principal = %(principal)s and route = %(route)s and key = %(key)s;

-- forget_subject: the keys of an erased subject
delete from idempotency where subject_id = %(subject_id)s;

-- forget: what is older than the promise
delete from idempotency where created_at < %(before)s;
