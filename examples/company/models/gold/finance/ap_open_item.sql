-- What we owe to vendors and staff at the end of the reporting date, item by item. See macros/open_item.sql for how it is worked out.
{{ open_item('liability_payable', -1) }}
