-- open: a new thread, with the number of what is said in it at once
insert into conversation (id, subject_id, channel, lang, opened_at, last_sequence, last_message_at)
values (%(conversation_id)s, %(subject_id)s, %(channel)s, %(lang)s, %(now)s, %(last_sequence)s, %(now)s);

-- say_first: the first message of a thread that is new in the same transaction
insert into message (id, conversation_id, subject_id, sequence, author, author_id, body_sealed, masked_sealed,
                     understanding_sealed, answer_sealed, at)
values (%(id)s, %(conversation_id)s, %(subject_id)s, 1, %(author)s, %(author_id)s, %(body_sealed)s,
        %(masked_sealed)s, %(understanding_sealed)s, %(answer_sealed)s, %(now)s);

-- say: the next message; its number is taken under the thread's row lock, so two at once follow each other
with next as (
  update conversation set last_sequence = last_sequence + 1, last_message_at = greatest(last_message_at, %(now)s)
  where id = %(conversation_id)s and subject_id = %(subject_id)s
  returning id, subject_id, last_sequence
)
insert into message (id, conversation_id, subject_id, sequence, author, author_id, body_sealed, masked_sealed,
                     understanding_sealed, answer_sealed, at)
select %(id)s, next.id, next.subject_id, next.last_sequence, %(author)s, %(author_id)s, %(body_sealed)s,
       %(masked_sealed)s, %(understanding_sealed)s, %(answer_sealed)s, %(now)s
from next
returning sequence;

-- find: one thread
select id, subject_id, channel, lang, opened_at, last_sequence, last_message_at
from conversation where id = %(conversation_id)s;

-- find_of_subject: a subject's threads, the newest first
select id, subject_id, channel, lang, opened_at, last_sequence, last_message_at
from conversation where subject_id = %(subject_id)s order by opened_at desc, id desc;

-- messages: what was said after a number, in order
select id, conversation_id, subject_id, sequence, author, author_id, at, body_sealed, masked_sealed,
       understanding_sealed, answer_sealed
from message where conversation_id = %(conversation_id)s and sequence > %(after)s
order by sequence limit %(limit)s;
