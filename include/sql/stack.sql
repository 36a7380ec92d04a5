-- name: by_state
-- How many documents are in each state.
select state, documents from lading.status order by state;

-- name: of_bytes
-- The documents with one of these contents, each with its end, its ERP record and its reasons.
select d.id, d.sha256, d.file_name, d.document_type, d.state, d.reason, d.received_at,
       d.duplicate_of, coalesce(last.at, d.updated_at) as changed_at,
       coalesce(last.passed, '{}') as passed,
       o.erp_model, o.erp_id, o.erp_ref,
       coalesce(r.reasons, j.reasons, '[]'::jsonb) as reasons
from lading.documents d
left join lateral (
    select max(at) as at, array_agg(e.to_state::text) as passed
    from lading.document_events e where e.document_id = d.id
) last on true
left join lateral (
    select erp_model, erp_id, erp_ref from lading.export_outbox x
    where x.document_id = d.id order by x.revision desc, x.id desc limit 1
) o on true
left join lateral (
    select reasons from lading.reviews w
    where w.document_id = d.id and w.state = 'open' order by w.id desc limit 1
) r on true
left join lateral (
    select reasons from lading.decisions c
    where c.document_id = d.id order by c.id desc limit 1
) j on true
where d.sha256 = any(%(sha256)s)
order by d.id;
