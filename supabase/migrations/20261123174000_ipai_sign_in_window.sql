-- Attempts whose window is over are forgotten a few at a time, by this index.
set role ipai_owner;
create index if not exists sign_in_attempt_window_idx on ipai.sign_in_attempt (window_started_at);
reset role;
