-- begin: an upload that is not complete yet
insert into blob (id, subject_id, size, created_at) values (%(id)s, %(subject_id)s, %(size)s, %(now)s);

-- add_chunk: one sealed chunk
insert into blob_chunk (blob_id, position, content_sealed) values (%(id)s, %(position)s, %(sealed)s);

-- complete: all chunks are there
update blob set complete = true where id = %(id)s;

-- chunks: in order, of complete uploads only
select c.content_sealed from blob_chunk c join blob b on b.id = c.blob_id
where b.id = %(id)s and b.complete
order by c.position;

-- drop: the upload and its chunks
delete from blob where id = %(id)s;
