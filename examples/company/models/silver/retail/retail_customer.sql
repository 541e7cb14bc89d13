-- Holders of a customer card. All of them are natural persons: what tells who they are is tagged.
select
    customer_id::bigint                         as retail_customer_id,
    concat_ws(' ', {{ clean_text('fname') }}, {{ clean_text('lname') }}) as person_name,
    {{ clean_text('address1') }}                as street,
    {{ clean_text('phone1') }}                  as phone,
    birthdate::date                             as birthday,
    {{ clean_text('yearly_income') }}           as yearly_income,
    {{ clean_text('city') }}                    as city,
    {{ clean_text('state_province') }}          as state,
    {{ clean_text('country') }}                 as country,
    {{ clean_text('member_card') }}             as member_card,
    {{ clean_text('education') }}               as education,
    date_accnt_opened::date                     as opened_on
from {{ latest(source('files', 'customers'), 'customer_id') }} as customer
