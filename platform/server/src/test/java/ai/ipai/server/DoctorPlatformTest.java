package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.server.doctor.Doctor;
import ai.ipai.server.doctor.Finding;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The doctor beside a server that runs. */
class DoctorPlatformTest extends SmallCompany {
  @Test
  @Tag("REQ-SERVER-013")
  void theDoctorFindsNothingWrong() throws Exception {
    List<Finding> findings = new Doctor(platform.installation().config()).examine();
    assertThat(findings).filteredOn(f -> f.state() == Finding.State.FAULT).isEmpty();
    assertThat(findings)
        .extracting(Finding::subject)
        .contains("java", "disk", "database", "login", "clock", "roles", "protection");
  }

  @Test
  @Tag("REQ-SERVER-013")
  void theDoctorNamesATableWithoutRowSecurity() throws Exception {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute("set role ipai_publisher; create table gold_finance.open_door (a int)");
      try {
        assertThat(new Doctor(platform.installation().config()).examine())
            .anySatisfy(f -> assertThat(f.found()).contains("gold_finance.open_door"));
      } finally {
        statement.execute("drop table gold_finance.open_door");
      }
    }
  }
}
