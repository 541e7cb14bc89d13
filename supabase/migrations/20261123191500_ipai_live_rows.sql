-- How many rows of a bronze table are not marked as deleted, counted along, so that a run need not count them.

set role ipai_owner;

alter table ipai.stream_state add column live_rows bigint;
comment on column ipai.stream_state.live_rows is
  'Rows that are not marked as deleted, changed in the transaction of the rows; null where it is not known';

reset role;
