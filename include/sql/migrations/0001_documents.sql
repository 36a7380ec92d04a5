-- Documents, their way, their pages, what was extracted, checked and decided.
create extension if not exists vector;

create type lading.state as enum (
    'received',     -- landed and registered, not yet read
    'read',         -- its pages are words with boxes
    'extracted',    -- its type and fields are known
    'checked',      -- the checks have run
    'decided',      -- export or review, waiting for the papers that came with it
    'approved',     -- may go to the ERP; its outbox row exists
    'in_review',    -- waits for a person
    'rejected',     -- a person said no
    'exporting',    -- the ERP is being written
    'exported',     -- the ERP holds it and its reference was read back
    'duplicate',    -- the same bytes as an earlier document
    'quarantined',  -- cannot be read
    'failed',       -- an outside system failed for good
    'split'         -- became several documents
);

create table lading.chunks (
    id          bigint generated always as identity primary key,
    run_id      text not null,
    lease_until timestamptz not null,
    created_at  timestamptz not null default now()
);
comment on table lading.chunks is
    'Documents that one mapped task handles. The chunk id is the fence: a document claimed anew gets another chunk, and a late writer of the old one changes nothing.';

create table lading.shipments (
    id         bigint generated always as identity primary key,
    created_at timestamptz not null default now()
);

create table lading.documents (
    id            bigint generated always as identity primary key,
    sha256        text not null,
    file_name     text not null,
    media_type    text not null,
    size_bytes    bigint not null,
    blob_key      text not null,
    source        text not null,
    arrival_key   text not null unique,
    batch_id      uuid not null,
    received_at   timestamptz not null default now(),
    state         lading.state not null default 'received',
    reason        text,
    document_type text,
    page_count    integer,
    revision      integer not null default 1,
    attempts      integer not null default 0,
    chunk_id      bigint references lading.chunks,
    shipment_id   bigint references lading.shipments,
    duplicate_of  bigint references lading.documents,
    parent_id     bigint references lading.documents,
    metadata      jsonb not null default '{}',
    updated_at    timestamptz not null default now()
);
create unique index documents_bytes on lading.documents (sha256) where duplicate_of is null;
create index documents_state on lading.documents (state);
create index documents_batch on lading.documents (batch_id);
create index documents_chunk on lading.documents (chunk_id);
create index documents_shipment on lading.documents (shipment_id);
comment on column lading.documents.arrival_key is
    'One arrival of one file; a source that hands it over twice registers it once.';
comment on column lading.documents.batch_id is
    'Papers that arrived together are decided together.';

create table lading.document_events (
    id          bigint generated always as identity primary key,
    document_id bigint not null references lading.documents,
    at          timestamptz not null default clock_timestamp(),
    from_state  lading.state,
    to_state    lading.state not null,
    actor       text not null,
    why         text not null default ''
);
create index document_events_document on lading.document_events (document_id, id);

create table lading.pages (
    document_id bigint not null references lading.documents,
    number      integer not null,
    width       real not null,
    height      real not null,
    rotation    integer not null default 0,
    engine      text not null,
    seconds     real not null default 0,
    words       jsonb not null,
    elements    jsonb not null default '[]',
    flags       jsonb not null default '[]',
    error       text,
    primary key (document_id, number)
);

create table lading.extractions (
    id              bigint generated always as identity primary key,
    document_id     bigint not null references lading.documents,
    version         integer not null,
    document_type   text not null,
    type_confidence real not null,
    type_evidence   jsonb not null default '[]',
    tier            text not null,
    model           text,
    prompt_hash     text,
    mentions        jsonb not null default '[]',
    flags           jsonb not null default '[]',
    created_at      timestamptz not null default now(),
    unique (document_id, version)
);

create table lading.fields (
    extraction_id bigint not null references lading.extractions on delete cascade,
    name          text not null,
    value         text not null,
    normalised    text not null,
    confidence    real not null,
    tier          text not null,
    page          integer,
    boxes         jsonb not null default '[]',
    grounded      boolean not null,
    label         text not null default '',
    primary key (extraction_id, name)
);

create table lading.lines (
    extraction_id bigint not null references lading.extractions on delete cascade,
    position      integer not null,
    page          integer,
    cells         jsonb not null,
    primary key (extraction_id, position)
);

create table lading.shipment_keys (
    kind        text not null,
    value       text not null,
    shipment_id bigint not null references lading.shipments,
    primary key (kind, value)
);

