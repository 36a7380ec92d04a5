-- The business side: what the company's own Postgres knows. A DSN in lading_source_db replaces it.
create schema if not exists erp_mirror;

create table erp_mirror.hs_codes (
    code        text primary key,           -- digits only, 2 to 10 of them
    description text not null,
    is_active   boolean not null default true
);
create table erp_mirror.countries (
    code text primary key,                  -- ISO 3166-1 alpha-2
    name text not null
);
create table erp_mirror.currencies (
    code       text primary key,            -- ISO 4217
    name       text not null,
    minor_unit integer not null default 2
);
create table erp_mirror.ports (
    code    text primary key,               -- UN/LOCODE without blanks, or IATA for airports
    name    text not null,
    country text not null,
    kind    text not null default 'port'    -- port | airport
);
create index ports_name on erp_mirror.ports (lower(name));
create table erp_mirror.parties (
    code    text primary key,
    name    text not null,
    address text not null default '',
    country text not null default '',
    vat_id  text,
    iban    text,
    kind    text not null default 'supplier' -- supplier | customer | own | carrier
);
create table erp_mirror.products (
    code          text primary key,
    name          text not null,
    hs_code       text not null,
    unit          text not null,
    net_weight_kg numeric(12, 3) not null default 0
);
create table erp_mirror.purchase_orders (
    number      text primary key,
    supplier    text not null references erp_mirror.parties,
    buyer       text not null references erp_mirror.parties,
    currency    text not null,
    incoterm    text,
    state       text not null default 'open', -- open | closed
    ordered_at  date not null
);
create table erp_mirror.purchase_order_lines (
    order_number text not null references erp_mirror.purchase_orders,
    position     integer not null,
    product      text not null references erp_mirror.products,
    quantity     numeric(14, 3) not null,
    unit_price   numeric(14, 4) not null,
    primary key (order_number, position)
);
