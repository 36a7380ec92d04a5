-- name: open_of_document
-- The review of a document that is not settled yet.
select * from lading.reviews where document_id = %(document_id)s and state in ('open', 'answered')

-- name: insert
-- A new question to a person.
insert into lading.reviews (document_id, extraction_id, reasons, questions)
values (%(document_id)s, %(extraction_id)s, %(reasons)s, %(questions)s)
returning id

-- name: latest_extraction
-- The extraction that a review is about.
select id from lading.extractions where document_id = %(document_id)s order by version desc limit 1

-- name: by_id
-- One review.
select * from lading.reviews where id = %(id)s

-- name: lock
-- One review, for the one who applies its answer.
select * from lading.reviews where id = %(id)s for update

-- name: unasked
-- Open reviews that no run is asking yet.
select r.id, d.file_name from lading.reviews r join lading.documents d on d.id = r.document_id
where r.state = 'open' and r.run_id is null order by r.id limit %(limit)s

-- name: set_run
-- The run that asks.
update lading.reviews set run_id = %(run_id)s where id = %(id)s and state = 'open'

-- name: answer
-- Keep the answer; the first one counts.
update lading.reviews
set state = 'answered', answer = %(answer)s, changes = %(changes)s, note = %(note)s,
    answered_by = %(by)s, answered_at = clock_timestamp()
where id = %(id)s and state = 'open'

-- name: applied
-- The answer has taken effect.
update lading.reviews set state = 'applied' where id = %(id)s

-- name: withdraw
-- The document is processed anew: the old question is void.
update lading.reviews set state = 'withdrawn'
where document_id = %(document_id)s and state in ('open', 'answered')


-- name: insert_correction
-- What a person changed.
insert into lading.corrections
    (review_id, document_id, field, line, old_value, new_value, box, made_by, seconds)
values (%(review_id)s, %(document_id)s, %(field)s, %(line)s, %(old_value)s, %(new_value)s,
        %(box)s, %(made_by)s, %(seconds)s)

-- name: decided
-- Documents with a final decision that still wait to go their way.
select d.* from lading.documents d
join lateral (
    select x.outcome, x.is_final from lading.decisions x
    where x.document_id = d.id order by x.id desc limit 1
) last on last.is_final
where d.state = 'decided' and last.outcome = %(outcome)s
order by d.id limit %(limit)s

-- name: still_decided
-- The last decision on a document that still waits, with the document held until we are through.
select last.outcome from lading.documents d
join lateral (
    select x.outcome, x.is_final from lading.decisions x
    where x.document_id = d.id order by x.id desc limit 1
) last on last.is_final
where d.id = %(id)s and d.state = 'decided'
for update of d

-- name: final_reasons
-- Why the last decision is what it is.
select reasons from lading.decisions
where document_id = %(document_id)s order by id desc limit 1
