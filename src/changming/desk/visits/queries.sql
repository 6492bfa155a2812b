-- add: a new visit
insert into visit (id, subject_id, body_sealed, created_at, expires_at)
values (%(id)s, %(subject_id)s, %(body_sealed)s, %(now)s, %(expires_at)s);

-- find: the newest visit of these subjects that is not over
select id, subject_id, body_sealed, expires_at from visit
where subject_id = any(%(subjects)s) and expires_at > %(now)s
order by created_at desc, id desc limit 1;

-- lock: one visit, for a change of it
select id, subject_id, body_sealed, expires_at from visit where id = %(id)s and expires_at > %(now)s for update;

-- keep: a changed visit
update visit set body_sealed = %(body_sealed)s, expires_at = greatest(expires_at, %(expires_at)s) where id = %(id)s;

-- of_subjects: every visit of these subjects, held for their erasure; who changes one holds it before its key too
select subject_id from visit where subject_id = any(%(subjects)s) order by id for update;

-- drop_of_subject: a subject's visits with their links
delete from visit where subject_id = %(subject_id)s;

-- add_share: a link to a result
insert into visit_share (id, visit_id, subject_id, token_sha256, body_sealed, created_at, expires_at)
values (%(id)s, %(visit_id)s, %(subject_id)s, %(token_sha256)s, %(body_sealed)s, %(now)s, %(expires_at)s);

-- find_share: what a link shows; nothing for one that is over, ended or never was
select id, visit_id, subject_id, body_sealed, expires_at from visit_share
where token_sha256 = %(token_sha256)s and expires_at > %(now)s;

-- drop_share: a link of one visit is over
delete from visit_share where id = %(id)s and visit_id = %(visit_id)s;

-- forget_shares: links that ran out
delete from visit_share where expires_at <= %(now)s;

-- over: a batch of visits that ran out, the oldest first; those in use at this moment are left alone
select id, subject_id, body_sealed, expires_at from visit where expires_at <= %(now)s
order by expires_at limit %(limit)s for update skip locked;
