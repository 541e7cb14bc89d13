package ai.ipai.testing.postgres;

/** Supabase, on the newest PostgreSQL. */
class Supabase18PostgresTest extends SupabaseContractTest {
  @Override
  TestServer start() {
    return TestServer.embedded();
  }
}
