-- add_subject: a new subject
insert into subject (id, kind, pseudonym, created_at) values (%(id)s, %(kind)s, %(pseudonym)s, %(now)s);

-- find_subject: one subject, erased or not
select id, kind, pseudonym, erased_at from subject where id = %(id)s;

-- lock_subjects: in the order of their ids, so that two who lock the same ones never wait for each other
select id, kind, pseudonym, erased_at from subject where id = any(%(ids)s) order by id for update;

-- add_contact: only for a subject that is not erased; an erasure at the same moment is waited for
with alive as (select id from subject where id = %(subject_id)s and erased_at is null for share)
insert into contact (id, subject_id, kind, value_sealed, normaliser, created_at)
select %(id)s, alive.id, %(kind)s, %(value_sealed)s, %(normaliser)s, %(now)s from alive
returning id;

-- contacts_of: oldest first
select id, subject_id, kind, value_sealed from contact where subject_id = %(subject_id)s order by id;

-- drop_contact: one contact of one subject
delete from contact where id = %(id)s and subject_id = %(subject_id)s returning id;

-- drop_contacts: all of a subject
delete from contact where subject_id = %(subject_id)s;

-- add_link: a visitor's conversation belongs to a known person
insert into subject_link (visitor_id, person_id, linked_at) values (%(visitor_id)s, %(person_id)s, %(now)s)
on conflict (visitor_id) do nothing
returning visitor_id;

-- find_linked_person: whom a visitor is linked to
select s.id, s.kind, s.pseudonym, s.erased_at
from subject_link l join subject s on s.id = l.person_id
where l.visitor_id = %(visitor_id)s;

-- linked_visitors: the conversations of a person
select visitor_id from subject_link where person_id = %(person_id)s order by visitor_id;

-- drop_links: of a subject on either side
delete from subject_link where visitor_id = %(subject_id)s or person_id = %(subject_id)s;

-- mark_erased: the subject's row says so from now on
update subject set erased_at = %(now)s where id = %(subject_id)s;

-- add_erasure: one subject's line on a receipt
insert into erasure (subject_id, receipt_id, erased_at, everywhere_by, event_id)
values (%(subject_id)s, %(receipt_id)s, %(now)s, %(everywhere_by)s, %(event_id)s);

-- receipt_of: all lines of the receipt on which a subject stands
select e.subject_id, e.receipt_id, e.erased_at, e.everywhere_by
from erasure e join erasure own on own.receipt_id = e.receipt_id
where own.subject_id = %(subject_id)s
order by e.subject_id;
