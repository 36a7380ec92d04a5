-- name: clear
-- Forget what an earlier reading found.
delete from lading.pages where document_id = %(document_id)s

-- name: add
-- One page as it was read, or with what was wrong with it.
insert into lading.pages
    (document_id, number, width, height, rotation, engine, seconds, words, language, elements,
     tables, differences, flags, error)
values (%(document_id)s, %(number)s, %(width)s, %(height)s, %(rotation)s, %(engine)s, %(seconds)s,
        %(words)s, %(language)s, %(elements)s, %(tables)s, %(differences)s, %(flags)s, %(error)s)

-- name: copy
-- The pages of a packet become those of a document cut from it, counted anew.
insert into lading.pages
    (document_id, number, width, height, rotation, engine, seconds, words, language, elements,
     tables, differences, flags, error)
select %(id)s, number - %(first)s + 1, width, height, rotation, engine, seconds, words, language,
       elements, tables, differences, flags, error
from lading.pages where document_id = %(parent_id)s and number between %(first)s and %(last)s

-- name: of_document
-- The pages of a document in order.
select * from lading.pages where document_id = %(document_id)s order by number

-- name: differences
-- Where the text layers of a document's pages do not say what is seen.
select number, flags, differences from lading.pages
where document_id = %(document_id)s order by number

-- name: set_embedded_xml
-- Keep the e-invoice that the file carries, or forget an earlier one.
update lading.documents
set metadata = case when %(xml)s::text is null then metadata - 'embedded_xml'
                    else metadata || jsonb_build_object('embedded_xml', %(xml)s::text) end
where id = %(document_id)s

-- name: embedded_xml
-- The e-invoice that the file carries.
select metadata ->> 'embedded_xml' as xml from lading.documents where id = %(document_id)s
