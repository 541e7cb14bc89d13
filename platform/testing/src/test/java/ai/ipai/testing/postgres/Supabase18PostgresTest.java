package ai.ipai.testing.postgres;

/** Supabase, on the newest PostgreSQL. */
class Supabase18PostgresTest extends SupabaseContract {
  @Override
  TestServer start() {
    return TestServer.embedded();
  }
}
