-- The ERP's records that an export touches: only one export at a time may touch each of them.
alter table lading.export_outbox add column resources text[] not null default '{}';
create index export_outbox_leased on lading.export_outbox (lease_until) where lease_until is not null;
