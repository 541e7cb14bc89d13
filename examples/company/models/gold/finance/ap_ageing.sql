-- ap_open_item by partner and age.
{{ ageing(ref('ap_open_item')) }}
