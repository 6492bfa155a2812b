-- add_session: a browser of a visitor or of a member of staff
insert into session (id, kind, staff_id, created_at, expires_at)
values (%(id)s, %(kind)s, %(staff_id)s, %(now)s, %(expires_at)s);

-- find_session: a visitor's session that lives
select id, created_at, expires_at from session
where id = %(id)s and kind = 'visitor' and ended_at is null and expires_at > %(now)s;

-- find_staff_session: a staff session that lives, of an account that is not disabled
select s.id, s.created_at, s.expires_at,
  t.id as staff_id, t.name, t.role, t.created_at as staff_created_at, t.disabled_at
from session s join staff t on t.id = s.staff_id
where s.id = %(id)s and s.kind = 'staff' and s.ended_at is null and s.expires_at > %(now)s and t.disabled_at is null;

-- end_session: its cookie opens nothing from now on
update session set ended_at = %(now)s where id = %(id)s and ended_at is null returning id;

-- end_sessions_of_staff: at once, in every process
update session set ended_at = %(now)s where staff_id = %(staff_id)s and ended_at is null;

-- forget_sessions: ended long ago; their grants go with them
delete from session where expires_at < %(before)s or ended_at < %(before)s;

-- add_grant: what a session may see
insert into session_grant (session_id, subject_id, case_id, granted_at)
values (%(session_id)s, %(subject_id)s, %(case_id)s, %(now)s)
on conflict do nothing;

-- carry_grants: to the session that replaces another
insert into session_grant (session_id, subject_id, case_id, granted_at)
select %(new_id)s, subject_id, case_id, granted_at from session_grant where session_id = %(old_id)s
on conflict do nothing;

-- grants_of: in the order they were given
select subject_id, case_id from session_grant where session_id = %(session_id)s order by granted_at, subject_id;

-- add_link: a secret link; the case's earlier ones are dead
with earlier as (
  update secret_link set dead_at = %(now)s, token_sealed = null
  where case_id = %(case_id)s and used_at is null and dead_at is null
)
insert into secret_link (id, subject_id, case_id, token_sha256, token_sealed, reference_hmac, created_at, expires_at)
values (%(id)s, %(subject_id)s, %(case_id)s, %(token_sha256)s, %(token_sealed)s, %(reference_hmac)s, %(now)s,
  %(expires_at)s);

-- lock_link: one at a time exchanges it
select id, subject_id, case_id, token_sealed, reference_hmac, attempts, expires_at, used_at, dead_at
from secret_link where token_sha256 = %(token_sha256)s for update;

-- use_link: it opened its case; the token is needed no more
update secret_link set used_at = %(now)s, token_sealed = null where id = %(id)s;

-- count_attempt: a wrong reference; the last one kills the link
update secret_link set attempts = attempts + 1,
  dead_at = case when attempts + 1 >= %(most)s then %(now)s else dead_at end,
  token_sealed = case when attempts + 1 >= %(most)s then null else token_sealed end
where id = %(id)s;

-- find_open_link: the one the case's owner can still be shown
select id, subject_id, case_id, token_sealed, attempts, expires_at, used_at, dead_at
from secret_link
where case_id = %(case_id)s and used_at is null and dead_at is null and expires_at > %(now)s
order by id desc limit 1;

-- forget_links: expired long ago
delete from secret_link where expires_at < %(before)s;

-- add_staff: no row where an active account has the name
insert into staff (id, name, role, created_at) values (%(id)s, %(name)s, %(role)s, %(now)s)
on conflict (name) where disabled_at is null do nothing
returning id;

-- list_staff: everybody, those who work here first
select id as staff_id, name, role, created_at as staff_created_at, disabled_at from staff
order by disabled_at is not null, name;

-- lock_staff: one member of staff, held against a sign-in at the same moment
select id as staff_id, name, role, created_at as staff_created_at, disabled_at from staff
where id = %(staff_id)s for update;

-- disable_staff: the account ends
update staff set disabled_at = %(now)s where id = %(staff_id)s;

-- kill_sign_in_links: the unused ones of a member of staff
update sign_in_link set dead_at = %(now)s where staff_id = %(staff_id)s and used_at is null and dead_at is null;

-- add_sign_in_link: a one-time way in
insert into sign_in_link (id, staff_id, token_sha256, created_at, expires_at)
values (%(id)s, %(staff_id)s, %(token_sha256)s, %(now)s, %(expires_at)s);

-- lock_sign_in_link: one at a time uses it, and not while the account is being disabled
select l.id, l.expires_at, l.used_at, l.dead_at,
  t.id as staff_id, t.name, t.role, t.created_at as staff_created_at, t.disabled_at
from sign_in_link l join staff t on t.id = l.staff_id
where l.token_sha256 = %(token_sha256)s for update;

-- use_sign_in_link: it was used
update sign_in_link set used_at = %(now)s where id = %(id)s;

-- forget_sign_in_links: expired long ago
delete from sign_in_link where expires_at < %(before)s;
