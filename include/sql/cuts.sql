-- name: latest
-- Where a packet is cut, by the last version.
select * from lading.cuts c
where document_id = %(document_id)s
  and version = (select max(version) from lading.cuts where document_id = %(document_id)s)
order by first_page

-- name: next_version
-- The number of the next cut.
select coalesce(max(version), 0) + 1 as version from lading.cuts where document_id = %(document_id)s

-- name: add
-- One paper of a packet.
insert into lading.cuts (document_id, version, first_page, last_page, evidence, made_by)
values (%(document_id)s, %(version)s, %(first)s, %(last)s, %(evidence)s, %(made_by)s)
