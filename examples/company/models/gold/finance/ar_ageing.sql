-- ar_open_item by partner and age.
{{ ageing(ref('ar_open_item')) }}
