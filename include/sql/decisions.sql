-- name: insert
-- A decision; the latest one of a document counts.
insert into lading.decisions
    (document_id, extraction_id, outcome, is_final, confidence, reasons, certificate)
values (%(document_id)s, %(extraction_id)s, %(outcome)s, %(is_final)s, %(confidence)s,
        %(reasons)s, %(certificate)s)
returning id

-- name: latest
-- The decision of a document that counts.
select * from lading.decisions where document_id = %(document_id)s order by id desc limit 1

-- name: settled
-- Documents that wait with a final decision.
select d.id, last.outcome from lading.documents d
join lateral (
    select x.outcome, x.is_final from lading.decisions x
    where x.document_id = d.id order by x.id desc limit 1
) last on last.is_final
where d.state = 'decided' order by d.id

-- name: calibration
-- The newest measurement of a threshold for this type and tier.
select * from lading.calibrations
where document_type = %(document_type)s and tier = %(tier)s order by made_at desc, id desc limit 1
