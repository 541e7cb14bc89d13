package ai.ipai.testing.postgres;

import ai.ipai.postgres.DatabaseUrl;

/** DigitalOcean Managed: an owner {@code doadmin} with CREATEROLE, but without BYPASSRLS. */
class DigitalOceanPostgresTest extends SupabaseContractTest {
  @Override
  TestServer start() {
    return TestServer.embedded();
  }

  @Override
  DatabaseUrl handOver(TestServer fresh) {
    String password = "doadmin-" + ProcessHandle.current().pid();
    fresh.execute(
        fresh.superuserUrl(),
        "create role doadmin login createdb createrole replication password '" + password + "'");
    fresh.execute(fresh.superuserUrl(), "create database defaultdb owner doadmin");
    return fresh.superuserUrl().withDatabase("defaultdb").withLogin("doadmin", password);
  }
}