create table lading.check_results (
    id                bigint generated always as identity primary key,
    document_id       bigint not null references lading.documents,
    extraction_id     bigint not null references lading.extractions on delete cascade,
    check_name        text not null,
    passed            boolean not null,
    severity          text not null,
    reason            text not null default '',
    field             text,
    line              integer,
    page              integer,
    box               jsonb,
    other_document_id bigint references lading.documents,
    stage             text not null default 'document'
);
create index check_results_document on lading.check_results (document_id);
comment on column lading.check_results.stage is
    'document: from the paper alone and the reference tables; shipment: across papers.';

create table lading.decisions (
    id            bigint generated always as identity primary key,
    document_id   bigint not null references lading.documents,
    extraction_id bigint not null references lading.extractions on delete cascade,
    outcome       text not null,
    is_final      boolean not null default false,  -- after the papers of the shipment were compared
    confidence    real not null,
    reasons       jsonb not null default '[]',
    certificate   jsonb not null default '{}',
    created_at    timestamptz not null default now()
);
create index decisions_document on lading.decisions (document_id, id);

create table lading.reviews (
    id            bigint generated always as identity primary key,
    document_id   bigint not null references lading.documents,
    extraction_id bigint not null references lading.extractions,
    state         text not null default 'open',
    reasons       jsonb not null default '[]',
    questions     jsonb not null default '[]',
    run_id        text,
    opened_at     timestamptz not null default now(),
    answered_at   timestamptz,
    answered_by   text,
    answer        text,
    changes       jsonb not null default '{}',
    note          text not null default ''
);
create unique index reviews_one_open on lading.reviews (document_id) where state in ('open', 'answered');
comment on column lading.reviews.state is
    'open: waits for a person; answered: their answer is stored; applied: it has taken effect.';

create table lading.corrections (
    id          bigint generated always as identity primary key,
    review_id   bigint not null references lading.reviews,
    document_id bigint not null references lading.documents,
    field       text not null,
    line        integer,
    old_value   text,
    new_value   text,
    box         jsonb,
    made_by     text not null,
    made_at     timestamptz not null default now(),
    seconds     real
);

create table lading.export_outbox (
    id            bigint generated always as identity primary key,
    document_id   bigint not null references lading.documents,
    revision      integer not null,
    target        text not null,
    idem_key      text not null unique,
    payload       jsonb not null,
    payload_sha   text not null,
    state         text not null default 'pending',
    step          text,
    steps         jsonb not null default '[]',
    attempts      integer not null default 0,
    fence         integer not null default 0,
    lease_until   timestamptz,
    not_before    timestamptz not null default now(),
    erp_model     text,
    erp_id        bigint,
    erp_ref       text,
    erp_record    jsonb,
    last_error    text,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    unique (document_id, revision, target)
);
create index export_outbox_open on lading.export_outbox (not_before) where state not in ('done', 'dead');
comment on column lading.export_outbox.state is
    'pending, leased, sent (before the call), unknown (answer lost), done, dead.';

create table lading.llm_calls (
    id                bigint generated always as identity primary key,
    document_id       bigint references lading.documents,
    connection        text not null,
    model             text not null,
    purpose           text not null,
    prompt_hash       text not null,
    attempts          integer not null default 1,
    prompt_tokens     integer,
    cached_tokens     integer,
    completion_tokens integer,
    cost_usd          numeric(12, 6),
    seconds           real,
    outcome           text not null,
    trace_id          text,
    at                timestamptz not null default now()
);

create table lading.budgets (
    day      date primary key,
    cap_usd  numeric(12, 6) not null,
    reserved numeric(12, 6) not null default 0,
    spent    numeric(12, 6) not null default 0
);

create table lading.calibrations (
    id            bigint generated always as identity primary key,
    document_type text not null,
    tier          text not null,
    threshold     real,
    reviewed      integer not null,
    wrong         integer not null,
    bound         real,
    since         date not null,
    made_at       timestamptz not null default now()
);

create view lading.status as
select d.state, count(*) as documents, min(d.received_at) as oldest, max(d.updated_at) as last_change
from lading.documents d group by d.state;
comment on view lading.status is 'How many documents are in each state.';

create view lading.ways as
select d.id, d.file_name, d.document_type, d.state, d.reason,
       o.erp_ref, o.state as outbox_state,
       extract(epoch from d.updated_at - d.received_at) as seconds,
       (select string_agg(e.to_state::text, ' > ' order by e.id)
          from lading.document_events e where e.document_id = d.id) as way
from lading.documents d
left join lateral (
    select erp_ref, state from lading.export_outbox x
    where x.document_id = d.id order by x.revision desc limit 1
) o on true;
comment on view lading.ways is 'Every document with its way through the states and its ERP reference.';
