-- name: of_document
-- Everything a document asks about, in one row of lists. Order numbers are compared by their
-- letters and digits: papers print blanks and dashes as they like.
select
    (select coalesce(json_agg(h), '[]') from (
        select code, is_active from erp_mirror.hs_codes
        where code = any (%(hs_codes)s) or left(code, 6) = any (%(hs_codes)s)) h) as hs_codes,
    (select coalesce(json_agg(p), '[]') from (
        select code, name, country, kind from erp_mirror.ports
        where code = any (%(port_codes)s) or lower(name) = any (%(port_names)s)) p) as ports,
    (select coalesce(json_agg(o), '[]') from (
        select number, supplier, buyer, currency, incoterm, state from erp_mirror.purchase_orders
        where regexp_replace(upper(number), '[^A-Z0-9]', '', 'g') = any (%(orders)s)) o) as orders,
    (select coalesce(json_agg(l order by l.order_number, l.position), '[]') from (
        select x.order_number, x.position, x.product, p.name, p.hs_code, p.unit,
               x.quantity::text as quantity, x.unit_price::text as unit_price
        from erp_mirror.purchase_order_lines x join erp_mirror.products p on p.code = x.product
        where regexp_replace(upper(x.order_number), '[^A-Z0-9]', '', 'g') = any (%(orders)s)) l)
        as order_lines

-- name: directory
-- What is small and asked about on every paper, and which lists hold anything at all.
select
    (select coalesce(json_agg(p), '[]') from (
        select code, name, address, country, vat_id, iban, kind from erp_mirror.parties) p) as parties,
    (select coalesce(json_agg(c), '[]') from erp_mirror.countries c) as countries,
    (select coalesce(json_agg(c.code), '[]') from erp_mirror.currencies c) as currencies,
    exists (select from erp_mirror.hs_codes) as has_hs_codes,
    exists (select from erp_mirror.ports where kind = 'port') as has_ports,
    exists (select from erp_mirror.ports where kind = 'airport') as has_airports,
    exists (select from erp_mirror.purchase_orders) as has_orders

-- name: port_names
-- All ports, to suggest one for a name that is not among them.
select code, name, country, kind from erp_mirror.ports
