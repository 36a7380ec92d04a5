-- What a document is known by, so that papers of the same goods, and doubles, find each other.
create table lading.document_keys (
    document_id bigint not null references lading.documents on delete cascade,
    kind        text not null,
    value       text not null,
    primary key (kind, value, document_id)
);
create index document_keys_document on lading.document_keys (document_id);
comment on column lading.document_keys.kind is
    'order, container, transport (bill of lading or air waybill), invoice, booking; number: the paper''s own, after its type.';

-- A key may belong to papers of several shipments: an order goes in parts, a container sails again.
drop table lading.shipment_keys;
