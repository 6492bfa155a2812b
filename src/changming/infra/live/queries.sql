-- publish: these topics changed, in the act's transaction
insert into live_event (id, topic, kind, at) values (%(id)s, %(topic)s, %(kind)s, %(at)s);

-- publish_all: many at once
insert into live_event (id, topic, kind, at)
select id, topic, %(kind)s, %(at)s from unnest(%(ids)s::uuid[], %(topics)s::text[]) as given (id, topic);

-- collect: what nobody has announced yet; rows come and go without order, so there is no cursor to miss one with
delete from live_event returning topic;

-- announce: one NOTIFY for many changed topics, separated by line ends
select pg_notify('changming_live', %(topics)s);

-- lead: only one process announces
select pg_try_advisory_lock(%(key)s) as leads;
