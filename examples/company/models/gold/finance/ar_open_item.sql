-- What customers owe us at the end of the reporting date, item by item. See macros/open_item.sql for how it is worked out.
{{ open_item('asset_receivable', 1) }}
