package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.migration.MigrationReport;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.postgres.migration.Migrator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database that was migrated while the similarity functions still multiplied in real. */
@Tag("REQ-DB-036")
class SimilarityUpgradePostgresTest {
  private static final String AS_THEY_WERE =
      """
      set role ipai_owner;
      create or replace function ipai.inner_product(a real[], b real[]) returns double precision
      language plpgsql immutable strict parallel safe set search_path = '' as $body$
      declare total double precision := 0;
      begin
        for i in 1 .. cardinality(a) loop total := total + a[i] * b[i]; end loop;
        return total;
      end $body$;
      create or replace function ipai.cosine_similarity(a real[], b real[]) returns double precision
      language plpgsql immutable strict parallel safe set search_path = '' as $body$
      declare total double precision := 0; left_square double precision := 0; right_square double precision := 0;
      begin
        for i in 1 .. cardinality(a) loop
          total := total + a[i] * b[i];
          left_square := left_square + a[i] * a[i];
          right_square := right_square + b[i] * b[i];
        end loop;
        if left_square = 0 or right_square = 0 then return null; end if;
        return total / (sqrt(left_square) * sqrt(right_square));
      end $body$;
      reset role;
      """;

  private static String small(int dimensions) {
    return "array_fill(1e-25::real, array[" + dimensions + "])";
  }

  @Test
  void theNextMigrationMakesThemMultiplyInDouble() throws Exception {
    try (TestDatabase database = TestPostgres.create();
        Connection superuser = database.superuser();
        Statement statement = superuser.createStatement();
        Connection owner = PostgresClient.open(database.url(), "test")) {
      statement.execute(AS_THEY_WERE);
      // What underflows in real is an error of PostgreSQL's, and was one in the middle of a search.
      assertThat(
              fails(superuser, "select ipai.inner_product(" + small(384) + "," + small(384) + ")"))
          .isTrue();
      statement.execute(
          "delete from supabase_migrations.schema_migrations where version = '20261123180000'");
      MigrationReport report = new Migrator(MigrationSet.ofPlatform()).apply(owner);
      assertThat(report.applied()).hasSize(1);
      for (int dimensions : new int[] {3, 384}) {
        String pair = small(dimensions) + "," + small(dimensions);
        assertThat(
                text(superuser, "select ipai.inner_product(" + pair + ") between 1e-51 and 1e-46"))
            .isEqualTo("t");
        assertThat(
                text(superuser, "select round(ipai.cosine_similarity(" + pair + ")::numeric, 6)"))
            .isEqualTo("1.000000");
      }
      assertThat(
              text(
                  superuser,
                  "select has_function_privilege('authenticated', 'ipai.inner_product(real[],real[])', 'execute')"
                      + " and not exists (select from pg_proc p, aclexplode(p.proacl) a"
                      + " where p.proname = 'inner_product' and a.grantee = 0)"))
          .isEqualTo("t");
    }
  }

  private static boolean fails(Connection connection, String sql) {
    try {
      text(connection, sql);
      return false;
    } catch (SQLException underflow) {
      return "22003".equals(underflow.getSQLState());
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    return SupabaseContractTest.text(connection, sql);
  }
}
