-- No text that is embedded contains the name of a natural person we know.
select document.document_id
from {{ ref('document') }} as document
join {{ ref('partner') }} as person
    on length(person.person_name) > 5
    and position(lower(person.person_name) in lower(document.body)) > 0
