-- name: lock
-- One settling at a time.
select pg_advisory_xact_lock(7236412)

-- name: unsettled
-- Decided documents not compared yet whose batch is complete or has waited long enough.
select d.* from lading.documents d
where d.state = 'decided'
  and not coalesce((select x.is_final from lading.decisions x
                    where x.document_id = d.id order by x.id desc limit 1), false)
  and (d.received_at < clock_timestamp() - make_interval(secs => %(hold_s)s)
       or not exists (select from lading.documents m
                      where m.batch_id = d.batch_id
                        and m.state in ('received', 'read', 'extracted', 'checked')))
  and exists (select from lading.extractions e where e.document_id = d.id)
order by d.id limit %(limit)s

-- name: clear_keys
-- Forget what a document was known by.
delete from lading.document_keys where document_id = %(document_id)s

-- name: insert_key
-- What a document is known by.
insert into lading.document_keys (document_id, kind, value)
values (%(document_id)s, %(kind)s, %(value)s) on conflict do nothing

-- name: neighbours
-- Documents that share a key with one of these, themselves included. A container sails again,
-- an invoice number is used again: such keys tie only papers of about the same time.
select d.id from lading.documents d
where d.state in ('decided', 'in_review', 'approved', 'exporting', 'exported')
  and d.id in (
    select o.document_id
    from lading.document_keys k
    join lading.document_keys o on o.kind = k.kind and o.value = k.value
    join lading.documents a on a.id = k.document_id
    join lading.documents b on b.id = o.document_id
    where k.document_id = any (%(ids)s)
      and (k.kind in ('order', 'number')
           or b.received_at between a.received_at - interval '180 days'
                                and a.received_at + interval '180 days'))
order by d.id

-- name: by_ids
-- Some documents.
select id, file_name, state from lading.documents where id = any (%(ids)s) order by id

-- name: of_neighbours
-- The shipments that share an order, transport document, container or booking with a document.
select distinct b.shipment_id
from lading.document_keys k
join lading.document_keys o on o.kind = k.kind and o.value = k.value
join lading.documents a on a.id = k.document_id
join lading.documents b on b.id = o.document_id
where k.document_id = %(document_id)s and b.shipment_id is not null
  and k.kind in ('order', 'transport', 'container', 'booking')
  and b.received_at between a.received_at - interval '180 days'
                        and a.received_at + interval '180 days'
order by b.shipment_id

-- name: new_shipment
-- A shipment without papers yet.
insert into lading.shipments default values returning id

-- name: merge
-- Shipments that turned out to be one.
update lading.documents set shipment_id = %(into)s where shipment_id = any (%(others)s)

-- name: assign
-- The shipment of a document.
update lading.documents set shipment_id = %(shipment_id)s
where id = %(document_id)s and shipment_id is distinct from %(shipment_id)s
