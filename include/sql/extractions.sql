-- name: add
-- A new version of what was extracted from a document.
insert into lading.extractions
    (document_id, version, document_type, type_confidence, type_evidence, tier, model,
     prompt_hash, mentions, flags)
values (%(document_id)s,
        1 + coalesce((select max(version) from lading.extractions
                      where document_id = %(document_id)s), 0),
        %(document_type)s, %(type_confidence)s, %(type_evidence)s, %(tier)s, %(model)s,
        %(prompt_hash)s, %(mentions)s, %(flags)s)
returning id

-- name: add_field
-- One field of an extraction.
insert into lading.fields
    (extraction_id, name, value, normalised, confidence, tier, page, boxes, grounded, label)
values (%(extraction_id)s, %(name)s, %(value)s, %(normalised)s, %(confidence)s, %(tier)s,
        %(page)s, %(boxes)s, %(grounded)s, %(label)s)

-- name: add_line
-- One row of the document's table.
insert into lading.lines (extraction_id, position, page, cells)
values (%(extraction_id)s, %(position)s, %(page)s, %(cells)s)

-- name: latest
-- The latest extraction of a document.
select * from lading.extractions where document_id = %(document_id)s
order by version desc limit 1

-- name: fields
-- The fields of an extraction.
select * from lading.fields where extraction_id = %(extraction_id)s order by name

-- name: lines
-- The lines of an extraction in their order.
select * from lading.lines where extraction_id = %(extraction_id)s order by position

-- name: add_call
-- One call of a language model, whatever came of it.
insert into lading.llm_calls
    (document_id, connection, model, purpose, prompt_hash, attempts, prompt_tokens,
     cached_tokens, completion_tokens, cost_usd, seconds, outcome)
values (%(document_id)s, %(connection)s, %(model)s, %(purpose)s, %(prompt_hash)s, %(attempts)s,
        %(prompt_tokens)s, %(cached_tokens)s, %(completion_tokens)s, %(cost_usd)s, %(seconds)s,
        %(outcome)s)
