-- Customers, vendors, contacts and employees' addresses: everybody the company deals with.
--
-- `partner` is safe to show to anyone entitled to the row: an organisation's name, or "Person 42" for a natural
-- person, whose real name stands in `person_name` alone, where a mask can reach it.
--
-- Names are repaired, not refused: a partner that stands in the ledger must not vanish from it because a
-- salesman once pressed Tab inside a name. What was wrong is said by the flags; the original stays in bronze.
with raw as (
    select
        partner.*,
        {{ clean_text('partner.name') }} as clean_name
    from {{ latest(source('erp', 'res_partner')) }} as partner
)
select
    raw.id                                                             as partner_id,
    coalesce(raw.commercial_partner_id, raw.id)                        as commercial_partner_id,
    raw.parent_id,
    raw.company_id,
    coalesce(raw.is_company, false)                                    as is_company,
    case
        when coalesce(raw.is_company, false) then coalesce(raw.clean_name, 'Partner ' || raw.id)
        else 'Person ' || raw.id
    end                                                                as partner,
    case when not coalesce(raw.is_company, false) then raw.clean_name end as person_name,
    raw.name is distinct from raw.clean_name                           as name_repaired,
    coalesce(raw.clean_name ~ '^[=+@-]', false)                        as name_like_formula,
    coalesce(lower(raw.clean_name) in ('0', 'false', 'true', 'none', 'null', 'n/a', 'na', '-', '?', 'test'), true)
                                                                       as name_is_placeholder,
    lower({{ clean_text('raw.email') }})                               as email,
    {{ clean_text('raw.phone') }}                                      as phone,
    {{ clean_text('raw.mobile') }}                                     as mobile,
    {{ clean_text('raw.street') }}                                     as street,
    {{ clean_text('raw.city') }}                                       as city,
    country.code                                                       as country_code,
    {{ clean_text('country.name') }}                                   as country,
    {{ clean_text('industry.name') }}                                  as industry,
    {{ clean_text('raw.vat') }}                                        as tax_id,
    coalesce(raw.customer_rank, 0) > 0                                 as is_customer,
    coalesce(raw.supplier_rank, 0) > 0                                 as is_vendor,
    coalesce(raw.active, true)                                         as is_active,
    raw.create_date                                                    as created_at,
    raw.write_date                                                     as changed_at
from raw
left join {{ latest(source('erp', 'res_country')) }} as country on country.id = raw.country_id
left join {{ latest(source('erp', 'res_partner_industry')) }} as industry on industry.id = raw.industry_id
