-- A lakehouse of two tables, protected as the publisher does it.
set role ipai_publisher;
create schema gold_finance;
create schema silver_erp;
create table gold_finance.profit (company_id int, currency text, month date, amount numeric(14, 2));
comment on table gold_finance.profit is 'Profit by month';
insert into gold_finance.profit
select c, case c when 3 then 'PHP' else 'USD' end, date '2026-01-01' + make_interval(months => m), 300
from generate_series(1, 3) c, generate_series(0, 3) m;
create table silver_erp.partner (id int, name text);
insert into silver_erp.partner select g, 'Partner <script>alert(' || g || ')</script>' from generate_series(1, 60) g;

alter table gold_finance.profit enable row level security;
alter table gold_finance.profit force row level security;
create policy ipai_owner on gold_finance.profit for all to ipai_publisher using (true) with check (true);
create policy ipai_select on gold_finance.profit for select
  to authenticated, ipai_bi_developer, ipai_platform_admin, ipai_auditor
  using ((select ipai.has_any_role(array['ipai_bi_developer', 'ipai_platform_admin', 'ipai_auditor']))
    and company_id = any ((select ipai.claim_ints('company_ids'))::bigint[]));
grant usage on schema gold_finance to authenticated, ipai_bi_developer, ipai_platform_admin, ipai_auditor;
grant select on gold_finance.profit to authenticated, ipai_bi_developer, ipai_platform_admin, ipai_auditor;

alter table silver_erp.partner enable row level security;
alter table silver_erp.partner force row level security;
create policy ipai_owner on silver_erp.partner for all to ipai_publisher using (true) with check (true);
create policy ipai_select on silver_erp.partner for select to authenticated, ipai_platform_admin
  using ((select ipai.has_role('ipai_platform_admin')));
grant usage on schema silver_erp to authenticated, ipai_platform_admin;
grant select on silver_erp.partner to authenticated, ipai_platform_admin;
reset role;

set role ipai_owner;
insert into ipai.tag (schema_name, object_name, column_name, tag) values
  ('gold_finance', 'profit', '', 'finance'), ('silver_erp', 'partner', 'name', 'pii.name');
insert into ipai.workspace (name, definition) values ('small', '{}');
insert into ipai.semantic_model (name, workspace, definition, file) values ('profit', 'small', '
  {"table": "gold_finance.profit", "dimensions": [{"name": "currency"}, {"name": "month", "type": "time"}],
   "measures": [{"name": "profit", "title": "Profit", "aggregate": "sum", "column": "amount", "format": "money"}]}', 'semantic/profit.yaml');
insert into ipai.dashboard (name, workspace, definition, file) values ('finance', 'small', '
  {"title": "Finance", "tiles": [{"title": "Profit", "chart": "bar", "semantic": "profit", "measures": ["profit"], "by": ["currency"]}]}', 'dashboards/finance.yaml');
reset role;
