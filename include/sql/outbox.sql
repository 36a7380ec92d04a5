-- name: latest
-- The newest export of a document to a target.
select * from lading.export_outbox
where document_id = %(document_id)s and target = %(target)s
order by revision desc limit 1

-- name: insert
-- A document that may go to the ERP.
insert into lading.export_outbox
    (document_id, revision, target, idem_key, payload, payload_sha, resources)
values (%(document_id)s, %(revision)s, %(target)s, %(idem_key)s, %(payload)s, %(payload_sha)s,
        %(resources)s)

-- name: revive
-- The same payload once more, after it was refused or given up.
update lading.export_outbox
set state = 'pending', attempts = 0, not_before = clock_timestamp(), last_error = null,
    lease_until = null, updated_at = clock_timestamp()
where id = %(id)s and state = 'dead'

-- name: set_revision
-- A correction is a new revision of the document.
update lading.documents set revision = %(revision)s where id = %(document_id)s

-- name: shipment_orders
-- The orders that the other papers of a shipment are known by.
select distinct k.value
from lading.documents d
join lading.document_keys k on k.document_id = d.id and k.kind = 'order'
where d.shipment_id = %(shipment_id)s and d.id <> %(document_id)s
order by k.value

-- name: lease_lock
-- One lease is given at a time, so that two rows of one ERP record are never leased together.
select pg_advisory_xact_lock(7236413)

-- name: lease
-- The next row that is due, whose lease is free and whose ERP records nobody else is touching;
-- shipments first, so that what is only attached finds them.
with next as (
    select o.id from lading.export_outbox o
    where o.target = %(target)s
      and o.state in ('pending', 'leased', 'sent', 'unknown')
      and o.not_before <= clock_timestamp()
      and (o.lease_until is null or o.lease_until < clock_timestamp())
      and not exists (select from lading.export_outbox x
                      where x.id <> o.id and x.lease_until > clock_timestamp()
                        and x.resources && o.resources)
    order by array_position(array['shipment', 'supplier_invoice'], o.payload ->> 'record')
             nulls last, o.id
    limit 1
    for update skip locked
)
update lading.export_outbox o
set state = 'leased', fence = o.fence + 1, updated_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
from next where o.id = next.id
returning o.*

-- name: due_in
-- Seconds until the next row that waits for its time is due.
select extract(epoch from min(not_before) - clock_timestamp())::float8 as seconds
from lading.export_outbox
where target = %(target)s and state in ('pending', 'unknown')
  and not_before > clock_timestamp() and lease_until is null

-- name: earlier
-- The revisions of a document that this one replaces.
select idem_key, payload -> 'orders' as orders from lading.export_outbox
where document_id = %(document_id)s and target = %(target)s and revision < %(revision)s
order by revision

-- name: mark_sent
-- Written before the ERP is asked: from here on its answer may get lost.
update lading.export_outbox
set state = 'sent', step = %(step)s, updated_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
where id = %(id)s and fence = %(fence)s and state in ('leased', 'sent')

-- name: mark_answered
-- The ERP has answered this step.
update lading.export_outbox
set state = 'leased', updated_at = clock_timestamp(),
    steps = steps || jsonb_build_object('step', step, 'at', clock_timestamp())
where id = %(id)s and fence = %(fence)s and state = 'sent'

-- name: release
-- Give a row back untried, to be taken at once or later.
update lading.export_outbox
set state = case when state = 'sent' then 'unknown' else 'pending' end,
    lease_until = null, last_error = %(error)s, updated_at = clock_timestamp(),
    attempts = attempts + %(attempts)s,
    not_before = clock_timestamp() + make_interval(secs => %(pause_s)s)
where id = %(id)s and fence = %(fence)s

-- name: done
-- The ERP holds the record and it was read back.
update lading.export_outbox
set state = 'done', step = null, lease_until = null, last_error = null,
    erp_model = %(model)s, erp_id = %(erp_id)s, erp_ref = %(ref)s, erp_record = %(record)s,
    updated_at = clock_timestamp()
where id = %(id)s and fence = %(fence)s and state in ('leased', 'sent')

-- name: dead
-- Refused, or given up; the payload stays to be sent again.
update lading.export_outbox
set state = 'dead', lease_until = null, last_error = %(error)s, attempts = attempts + %(attempts)s,
    updated_at = clock_timestamp()
where id = %(id)s and fence = %(fence)s
