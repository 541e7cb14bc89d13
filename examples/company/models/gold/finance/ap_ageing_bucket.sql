-- ap_open_item by age alone.
{{ ageing_by_bucket(ref('ap_open_item')) }}
