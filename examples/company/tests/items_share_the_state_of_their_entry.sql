-- An item is in the books exactly when its entry is.
select item.journal_item_id, item.state, entry.state as entry_state
from {{ ref('journal_item') }} as item
join {{ ref('journal_entry') }} as entry on entry.journal_entry_id = item.journal_entry_id
where item.state <> entry.state or item.company_id <> entry.company_id or item.posting_date <> entry.posting_date
