-- A run that waits for room on a disk says so, and goes on by itself.
set role ipai_owner;

alter table ipai.connector_run drop constraint connector_run_status_check;
alter table ipai.connector_run add constraint connector_run_status_check
  check (status in ('running', 'paused', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted'));
alter table ipai.stream_run drop constraint stream_run_status_check;
alter table ipai.stream_run add constraint stream_run_status_check
  check (status in ('running', 'paused', 'succeeded', 'failed', 'cancelled', 'interrupted'));

reset role;
