-- What reading finds beyond words, and packets: files that hold several documents.
alter table lading.pages
    add column language text not null default '',
    add column tables jsonb not null default '[]',
    add column differences jsonb not null default '[]';
comment on column lading.pages.differences is
    'Places where the text layer does not say what is seen: [box, text layer, seen].';

create table lading.cuts (
    document_id bigint not null references lading.documents,   -- the packet
    version     integer not null,                              -- the last one holds
    first_page  integer not null,
    last_page   integer not null,
    evidence    jsonb not null default '[]',
    made_by     text not null,
    made_at     timestamptz not null default now(),
    primary key (document_id, version, first_page)
);
comment on table lading.cuts is
    'Where a packet was cut and why. A person''s cut is a new version and outlives reprocessing.';

alter table lading.documents
    add column first_page integer,   -- of the packet that this document was cut from
    add column last_page integer;
create index documents_parent on lading.documents (parent_id) where parent_id is not null;
