-- spend_one: Count one use in the present window and tell how many there were.
insert into rate_limit (bucket, window_start, used)
values (%(bucket)s, %(window_start)s, 1)
on conflict (bucket, window_start) do update set used = rate_limit.used + 1
returning used;

-- forget_windows_before: Drop the windows that no limit looks at any more.
delete from rate_limit where window_start < %(before)s;
