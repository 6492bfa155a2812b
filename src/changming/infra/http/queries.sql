-- spend: Count one use in the present window of each bucket and tell how many there were.
insert into rate_limit (bucket, window_start, used)
select bucket, window_start, 1
from unnest(%(buckets)s::text[], %(starts)s::timestamptz[]) as spent (bucket, window_start)
on conflict (bucket, window_start) do update set used = rate_limit.used + 1
returning bucket, used;

-- forget_windows_before: Drop the windows that no limit looks at any more.
delete from rate_limit where window_start < %(before)s;
