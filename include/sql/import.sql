-- name: hs_codes
-- Put tariff codes in place; rows that are the same already do not count.
insert into erp_mirror.hs_codes as t (code, description, is_active)
select code, description, is_active
from jsonb_to_recordset(%(rows)s) as r (code text, description text, is_active boolean)
on conflict (code) do update set description = excluded.description, is_active = excluded.is_active
where (t.description, t.is_active) is distinct from (excluded.description, excluded.is_active)

-- name: countries
-- Put countries in place.
insert into erp_mirror.countries as t (code, name)
select code, name from jsonb_to_recordset(%(rows)s) as r (code text, name text)
on conflict (code) do update set name = excluded.name where t.name is distinct from excluded.name

-- name: currencies
-- Put currencies in place.
insert into erp_mirror.currencies as t (code, name, minor_unit)
select code, name, minor_unit
from jsonb_to_recordset(%(rows)s) as r (code text, name text, minor_unit integer)
on conflict (code) do update set name = excluded.name, minor_unit = excluded.minor_unit
where (t.name, t.minor_unit) is distinct from (excluded.name, excluded.minor_unit)

-- name: ports
-- Put ports and airports in place.
insert into erp_mirror.ports as t (code, name, country, kind)
select code, name, country, kind
from jsonb_to_recordset(%(rows)s) as r (code text, name text, country text, kind text)
on conflict (code) do update
set name = excluded.name, country = excluded.country, kind = excluded.kind
where (t.name, t.country, t.kind) is distinct from (excluded.name, excluded.country, excluded.kind)

-- name: parties
-- Put companies in place.
insert into erp_mirror.parties as t (code, name, address, country, vat_id, iban, kind)
select code, name, address, country, vat_id, iban, kind
from jsonb_to_recordset(%(rows)s) as r
    (code text, name text, address text, country text, vat_id text, iban text, kind text)
on conflict (code) do update
set name = excluded.name, address = excluded.address, country = excluded.country,
    vat_id = excluded.vat_id, iban = excluded.iban, kind = excluded.kind
where (t.name, t.address, t.country, t.vat_id, t.iban, t.kind) is distinct from
    (excluded.name, excluded.address, excluded.country, excluded.vat_id, excluded.iban, excluded.kind)

-- name: products
-- Put products in place.
insert into erp_mirror.products as t (code, name, hs_code, unit, net_weight_kg)
select code, name, hs_code, unit, net_weight_kg
from jsonb_to_recordset(%(rows)s) as r
    (code text, name text, hs_code text, unit text, net_weight_kg numeric)
on conflict (code) do update
set name = excluded.name, hs_code = excluded.hs_code, unit = excluded.unit,
    net_weight_kg = excluded.net_weight_kg
where (t.name, t.hs_code, t.unit, t.net_weight_kg) is distinct from
    (excluded.name, excluded.hs_code, excluded.unit, excluded.net_weight_kg)

-- name: purchase_orders
-- Put purchase orders in place.
insert into erp_mirror.purchase_orders as t
    (number, supplier, buyer, currency, incoterm, state, ordered_at)
select number, supplier, buyer, currency, incoterm, state, ordered_at
from jsonb_to_recordset(%(rows)s) as r
    (number text, supplier text, buyer text, currency text, incoterm text, state text,
     ordered_at date)
on conflict (number) do update
set supplier = excluded.supplier, buyer = excluded.buyer, currency = excluded.currency,
    incoterm = excluded.incoterm, state = excluded.state, ordered_at = excluded.ordered_at
where (t.supplier, t.buyer, t.currency, t.incoterm, t.state, t.ordered_at) is distinct from
    (excluded.supplier, excluded.buyer, excluded.currency, excluded.incoterm, excluded.state,
     excluded.ordered_at)

-- name: purchase_order_lines
-- Put the lines of purchase orders in place.
insert into erp_mirror.purchase_order_lines as t
    (order_number, position, product, quantity, unit_price)
select order_number, position, product, quantity, unit_price
from jsonb_to_recordset(%(rows)s) as r
    (order_number text, position integer, product text, quantity numeric, unit_price numeric)
on conflict (order_number, position) do update
set product = excluded.product, quantity = excluded.quantity, unit_price = excluded.unit_price
where (t.product, t.quantity, t.unit_price) is distinct from
    (excluded.product, excluded.quantity, excluded.unit_price)

-- name: known
-- Which of these parties, products and orders exist, and all countries, to test what refers to them.
select
    (select coalesce(json_agg(code), '[]') from erp_mirror.parties
     where code = any (%(codes)s)) as parties,
    (select coalesce(json_agg(code), '[]') from erp_mirror.products
     where code = any (%(codes)s)) as products,
    (select coalesce(json_agg(number), '[]') from erp_mirror.purchase_orders
     where number = any (%(codes)s)) as purchase_orders,
    (select coalesce(json_agg(c), '[]') from erp_mirror.countries c) as countries

