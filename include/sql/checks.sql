-- name: clear
-- Forget what the checks of this stage said about this extraction.
delete from lading.check_results
where extraction_id = %(extraction_id)s and stage = %(stage)s

-- name: insert
-- What one check said.
insert into lading.check_results
    (document_id, extraction_id, check_name, passed, severity, reason, field, line, page, box,
     other_document_id, stage)
values (%(document_id)s, %(extraction_id)s, %(check_name)s, %(passed)s, %(severity)s, %(reason)s,
        %(field)s, %(line)s, %(page)s, %(box)s, %(other_document_id)s, %(stage)s)

-- name: of_document
-- What the checks said about the latest extraction.
select c.* from lading.check_results c
where c.document_id = %(document_id)s
  and c.extraction_id = (select e.id from lading.extractions e
                         where e.document_id = %(document_id)s order by e.version desc limit 1)
  and (%(stage)s::text is null or c.stage = %(stage)s)
order by c.id
