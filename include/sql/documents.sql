-- name: by_id
-- One document.
select * from lading.documents where id = %(id)s

-- name: of_chunk
-- The documents of a chunk that wait for a stage.
select * from lading.documents
where chunk_id = %(chunk)s and state = %(state)s::lading.state order by id

-- name: set_state
-- Change the state if it is still the old one and the chunk is still ours.
update lading.documents
set state = %(new)s::lading.state, reason = %(why)s, updated_at = clock_timestamp()
where id = %(id)s and state = %(old)s::lading.state and chunk_id is not distinct from %(chunk)s

-- name: add_event
-- One step on a document's way.
insert into lading.document_events (document_id, from_state, to_state, actor, why)
values (%(id)s, %(old)s::lading.state, %(new)s::lading.state, %(actor)s, %(why)s)

-- name: extend_lease
-- The chunk is still being worked on.
update lading.chunks set lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
where id = %(chunk)s

-- name: register
-- A new document; nothing when this arrival is known already.
insert into lading.documents
    (sha256, file_name, media_type, size_bytes, blob_key, source, arrival_key, batch_id,
     state, duplicate_of, reason)
values (%(sha256)s, %(file_name)s, %(media_type)s, %(size_bytes)s, %(blob_key)s, %(source)s,
        %(arrival_key)s, %(batch_id)s, %(state)s::lading.state, %(duplicate_of)s, %(reason)s)
on conflict (arrival_key) do nothing
returning id

-- name: register_piece
-- A new document out of another; nothing when it came out before.
insert into lading.documents
    (sha256, file_name, media_type, size_bytes, blob_key, source, arrival_key, batch_id, state,
     duplicate_of, reason, parent_id, chunk_id, first_page, last_page, metadata, received_at,
     attempts)
values (%(sha256)s, %(file_name)s, %(media_type)s, %(size_bytes)s, %(blob_key)s, %(source)s,
        %(arrival_key)s, %(batch_id)s, %(state)s::lading.state, %(duplicate_of)s, %(reason)s,
        %(parent_id)s, %(chunk_id)s, %(first_page)s, %(last_page)s, %(metadata)s, %(received_at)s,
        case when %(chunk_id)s::bigint is null then 0 else 1 end)
on conflict (arrival_key) do nothing
returning id

-- name: family
-- How deep a document lies inside others, and how many came out of the file it all began with.
with recursive up as (
    select id, parent_id, 1 as depth from lading.documents where id = %(id)s
    union all
    select p.id, p.parent_id, up.depth + 1 from up join lading.documents p on p.id = up.parent_id
), down as (
    select id from up where parent_id is null
    union all
    select d.id from down join lading.documents d on d.parent_id = down.id
)
select (select max(depth) from up) as depth, (select count(*) - 1 from down) as members

-- name: of_arrival
-- The document that an arrival became, whole.
select * from lading.documents where arrival_key = %(arrival_key)s

-- name: cut_from
-- The papers that were cut from a packet and still count, in order.
select * from lading.documents
where parent_id = %(id)s and first_page is not null and state <> 'rejected'
order by first_page

-- name: set_page_count
-- How many pages a document has.
update lading.documents set page_count = %(pages)s where id = %(id)s

-- name: lock
-- One document, for the one who changes what hangs on it.
select * from lading.documents where id = %(id)s for update

-- name: set_sender
-- The mail address that a document came from.
update lading.documents set metadata = metadata || jsonb_build_object('sender', %(sender)s::text)
where id = %(id)s

-- name: first_event
-- The first step of a document's way.
insert into lading.document_events (document_id, from_state, to_state, actor, why)
values (%(id)s, null, %(new)s::lading.state, %(actor)s, %(why)s)

-- name: known_bytes
-- The document that holds these bytes already.
select id, file_name, state from lading.documents
where sha256 = %(sha256)s and duplicate_of is null

-- name: known_arrival
-- The document that this arrival became.
select id, state from lading.documents where arrival_key = %(arrival_key)s

-- name: lock_bytes
-- One registration at a time for the same bytes.
select pg_advisory_xact_lock(hashtextextended(%(sha256)s, 7))

-- name: claimable
-- Documents to work on: new ones, and those whose worker let its lease run out.
select d.id, d.state, d.size_bytes, d.media_type, d.page_count, d.attempts, d.chunk_id
from lading.documents d
left join lading.chunks c on c.id = d.chunk_id
where d.state in ('received', 'read', 'extracted', 'checked')
  and (d.chunk_id is null or c.lease_until < clock_timestamp())
  and (%(ids)s::bigint[] is null or d.id = any (%(ids)s))
order by d.id
limit %(limit)s
for update of d skip locked

-- name: new_chunk
-- A chunk with its lease.
insert into lading.chunks (run_id, lease_until)
values (%(run_id)s, clock_timestamp() + make_interval(secs => %(seconds)s))
returning id

-- name: put_in_chunk
-- Hand documents to a chunk.
update lading.documents set chunk_id = %(chunk)s, attempts = attempts + 1
where id = any (%(ids)s)

-- name: chunks_of_run
-- The chunks that a run has claimed and that still hold work: a repeated claim finds them again.
select c.id from lading.chunks c
where c.run_id = %(run_id)s
  and exists (select from lading.documents d where d.chunk_id = c.id
              and d.state in ('received', 'read', 'extracted', 'checked'))
order by c.id

-- name: set_read
-- What reading found out about the file.
update lading.documents set page_count = %(page_count)s, media_type = %(media_type)s
where id = %(id)s

-- name: set_type
-- What classification found.
update lading.documents set document_type = %(document_type)s where id = %(id)s

-- name: reopen
-- Send a document back to a stage, for a manual reprocessing.
update lading.documents
set chunk_id = null, attempts = 0, reason = null
where id = %(id)s

-- name: ways
-- Every document with its way.
select * from lading.ways order by id

-- name: note_failure
-- A task failed: say so on the way of every document it was working on.
insert into lading.document_events (document_id, from_state, to_state, actor, why)
select d.id, d.state, d.state, %(run_id)s, %(why)s
from lading.documents d join lading.chunks c on c.id = d.chunk_id
where c.run_id = %(run_id)s and d.state in ('received', 'read', 'extracted', 'checked')

-- name: events_of_file
-- The way of the document that a file became, step by step.
select e.to_state::text as to_state, e.at
from lading.document_events e join lading.documents d on d.id = e.document_id
where d.file_name = %(file_name)s order by e.id
