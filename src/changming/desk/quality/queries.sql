-- add: a rating, once per case; of two at once the second finds the row
insert into rating (case_id, subject_id, staff_id, accuracy, privacy, speed, manner, comment_sealed, at)
values (%(case_id)s, %(subject_id)s, %(staff_id)s, %(accuracy)s, %(privacy)s, %(speed)s, %(manner)s,
        %(comment_sealed)s, %(now)s)
on conflict (case_id) do nothing;

-- find: the rating of a case
select case_id, staff_id, accuracy, privacy, speed, manner, comment_sealed, at from rating
where case_id = %(case_id)s;

-- averages: the means per member of staff since an instant
select staff_id, count(*) as ratings, avg(accuracy)::float8 as accuracy, avg(privacy)::float8 as privacy,
       avg(speed)::float8 as speed, avg(manner)::float8 as manner
from rating where staff_id is not null and at >= %(since)s
group by staff_id order by staff_id;
